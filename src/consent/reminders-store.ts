import { z } from 'zod'
import type { ConversationId, CustomerId, InstitutionId, Instant, TermsId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'

/** How long before its end sharing is reminded of; the first only where it lives twice as long. */
export const reminderDays = [30, 3] as const
export type ReminderDays = (typeof reminderDays)[number]

/** Terms whose sharing ends soon. */
export type Reminder = {
  readonly terms: TermsId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly conversation: ConversationId
  readonly expiresAt: Instant
}

/** Reminders that one round gives at most: the messages they cause are thinly spread over the time there is. */
const remindersMax = 500

const reminderRow = z.object({
  terms: columns.termsId,
  customer: columns.customerId,
  institution: columns.institutionId,
  conversation: columns.conversationId,
  expires_at: instantColumn,
})

/**
 * The next reminders that are due. They count as given once the caller's transaction commits: each is taken once. None while
 * another process is at it. Login `parley_revoker`.
 */
export async function takeReminders(tx: Tx, days: ReminderDays): Promise<readonly Reminder[]> {
  const rows = await tx.rows(
    reminderRow,
    'SELECT terms, customer, institution, conversation, expires_at FROM consent.take_reminders($1, $2)',
    [days, remindersMax],
  )
  return rows.map(({ expires_at: expiresAt, ...row }) => ({ ...row, expiresAt }))
}
