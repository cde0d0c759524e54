import type { CustomerId, Money } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** What stands behind a case that an alert opened. */
export type CaseEvidence = {
  readonly customer: CustomerId
  /** The case's number. */
  readonly number: string
  readonly alert: string
  /** Ids of events in the log of card events. */
  readonly events: readonly string[]
  /** Whose terminal, by the hash that alerts have. */
  readonly merchantHash: Uint8Array
  /** What was paid: kept by no more than a step. */
  readonly amounts: readonly Money[]
}

/** What alerts ask of the people who work on cases, which stand above; `app.ts` connects them. In the caller's transaction, safe to be called twice. */
export type CasePort = { attach(tx: Tx, evidence: CaseEvidence): Promise<void> }
