import type { Bank } from '../banks/index.ts'
import type { PermitDeps } from '../consent/index.ts'
import type { Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../platform/index.ts'
import type { AlertsPort } from './alerts-port.ts'
import type { DeskPort } from './desk-port.ts'
import type { Understand } from './understand/understand.ts'
import type { Words } from './words.ts'

/** What answering needs. The database and the keystore's caller are those of the purpose `answer-customer`. */
export type ChatDeps = {
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey' | 'auditKey' | 'release'>
  readonly bank: Pick<
    Bank,
    'fetchBalances' | 'fetchTransactions' | 'fetchCardBills' | 'fetchCards' | 'fetchAccountDetails' | 'changeCard'
  >
  /** Promises that looks will stand in the log. */
  readonly promises: PermitDeps['promises']
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** People at the desk; where nobody is, a wish for a person gets honest words. */
  readonly desk?: DeskPort
  /** Questions about card use; where there are none, nothing that is said answers one. */
  readonly alerts?: AlertsPort
}

export type ChatOptions = {
  /** The gateway's origin: where links and answers are opened. */
  readonly publicUrl: string
  /** Keys the hashes of linking codes; 32 bytes. */
  readonly linkSecret: Secret<Uint8Array>
  /** The IANA time zone in which times of day are said. */
  readonly timeZone: string
  /** The other app of the page whose people answer, by its id; undefined: people answer at the desk. */
  readonly handOverTo?: string | undefined
}

/** Everything the chat's own files share. */
export type Chat = ChatDeps &
  ChatOptions & { readonly words: Words; readonly understand: Understand; readonly count: (intent: string) => void }
