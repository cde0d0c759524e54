import type { Tx } from '../platform/index.ts'
import type { StoredAlert } from './alert-store.ts'
import { isOpen } from './fraud-alert.ts'
import type { AlertEvent, FraudAlert } from './fraud-alert.ts'

/**
 * Notes how soon a question about a card payment was answered, or that it was not, where the customer lets themselves be counted; for
 * everybody else the database writes nothing. Only a band of time is kept. Login `parley_fraud`.
 */
export async function noteResponse(tx: Tx, before: StoredAlert, event: AlertEvent, after: FraudAlert): Promise<void> {
  const seconds = secondsOf(before, event, after)
  if (seconds === undefined) return
  const { customer, institution, conversation } = before
  await tx.run('SELECT statistics.note_alert($1, $2, $3, $4::float8)', [
    customer,
    institution,
    conversation,
    seconds === 'never' ? null : seconds,
  ])
}

/** Pure: how long the customer took; undefined when this event neither answers an open question nor ends one unanswered. */
export function secondsOf(before: StoredAlert, event: AlertEvent, after: FraudAlert): number | 'never' | undefined {
  if (!isOpen(before.alert) || before.askedAt === undefined) return undefined
  if (after.state === 'expired') return 'never'
  const isAnswer = event.kind === 'not-me' || event.kind === 'it-was-me' || event.kind === 'not-sure'
  return isAnswer ? Math.max(0, (event.at - before.askedAt) / 1000) : undefined
}
