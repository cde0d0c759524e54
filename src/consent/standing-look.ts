import type { CustomerId, GrantId, InstitutionId, Secret } from '../kernel/index.ts'

/** Everything a standing look says. */
export type StandingFields = {
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly grantId: GrantId
  /** The number of this hour's `opened` entry. */
  readonly ticket: bigint
  /** The bank's own ids of the accounts that the customer's signature names. */
  readonly accounts: readonly string[]
  /** The data key of the class `card-events`. */
  readonly key: Secret<Uint8Array>
}

/** How the standing looks are made. Not for anybody else: `index.ts` gives out the type alone. */
export let makeStandingLook: (fields: StandingFields) => StandingLook

/**
 * Proof, in hand, that a customer signed for card events of a bank, and that this hour's entry saying that they are looked at has
 * committed. Whether the grant holds is asked by the row policies of each row that is written or read; this alone gives nothing.
 */
export class StandingLook implements StandingFields {
  readonly #standing = true
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly grantId: GrantId
  readonly ticket: bigint
  readonly accounts: readonly string[]
  readonly key: Secret<Uint8Array>

  static {
    makeStandingLook = (fields) => new StandingLook(fields)
  }

  private constructor(fields: StandingFields) {
    this.customer = fields.customer
    this.institution = fields.institution
    this.grantId = fields.grantId
    this.ticket = fields.ticket
    this.accounts = fields.accounts
    this.key = fields.key
  }

  /** Always true; what keeps look-alikes out. */
  get isStanding(): boolean {
    return this.#standing
  }
}
