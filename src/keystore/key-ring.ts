import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ConversationId, CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import type { Random } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { hashOf, withoutBank, withoutConversation, withoutCustomer } from './key-records.ts'
import type { HoldRecord, KeyRecord, PasskeyRecord } from './key-records.ts'
import type { RootKey } from './root-key.ts'
import { openShard } from './shard-file.ts'
import type { Shard } from './shard-file.ts'
import { createTurns } from './take-turns.ts'
import type { Turns } from './take-turns.ts'
import { unwrapKey, wrapKey } from './wrap-key.ts'

/** Spread over so many files, one customer's erasure rewrites a small one. */
const shardCount = 256
const keyBytes = 32

/** Every key there is. Keys lie wrapped, in memory as on disk, and are unwrapped for the one request that needs them. */
export type KeyRing = {
  /** Made on first use. Fault `keystore/erased` once the conversation was forgotten. */
  conversationKey(conversation: ConversationId): Promise<Buffer>
  /** Undefined before the first passkey and after an erasure. */
  customerKey(customer: CustomerId): Buffer | undefined
  /** Made on first use; undefined when there is no such customer. */
  bankKey(customer: CustomerId, institution: InstitutionId): Promise<Buffer | undefined>
  /** All that are pinned, effective or not yet. */
  passkeys(customer: CustomerId): readonly PasskeyRecord[]
  /** Whether this credential was removed from the customer, for good. */
  wasRemoved(customer: CustomerId, credentialId: string): boolean
  /** Whether another customer holds this credential. */
  isHeldByOther(customer: CustomerId, credentialId: string): boolean
  isErased(customer: CustomerId): boolean
  /** Pins a passkey; the customer's own key comes into being with the first. */
  pin(passkey: PasskeyRecord): Promise<void>
  removePasskey(customer: CustomerId, credentialId: string): Promise<void>
  eraseCustomer(customer: CustomerId): Promise<void>
  dropInstitution(customer: CustomerId, institution: InstitutionId): Promise<void>
  /** What there is; never made. */
  knownBankKey(customer: CustomerId, institution: InstitutionId): Buffer | undefined
  /** Destroys a bank's key if it may be destroyed; whoever wants that key waits until this is decided. True: it is gone. */
  dropInstitutionIf(customer: CustomerId, institution: InstitutionId, mayDrop: () => Promise<boolean>): Promise<boolean>
  /** Destroys a conversation's key, for good. */
  forgetConversation(conversation: ConversationId): Promise<void>
  /** The key of a record that the law makes us keep until then: only to seal with it, never to be given out. Made once. */
  holdKey(record: string, until: Instant): Promise<Buffer>
  /** Reads and changes about one customer take turns, so that two requests cannot both be the first. */
  readonly turns: Turns
  /** Every file there is, for a rotation. */
  readonly shards: readonly Shard[]
  close(): Promise<void>
}

/** Reads all shard files; each may be under any of these versions of the root key. Faults: `keystore/shard-corrupt`. */
export async function openKeyRing(folder: string, roots: readonly RootKey[], random: Random): Promise<KeyRing> {
  const shards = await openShards(folder, roots)
  const holders = new Map(shards.flatMap((shard) => holdersIn(shard)))
  const turns = createTurns()
  // Keys that may be gone in a moment: nobody gets one of them meanwhile.
  const dropping = new Set<string>()

  return {
    turns,
    shards,
    conversationKey: (conversation) =>
      turns(conversation, async () => {
        const shard = shardOf(conversation)
        const known = shard.state().conversations.get(conversation)
        if (known !== undefined) return unwrapKey(shard.root(), known, `conversation|${conversation}`)
        if (shard.state().erased.has(hashOf(conversation))) throw keystoreFault('keystore/erased')
        const key = newKey()
        await shard.append((root) => [
          { is: 'conversation', conversation, key: wrapKey(root, key, `conversation|${conversation}`) },
        ])
        return key
      }),
    customerKey,
    async bankKey(customer, institution) {
      const known = dropping.has(`${customer}|${institution}`) ? undefined : knownBankKey(customer, institution)
      return known ?? (await turns(customer, () => makeBankKey(customer, institution)))
    },
    passkeys: (customer) => [...(shardOf(customer).state().customers.get(customer)?.passkeys.values() ?? [])],
    wasRemoved: (customer, id) => shardOf(customer).state().customers.get(customer)?.removed.has(id) ?? false,
    isHeldByOther: (customer, id) => (holders.get(id) ?? customer) !== customer,
    isErased: (customer) => shardOf(customer).state().erased.has(hashOf(customer)),
    async pin(passkey) {
      const { customer, id } = passkey
      const isFirst = customerKey(customer) === undefined
      const key = newKey()
      const first = (root: RootKey): readonly KeyRecord[] =>
        isFirst ? [{ is: 'customer', customer, key: wrapKey(root, key, `customer|${customer}`) }] : []
      holders.set(id, customer)
      await shardOf(customer).append((root) => [...first(root), passkey])
    },
    removePasskey: (customer, id) => shardOf(customer).append(() => [{ is: 'removed', customer, id }]),
    async eraseCustomer(customer) {
      const shard = shardOf(customer)
      const held = [...(shard.state().customers.get(customer)?.passkeys.keys() ?? [])]
      await shard.rewrite((state) => withoutCustomer(state, customer))
      for (const id of held) holders.delete(id)
    },
    dropInstitution: (customer, institution) =>
      shardOf(customer).rewrite((state) => withoutBank(state, customer, institution)),
    knownBankKey,
    dropInstitutionIf: (customer, institution, mayDrop) =>
      turns(customer, async () => {
        const name = `${customer}|${institution}`
        // Before it is asked: a grant that the answer does not see yet leads to a release that waits for this turn.
        dropping.add(name)
        try {
          if (!(await mayDrop())) return false
          if (knownBankKey(customer, institution) !== undefined) {
            await shardOf(customer).rewrite((state) => withoutBank(state, customer, institution))
          }
          return true
        } finally {
          dropping.delete(name)
        }
      }),
    forgetConversation: (conversation) =>
      turns(conversation, async () => {
        const shard = shardOf(conversation)
        const { conversations, erased } = shard.state()
        if (erased.has(hashOf(conversation)) && !conversations.has(conversation)) return
        await shard.rewrite((state) => withoutConversation(state, conversation))
      }),
    holdKey: (record, until) =>
      turns(record, async () => {
        const shard = shardOf(record)
        const known = shard.state().held.get(record)
        if (known !== undefined) return unwrapKey(shard.root(), known.key, `hold|${record}`)
        const key = newKey()
        await shard.append((root): readonly HoldRecord[] => [
          { is: 'hold', record, until, key: wrapKey(root, key, `hold|${record}`) },
        ])
        return key
      }),
    async close() {
      await Promise.all(shards.map((shard) => shard.close()))
    },
  }

  function shardOf(id: string): Shard {
    const shard = shards[shardIndexOf(id)]
    if (shard === undefined) throw keystoreFault('keystore/shard-corrupt')
    return shard
  }

  function customerKey(customer: CustomerId): Buffer | undefined {
    const shard = shardOf(customer)
    const wrapped = shard.state().customers.get(customer)?.key
    return wrapped === undefined ? undefined : unwrapKey(shard.root(), wrapped, `customer|${customer}`)
  }

  function knownBankKey(customer: CustomerId, institution: InstitutionId): Buffer | undefined {
    const shard = shardOf(customer)
    const wrapped = shard.state().customers.get(customer)?.banks.get(institution)
    return wrapped === undefined ? undefined : unwrapKey(shard.root(), wrapped, `bank|${customer}|${institution}`)
  }

  async function makeBankKey(customer: CustomerId, institution: InstitutionId): Promise<Buffer | undefined> {
    const known = knownBankKey(customer, institution)
    if (known !== undefined || customerKey(customer) === undefined) return known
    const key = newKey()
    await shardOf(customer).append((root) => [
      { is: 'bank', customer, institution, key: wrapKey(root, key, `bank|${customer}|${institution}`) },
    ])
    return key
  }

  function newKey(): Buffer {
    return Buffer.from(random.bytes(keyBytes))
  }
}

/** In which of the files the records about an id are. */
function shardIndexOf(id: string): number {
  return createHash('sha256').update(id).digest()[0] ?? 0
}

function shardName(index: number): string {
  return index.toString(16).padStart(2, '0')
}

async function openShards(folder: string, roots: readonly RootKey[]): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  for (let index = 0; index < shardCount; index += 1) {
    const name = shardName(index)
    shards.push(await openShard({ path: join(folder, `${name}.keys`), name, roots }))
  }
  return shards
}

function holdersIn(shard: Shard): readonly (readonly [string, CustomerId])[] {
  return [...shard.state().customers].flatMap(([customer, keys]) =>
    [...keys.passkeys.keys()].map((id) => [id, customer] as const),
  )
}
