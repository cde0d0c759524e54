import { endings } from '../consent/index.ts'
import type { ReminderDays } from '../consent/index.ts'
import { addNotice } from '../notices/index.ts'
import type { Database } from '../platform/index.ts'

/** The kind of notice for each reminder. */
const kinds = { 30: 'sharingEndsInMonth', 3: 'sharingEndsInDays' } as const satisfies Record<ReminderDays, string>

/**
 * Reminds customers that sharing will end: thirty days before (where it lives at least twice as long) and three. What is taken
 * and what is told commit together, so each reminder goes out once, whatever crashes. A round does a bounded number of them; the
 * next goes on. For a sweeper; login `parley_revoker`. Gives back how many.
 */
export async function remindOfExpiry(database: Database): Promise<number> {
  let told = 0
  for (const days of endings.reminderDays) {
    told += await database.transaction(async (tx) => {
      const due = await endings.takeReminders(tx, days)
      for (const { customer, institution, expiresAt } of due) {
        await addNotice(tx, { customer, kind: kinds[days], params: { bank: institution, day: String(expiresAt) } })
      }
      return due.length
    })
  }
  return told
}
