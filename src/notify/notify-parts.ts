import type { NoticeReplies } from '../chat/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Clock, Logger } from '../platform/index.ts'
import type { LookDeps } from './look-at-bank.ts'

/** What looking and telling need, under login `parley_notify`. */
export type NotifyParts = Omit<LookDeps, 'keystore'> & {
  readonly keystore: Pick<KeystoreClient, 'auditKey' | 'release' | 'conversationKey'>
  readonly clock: Clock
  readonly logger: Logger
  readonly replies: NoticeReplies
  /** What became of a look. */
  readonly count: (outcome: 'told' | 'nothing' | 'limited' | 'stopped') => void
  /** The gateway's origin; links lead to its pages. */
  readonly publicUrl: string
  /** The bank's, IANA: for customers whose own is not known. */
  readonly timeZone: string
}
