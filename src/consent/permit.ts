import type {
  AuditEntryId,
  ChannelName,
  ConversationId,
  CustomerId,
  DataClass,
  Disclosure,
  GrantId,
  InstitutionId,
  Instant,
  Secret,
} from '../kernel/index.ts'
import type { ReleasedKeys } from '../keystore/index.ts'
import { elapsedMs } from '../platform/index.ts'

/** What is to be looked at: whose data, at which bank, for which conversation (null: Parley's link page). */
export type Look<Class extends DataClass> = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId | null
  readonly dataClass: Class
}

/** A bank's tokens as they came with the ticket: sealed, and since when ({@link elapsedMs}). */
export type HeldToken = { readonly version: number; readonly sealed: Uint8Array; readonly readAtMs: number }

/**
 * A permit gives what it holds within this time; later the gate is asked anew. Whoever stops something must see it stopped
 * within a second, so nothing read may be kept for longer than a part of that.
 */
const heldMsMax = 500

/** Everything a permit says. */
export type PermitFields<Class extends DataClass> = Look<Class> & {
  /** The `opened` entry's sequence number: what the database and the keystore look at. */
  readonly ticket: bigint
  /** The ticket's public id; banks get it as `x-fapi-interaction-id`. */
  readonly lookId: AuditEntryId
  readonly channel: ChannelName
  readonly grantId: GrantId
  /** The more careful of what was signed and what the row says now. */
  readonly disclosure: Disclosure
  /** The bank's own ids of the accounts the customer chose; empty while linking. */
  readonly accounts: readonly string[]
  readonly keys: ReleasedKeys
  /** Under it the look's further entries are salted. */
  readonly auditKey: Secret<Uint8Array>
  readonly openedAt: Instant
  /** The log's signed promise that this look will stand in it; whoever gets the answer may have it. */
  readonly promise: string
  /** The bank's sealed tokens, where they came with the ticket. Not to be seen on the permit. */
  readonly token?: HeldToken | undefined
}

/** How `openPermit` makes a permit. Not for anybody else: `index.ts` gives out the type alone. */
export let makePermit: <Class extends DataClass>(fields: PermitFields<Class>) => Permit<Class>

/** For the token store alone: the tokens that came with the ticket, once, and only while they are fresh. */
export let takeHeldToken: (permit: Permit<DataClass>) => HeldToken | undefined

/**
 * Proof, in hand, that a live and signed grant covers this look and that an audit entry saying so has committed. Only
 * `openPermit` makes one: the constructor is private, and the private field keeps look-alikes out.
 */
export class Permit<Class extends DataClass> implements Omit<PermitFields<Class>, 'token'> {
  readonly #dataClass: Class
  #token: HeldToken | undefined
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId | null
  readonly ticket: bigint
  readonly lookId: AuditEntryId
  readonly channel: ChannelName
  readonly grantId: GrantId
  readonly disclosure: Disclosure
  readonly accounts: readonly string[]
  readonly keys: ReleasedKeys
  readonly auditKey: Secret<Uint8Array>
  readonly openedAt: Instant
  readonly promise: string

  static {
    makePermit = (fields) => new Permit(fields)
    takeHeldToken = (permit) => {
      const held = permit.#token
      permit.#token = undefined
      return held !== undefined && elapsedMs() - held.readAtMs <= heldMsMax ? held : undefined
    }
  }

  private constructor(fields: PermitFields<Class>) {
    this.#dataClass = fields.dataClass
    this.customer = fields.customer
    this.institution = fields.institution
    this.conversation = fields.conversation
    this.ticket = fields.ticket
    this.lookId = fields.lookId
    this.channel = fields.channel
    this.grantId = fields.grantId
    this.disclosure = fields.disclosure
    this.accounts = fields.accounts
    this.keys = fields.keys
    this.auditKey = fields.auditKey
    this.openedAt = fields.openedAt
    this.promise = fields.promise
    this.#token = fields.token
  }

  get dataClass(): Class {
    return this.#dataClass
  }
}
