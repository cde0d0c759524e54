import type { Bank } from '../banks/index.ts'
import type { DeskPort } from '../chat/index.ts'
import type { Permit, PermitDeps } from '../consent/index.ts'
import type { Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Clock, Logger } from '../platform/index.ts'
import type { PushSender } from '../push/index.ts'
import type { CasePort } from './case-port.ts'
import type { DecidedUse, SeenUse, UseName } from './seen-use.ts'

/** Where uses of cards come from. */
export type UseSource = {
  /**
   * A use that was just taken in and decided, for the job that follows it: from memory, or read back under the hour's standing look and
   * decided again where this process did not decide it. Undefined: there is no leave any more, or no such use.
   */
  readonly recall: (name: UseName) => Promise<DecidedUse | undefined>
  /** Uses out of the log, under a look of their own. Those that are gone are left out. */
  readonly read: (permit: Permit<'card-events'>, events: readonly string[]) => Promise<readonly SeenUse[]>
}

/** What asking, protecting and telling need, under login `parley_fraud`. */
export type AlertParts = Omit<PermitDeps, 'keystore'> & {
  readonly keystore: Pick<KeystoreClient, 'auditKey' | 'release' | 'conversationKey'>
  readonly bank: Pick<Bank, 'fetchCards' | 'changeCard'>
  readonly uses: UseSource
  /** People at the desk; where nobody is, cases are not opened and nothing is promised. */
  readonly desk: Pick<DeskPort, 'askForPerson' | 'openCase'> | undefined
  /** The people who decide cases; without them a case knows nothing of what it is about. */
  readonly cases?: CasePort
  /** Tells browsers; without it none is told. */
  readonly push?: Pick<PushSender, 'send'> | undefined
  readonly clock: Clock
  readonly logger: Logger
  /** Keys the hashes of cards and merchants and the tokens of pages. */
  readonly hashKey: Secret<Uint8Array>
  /** The gateway's origin. */
  readonly publicUrl: string
  /** The bank's, IANA: for customers whose own is not known, and for times said in a chat. */
  readonly timeZone: string
  /** What became of a use, a question, an answer. */
  readonly count: (what: string) => void
}
