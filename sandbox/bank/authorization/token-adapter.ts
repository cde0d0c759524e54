import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Consents } from './consents.ts'
import type { RegisteredClients } from './registered-clients.ts'
import { chainLinkOf } from './token-records.ts'
import type { TokenRecords } from './token-records.ts'

/** What the storage of oidc-provider stands on. */
export type TokenAdapterDeps = {
  readonly records: TokenRecords
  readonly consents: Consents
  readonly clients: RegisteredClients
  readonly now: () => number
  /** How long a just-rotated refresh token may be retried, in seconds; 0 = never. */
  readonly refreshGraceSeconds: () => number
  /** Thumbprint of the DPoP key of the access token being issued right now. */
  readonly keyOfIssuedToken: () => string | undefined
}

/**
 * The storage of oidc-provider on our journal.
 *
 * Refresh tokens are bound to the DPoP key, not only to the client's key as RFC 9449 §5 would allow.
 *
 * Refresh rotation: a rotated token may be presented again by the same DPoP key (oidc-provider checks the key) while its
 * successor is unused and the grace time runs; a client that died before storing the successor keeps its link. The retry
 * replaces the successor, so only one chain lives. Any other reuse ends the whole grant (RFC 9700 §4.14.2), and with the
 * grant its consent.
 */
export function createTokenAdapter(deps: TokenAdapterDeps): (kind: string) => Adapter {
  const { records, now } = deps

  function mayBeRetried(payload: AdapterPayload): boolean {
    const link = chainLinkOf(payload)
    if (link?.consumedAt === undefined || payload.grantId === undefined) return false
    if (now() / 1000 - link.consumedAt > deps.refreshGraceSeconds()) return false
    return records
      .chain(payload.grantId)
      .every((each) => each.rotations <= link.rotations || each.consumedAt === undefined)
  }

  /** A retry's new token takes the place of the successor nobody stored. */
  async function dropReplaced(payload: AdapterPayload, key: string): Promise<void> {
    const link = chainLinkOf(payload)
    if (link === undefined || payload.grantId === undefined) return
    const replaced = records
      .chain(payload.grantId)
      .filter((each) => each.rotations >= link.rotations && each.key !== key)
    await Promise.all(replaced.map((each) => records.remove(each.key)))
  }

  return (kind) => {
    const keyOf = (id: string): string => `${kind}:${id}`
    return {
      async upsert(id, payload, expiresIn) {
        const expiresAt = expiresIn === undefined ? undefined : now() + expiresIn * 1000
        if (kind !== 'RefreshToken') return records.save(kind, id, payload, expiresAt)
        await dropReplaced(payload, keyOf(id))
        await records.save(kind, id, { ...payload, jkt: payload.jkt ?? deps.keyOfIssuedToken() }, expiresAt)
      },
      async find(id) {
        if (kind === 'Client') return deps.clients.find(id)
        const payload = records.load(keyOf(id))
        if (payload === undefined || kind !== 'RefreshToken' || !mayBeRetried(payload)) return payload
        return { ...payload, consumed: undefined }
      },
      async findByUid(uid) {
        const key = records.sessionKey(uid)
        return key === undefined ? undefined : records.load(key)
      },
      findByUserCode: () => Promise.resolve(undefined),
      async consume(id) {
        const payload = records.load(keyOf(id))
        if (payload === undefined || payload.consumed !== undefined) return
        const expiresAt = payload.exp === undefined ? undefined : payload.exp * 1000
        await records.save(kind, id, { ...payload, consumed: Math.floor(now() / 1000) }, expiresAt)
      },
      async destroy(id) {
        await records.remove(keyOf(id))
        if (kind === 'Grant') await deps.consents.revoke(id, { reason: 'TOKEN_REVOKED', initiator: 'DATA_RECIPIENT' })
      },
      revokeByGrantId: (grantId) => records.endTokens(grantId),
    }
  }
}
