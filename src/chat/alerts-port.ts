import type { ConversationId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** What a person says to a question about the use of their card. */
export const alertAnswers = ['not-me', 'it-was-me', 'not-sure'] as const
export type AlertAnswer = (typeof alertAnswers)[number]

/** An answer, and the alert it is for. */
export type AlertAnswered = {
  readonly conversation: ConversationId
  readonly alert: string
  readonly says: AlertAnswer
}

/**
 * What the chat asks of fraud alerts, which stand above it; `app.ts` connects them. Both run under the login `parley_answer`, need no leave
 * to answer questions, and are safe to be called twice.
 */
export type AlertsPort = {
  /** The questions about card use that wait for an answer in this conversation, by their alerts' ids; the newest first. */
  open(tx: Tx, conversation: ConversationId): Promise<readonly string[]>
  /**
   * Hands on an answer, in the caller's transaction; what follows from it is told by the alerts themselves. False: there is no such alert
   * of the customer whose conversation this is.
   */
  hear(tx: Tx, answered: AlertAnswered): Promise<boolean>
}
