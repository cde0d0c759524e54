import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isInstitutionId, isUuid, toInstant } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Instant } from '../kernel/index.ts'

const customer = z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value))
const conversation = z.custom<ConversationId>((value) => typeof value === 'string' && isUuid(value))
const institution = z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value))
const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)
const uuid = z.custom<string>((value) => typeof value === 'string' && isUuid(value))
const instant: z.ZodType<Instant, number> = z.number().transform(toInstant)

/** One fact in a shard file. Keys are wrapped by the root key and bound to whose they are. */
export const keyRecord = z.discriminatedUnion('is', [
  z.object({ is: z.literal('customer'), customer, key: base64url }),
  z.object({ is: z.literal('bank'), customer, institution, key: base64url }),
  z.object({ is: z.literal('conversation'), conversation, key: base64url }),
  z.object({
    is: z.literal('passkey'),
    customer,
    id: base64url,
    publicKey: base64url,
    signCount: z.number(),
    transports: z.array(z.string()),
    pinnedAt: instant,
    effectiveAt: instant,
  }),
  z.object({ is: z.literal('removed'), customer, id: base64url }),
  // Says only that an id, known by its hash, must never get keys again.
  z.object({ is: z.literal('erased'), hash: base64url }),
  // The key of one record that the law makes us keep; wrapped by the hold key, and gone after `until`.
  z.object({ is: z.literal('hold'), record: uuid, until: instant, key: base64url }),
])
export type KeyRecord = z.infer<typeof keyRecord>

/** The key of one held record; wrapped by the hold key. */
export type HoldRecord = Extract<KeyRecord, { is: 'hold' }>
export type PasskeyRecord = Extract<KeyRecord, { is: 'passkey' }>

/** What the keystore holds for one customer; keys wrapped. */
export type CustomerKeys = {
  key: string | undefined
  readonly banks: Map<InstitutionId, string>
  readonly passkeys: Map<string, PasskeyRecord>
  /** Credential ids that will not be pinned again. */
  readonly removed: Set<string>
}

/** What one shard file adds up to. */
export type ShardState = {
  readonly customers: Map<CustomerId, CustomerKeys>
  readonly conversations: Map<ConversationId, string>
  readonly erased: Set<string>
  readonly held: Map<string, HoldRecord>
}

/** Nothing yet. */
export function emptyState(): ShardState {
  return { customers: new Map(), conversations: new Map(), erased: new Set(), held: new Map() }
}

/** Adds one record, in the order of the file. */
export function applyRecord(state: ShardState, record: KeyRecord): void {
  switch (record.is) {
    case 'customer':
      keysOf(state, record.customer).key = record.key
      return
    case 'bank':
      keysOf(state, record.customer).banks.set(record.institution, record.key)
      return
    case 'conversation':
      state.conversations.set(record.conversation, record.key)
      return
    case 'passkey':
      keysOf(state, record.customer).passkeys.set(record.id, record)
      return
    case 'removed':
      keysOf(state, record.customer).passkeys.delete(record.id)
      keysOf(state, record.customer).removed.add(record.id)
      return
    case 'erased':
      state.erased.add(record.hash)
      return
    case 'hold':
      state.held.set(record.record, record)
  }
}

function keysOf(state: ShardState, id: CustomerId): CustomerKeys {
  const known = state.customers.get(id)
  if (known !== undefined) return known
  const keys: CustomerKeys = { key: undefined, banks: new Map(), passkeys: new Map(), removed: new Set() }
  state.customers.set(id, keys)
  return keys
}

/** The fewest records that add up to this state; what a rewrite writes. */
export function recordsOf(state: ShardState): readonly KeyRecord[] {
  const erased = [...state.erased].map((hash): KeyRecord => ({ is: 'erased', hash }))
  const conversations = [...state.conversations].map(([id, key]): KeyRecord => ({
    is: 'conversation',
    conversation: id,
    key,
  }))
  const held = [...state.held.values()]
  return [
    ...erased,
    ...held,
    ...conversations,
    ...[...state.customers].flatMap(([id, keys]) => customerRecords(id, keys)),
  ]
}

function customerRecords(id: CustomerId, keys: CustomerKeys): readonly KeyRecord[] {
  return [
    ...(keys.key === undefined ? [] : [{ is: 'customer', customer: id, key: keys.key } as const]),
    ...[...keys.banks].map(([bank, key]) => ({ is: 'bank', customer: id, institution: bank, key }) as const),
    ...keys.passkeys.values(),
    ...[...keys.removed].map((credential) => ({ is: 'removed', customer: id, id: credential }) as const),
  ]
}

/** The same state without a customer's keys, remembering only that the id is spent. */
export function withoutCustomer(state: ShardState, id: CustomerId): ShardState {
  const customers = new Map([...state.customers].filter(([other]) => other !== id))
  return { ...state, customers, erased: new Set([...state.erased, hashOf(id)]) }
}

/** The same state without a conversation's key, remembering only that the id is spent. */
export function withoutConversation(state: ShardState, id: ConversationId): ShardState {
  const conversations = new Map([...state.conversations].filter(([other]) => other !== id))
  return { ...state, conversations, erased: new Set([...state.erased, hashOf(id)]) }
}

/** The same state without the keys of held records whose time is over. */
export function withoutOverdue(state: ShardState, now: Instant): ShardState {
  return { ...state, held: new Map([...state.held].filter(([, { until }]) => until > now)) }
}

/** The same state without the key for one customer's bank. */
export function withoutBank(state: ShardState, id: CustomerId, bank: InstitutionId): ShardState {
  const keys = state.customers.get(id)
  if (keys === undefined) return state
  const banks = new Map([...keys.banks].filter(([other]) => other !== bank))
  return { ...state, customers: new Map([...state.customers, [id, { ...keys, banks }]]) }
}

/** An id as it is remembered after its erasure. */
export function hashOf(id: string): string {
  return createHash('sha256').update(`parley/keystore/subject/v1\n${id}`).digest('base64url')
}
