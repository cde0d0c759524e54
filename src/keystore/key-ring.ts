import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Fault } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { Random } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { hashOf, withoutBank, withoutCustomer } from './key-records.ts'
import type { KeyRecord, PasskeyRecord } from './key-records.ts'
import type { RootKey } from './root-key.ts'
import { openShard } from './shard-file.ts'
import type { Shard } from './shard-file.ts'
import { createTurns } from './take-turns.ts'
import type { Turns } from './take-turns.ts'

/** Spread over so many files, one customer's erasure rewrites a small one. */
const shardCount = 256
const keyBytes = 32

/** Every key there is. Keys lie wrapped, in memory as on disk, and are unwrapped for the one request that needs them. */
export type KeyRing = {
  /** Made on first use. */
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
  /** Reads and changes about one customer take turns, so that two requests cannot both be the first. */
  readonly turns: Turns
  close(): Promise<void>
}

/** Reads all shard files. Faults: `keystore/shard-corrupt`. */
export async function openKeyRing(folder: string, root: RootKey, random: Random): Promise<KeyRing> {
  const shards = await openShards(folder, root)
  const holders = new Map(shards.flatMap((shard) => holdersIn(shard)))
  const turns = createTurns()

  return {
    turns,
    conversationKey: (conversation) =>
      turns(conversation, async () => {
        const shard = shardOf(conversation)
        const context = `conversation|${conversation}`
        const known = shard.state().conversations.get(conversation)
        if (known !== undefined) return unwrap(known, context)
        const made = make(context)
        await shard.append([{ is: 'conversation', conversation, key: made.wrapped }])
        return made.key
      }),
    customerKey,
    async bankKey(customer, institution) {
      return knownBankKey(customer, institution) ?? (await turns(customer, () => makeBankKey(customer, institution)))
    },
    passkeys: (customer) => [...(shardOf(customer).state().customers.get(customer)?.passkeys.values() ?? [])],
    wasRemoved: (customer, id) => shardOf(customer).state().customers.get(customer)?.removed.has(id) ?? false,
    isHeldByOther: (customer, id) => (holders.get(id) ?? customer) !== customer,
    isErased: (customer) => shardOf(customer).state().erased.has(hashOf(customer)),
    async pin(passkey) {
      const { customer, id } = passkey
      const isFirst = customerKey(customer) === undefined
      const first: readonly KeyRecord[] = isFirst
        ? [{ is: 'customer', customer, key: make(`customer|${customer}`).wrapped }]
        : []
      holders.set(id, customer)
      await shardOf(customer).append([...first, passkey])
    },
    removePasskey: (customer, id) => shardOf(customer).append([{ is: 'removed', customer, id }]),
    async eraseCustomer(customer) {
      await shardOf(customer).rewrite((state) => withoutCustomer(state, customer))
      for (const [id, holder] of holders) if (holder === customer) holders.delete(id)
    },
    dropInstitution: (customer, institution) =>
      shardOf(customer).rewrite((state) => withoutBank(state, customer, institution)),
    async close() {
      await Promise.all(shards.map((shard) => shard.close()))
    },
  }

  function shardOf(id: string): Shard {
    const shard = shards[createHash('sha256').update(id).digest()[0] ?? 0]
    if (shard === undefined) throw keystoreFault('keystore/shard-corrupt')
    return shard
  }

  function customerKey(customer: CustomerId): Buffer | undefined {
    const wrapped = shardOf(customer).state().customers.get(customer)?.key
    return wrapped === undefined ? undefined : unwrap(wrapped, `customer|${customer}`)
  }

  function knownBankKey(customer: CustomerId, institution: InstitutionId): Buffer | undefined {
    const wrapped = shardOf(customer).state().customers.get(customer)?.banks.get(institution)
    return wrapped === undefined ? undefined : unwrap(wrapped, `bank|${customer}|${institution}`)
  }

  async function makeBankKey(customer: CustomerId, institution: InstitutionId): Promise<Buffer | undefined> {
    const known = knownBankKey(customer, institution)
    if (known !== undefined || customerKey(customer) === undefined) return known
    const made = make(`bank|${customer}|${institution}`)
    await shardOf(customer).append([{ is: 'bank', customer, institution, key: made.wrapped }])
    return made.key
  }

  function make(context: string): { key: Buffer; wrapped: string } {
    const key = Buffer.from(random.bytes(keyBytes))
    return { key, wrapped: seal(root.wrap, key, `keystore|${context}`).toString('base64url') }
  }

  function unwrap(wrapped: string, context: string): Buffer {
    try {
      return unseal(root.wrap, Buffer.from(wrapped, 'base64url'), `keystore|${context}`)
    } catch (cause) {
      if (cause instanceof Fault) throw keystoreFault('keystore/shard-corrupt', cause)
      throw cause
    }
  }
}

async function openShards(folder: string, root: RootKey): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  for (let index = 0; index < shardCount; index += 1) {
    const name = index.toString(16).padStart(2, '0')
    shards.push(await openShard({ path: join(folder, `${name}.keys`), name, root }))
  }
  return shards
}

function holdersIn(shard: Shard): readonly (readonly [string, CustomerId])[] {
  return [...shard.state().customers].flatMap(([customer, keys]) =>
    [...keys.passkeys.keys()].map((id) => [id, customer] as const),
  )
}
