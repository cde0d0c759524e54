import type { AuditEntryId, CustomerId, InstitutionId, Secret } from '../kernel/index.ts'

/** Everything a revoking permit says. */
export type RevokingPermitFields = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  /** The `revoking` entry's sequence number. */
  readonly ticket: bigint
  /** The ticket's public id; banks may get it as `x-fapi-interaction-id`. */
  readonly lookId: AuditEntryId
  /** For this customer's tokens at this bank: AES-256. No other key comes with it. */
  readonly bankToken: Secret<Uint8Array>
}

/** How `openRevoking` makes one. Not for anybody else: `index.ts` gives out the type alone. */
export let makeRevokingPermit: (fields: RevokingPermitFields) => RevokingPermit

/**
 * Proof, in hand, that nothing of this customer's is shared with this bank any more, that an ending waits for the bank's tokens
 * to be given back, and that an audit entry saying so has committed. It opens the tokens and nothing else: a bank's data needs
 * a `Permit`. Only `openRevoking` makes one.
 */
export class RevokingPermit implements RevokingPermitFields {
  readonly #isRevoking = true
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly ticket: bigint
  readonly lookId: AuditEntryId
  readonly bankToken: Secret<Uint8Array>

  static {
    makeRevokingPermit = (fields) => new RevokingPermit(fields)
  }

  private constructor(fields: RevokingPermitFields) {
    this.customer = fields.customer
    this.institution = fields.institution
    this.ticket = fields.ticket
    this.lookId = fields.lookId
    this.bankToken = fields.bankToken
  }

  /** Whether a value is one: look-alikes lack the private field. */
  static isOne(value: object): value is RevokingPermit {
    return #isRevoking in value && value.#isRevoking
  }
}
