import { createHmac } from 'node:crypto'
import { type ConversationId, Fault, type Secret } from '../../kernel/index.ts'
import type { Database, Random } from '../../platform/index.ts'
import { beginMappings } from '../app-scoped-ids-store.ts'
import type { ConversationKeys } from '../conversation-keys.ts'
import { type NewConversation, findConversations, insertConversations } from '../conversation-store.ts'
import { ids } from '../id-columns.ts'
import { sealAddress } from '../sealed-message.ts'

/** How many people's conversations are remembered by this process; the rest are looked up. */
const rememberedMax = 20_000

export type PeopleDeps = {
  readonly database: Database
  readonly keystore: ConversationKeys
  readonly random: Random
  /** Makes hashes of addresses useless to whoever has only the database. */
  readonly linkSecret: Secret<Uint8Array>
  readonly pageId: string
}

/** Which conversation a person's id at the messenger belongs to. */
export type People = {
  /** The conversations of these ids, begun where there is none. */
  conversationsOf(psids: readonly Secret<string>[]): Promise<ReadonlyMap<string, ConversationId>>
  /** Those of these ids that have one. */
  knownOf(psids: readonly Secret<string>[]): Promise<ReadonlyMap<string, ConversationId>>
  /** Forgets what was remembered: a conversation may have been erased. */
  forget(): void
}

/** People of one page. They are found by a keyed hash of their id, which is itself stored only sealed. */
export function createPeople(deps: PeopleDeps): People {
  const remembered = new Map<string, ConversationId>()
  const page = { channel: 'messenger', pageId: deps.pageId } as const

  async function lookUp(hashes: readonly Buffer[]): Promise<void> {
    if (hashes.length === 0) return
    rememberAll(await findConversations(deps.database, page, hashes))
  }

  async function begin(strangers: readonly (readonly [string, Buffer])[]): Promise<void> {
    if (strangers.length === 0) return
    const fresh = await Promise.all(strangers.map(([psid, addressHash]) => newConversation(psid, addressHash)))
    const begun = await deps.database.transaction(async (tx) => {
      const rows = await insertConversations(tx, page, fresh)
      await beginMappings(
        tx,
        rows.map(({ id }) => id),
      )
      return rows
    })
    rememberAll(begun)
  }

  async function newConversation(psid: string, addressHash: Buffer): Promise<NewConversation> {
    const id = ids.conversation.parse(deps.random.uuid())
    const key = await deps.keystore.conversationKey(id)
    return { id, addressHash, addressSealed: sealAddress(key, id, psid) }
  }

  function rememberAll(rows: Awaited<ReturnType<typeof findConversations>>): void {
    for (const row of rows) remember(row.address_hash.toString('base64'), row.id)
  }

  function remember(hash: string, id: ConversationId): void {
    remembered.set(hash, id)
    const [oldest] = remembered.keys()
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest)
  }

  return {
    async conversationsOf(psids) {
      const hashes = new Map(psids.map((psid) => [psid.reveal(), addressHashOf(deps, psid)]))
      const unknown = (): [string, Buffer][] =>
        [...hashes].filter(([, hash]) => !remembered.has(hash.toString('base64')))
      await lookUp(unknown().map(([, hash]) => hash))
      await begin(unknown())
      // Whom the insert passed over, another process had begun first.
      await lookUp(unknown().map(([, hash]) => hash))
      return new Map([...hashes].map(([psid, hash]) => [psid, knownId(remembered, hash)]))
    },
    async knownOf(psids) {
      const hashes = psids.map((psid) => [psid.reveal(), addressHashOf(deps, psid)] as const)
      await lookUp(hashes.map(([, hash]) => hash).filter((hash) => !remembered.has(hash.toString('base64'))))
      return new Map(
        hashes.flatMap(([psid, hash]) => {
          const id = remembered.get(hash.toString('base64'))
          return id === undefined ? [] : [[psid, id] as const]
        }),
      )
    },
    forget: () => remembered.clear(),
  }
}

/** What a person is found by: the id at the page, under the gateway's own key. */
export function addressHashOf(deps: Pick<PeopleDeps, 'linkSecret' | 'pageId'>, psid: Secret<string>): Buffer {
  return createHmac('sha256', deps.linkSecret.reveal())
    .update(`parley/address/v1|messenger|${deps.pageId}|${psid.reveal()}`)
    .digest()
}

function knownId(remembered: ReadonlyMap<string, ConversationId>, hash: Buffer): ConversationId {
  const id = remembered.get(hash.toString('base64'))
  if (id === undefined) throw new Fault('channels/conversation-missing', { retry: 'later' })
  return id
}
