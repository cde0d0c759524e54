import type { AdapterPayload } from 'oidc-provider'
import { z } from 'zod'
import type { StateStore } from '../state/state-store.ts'

/** What oidc-provider stores, as it comes back from the journal: our own writing, so only the outer form is checked. */
const storedPayload = z.custom<AdapterPayload>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

const refreshChain = z.object({ rotations: z.number().int(), consumed: z.number().optional() })

/** Kinds of records that die with their grant. */
const GRANT_KINDS = ['AuthorizationCode', 'RefreshToken', 'AccessToken']

/** One refresh token's place in its chain of rotations. */
export type ChainLink = { readonly key: string; readonly rotations: number; readonly consumedAt: number | undefined }

/** The records of oidc-provider in the journal, with the two indexes it needs: by grant and by session uid. */
export type TokenRecords = {
  load(key: string): AdapterPayload | undefined
  save(kind: string, id: string, payload: AdapterPayload, expiresAt: number | undefined): Promise<void>
  remove(key: string): Promise<void>
  /** The refresh tokens of a grant. */
  chain(grantId: string): readonly ChainLink[]
  sessionKey(uid: string): string | undefined
  /** Removes the codes and refresh tokens of a grant. */
  endTokens(grantId: string): Promise<void>
  /** Removes a grant with everything issued under it. */
  endGrant(grantId: string): Promise<void>
  /** Removes every refresh token of the bank; says how many there were. */
  endRefreshTokens(): Promise<number>
}

/** The records on top of the journal. */
export function openTokenRecords(store: StateStore): TokenRecords {
  const membersOf = (grantId: string): readonly string[] => {
    const prefix = `grant-member:${grantId}:`
    return store.keys(prefix).map((key) => key.slice(prefix.length))
  }

  function load(key: string): AdapterPayload | undefined {
    const stored = store.get(key)
    return stored === undefined ? undefined : storedPayload.parse(stored)
  }

  async function remove(key: string): Promise<void> {
    const payload = load(key)
    await Promise.all([
      store.delete(key),
      payload?.grantId === undefined ? undefined : store.delete(`grant-member:${payload.grantId}:${key}`),
      payload?.uid === undefined ? undefined : store.delete(`session-uid:${payload.uid}`),
    ])
  }

  async function endTokens(grantId: string): Promise<void> {
    await Promise.all(membersOf(grantId).map(remove))
  }

  return {
    load,
    remove,
    endTokens,
    async save(kind, id, payload, expiresAt) {
      const key = `${kind}:${id}`
      await Promise.all([
        store.set(key, payload, expiresAt),
        GRANT_KINDS.includes(kind) && payload.grantId !== undefined
          ? store.set(`grant-member:${payload.grantId}:${key}`, 1, expiresAt)
          : undefined,
        kind === 'Session' && payload.uid !== undefined
          ? store.set(`session-uid:${payload.uid}`, id, expiresAt)
          : undefined,
      ])
    },
    chain: (grantId) =>
      membersOf(grantId)
        .filter((key) => key.startsWith('RefreshToken:'))
        .flatMap((key) => {
          const link = chainLinkOf(store.get(key))
          return link === undefined ? [] : [{ key, ...link }]
        }),
    sessionKey(uid) {
      const id = z.string().safeParse(store.get(`session-uid:${uid}`)).data
      return id === undefined ? undefined : `Session:${id}`
    },
    async endGrant(grantId) {
      await Promise.all([endTokens(grantId), remove(`Grant:${grantId}`)])
    },
    async endRefreshTokens() {
      const keys = store.keys('RefreshToken:')
      await Promise.all(keys.map(remove))
      return keys.length
    },
  }
}

/** Reads where a stored refresh token stands in its chain. */
export function chainLinkOf(payload: unknown): Omit<ChainLink, 'key'> | undefined {
  const link = refreshChain.safeParse(payload).data
  return link === undefined ? undefined : { rotations: link.rotations, consumedAt: link.consumed }
}
