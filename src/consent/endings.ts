import { alertsEnding } from './alerts-ending-store.ts'
import { reminderDays, takeReminders } from './reminders-store.ts'
import { revoking } from './revoking.ts'
import { stopAnswers } from './terms-store.ts'
import { holdEnding, noteBank, noteClosed, noteDone, noteKeyDestroyed, noteReceipt } from './ending-notes-store.ts'
import {
  endGrants,
  endOverdue,
  endingIdColumn,
  findStrayEndings,
  isLinkOver,
  listEndedConversations,
  listEndedGrants,
  listEndings,
  loadEnding,
} from './endings-store.ts'

/**
 * The one place where grants end, whatever the way: `end` says which and why, commits with the caller's transaction, and is
 * followed by itself (`src/revocation`). The rest is for showing, and for following.
 */
export const endings = {
  end: endGrants,
  /** Words in a chat: no more answers in that conversation. Fraud alerts go on: ending them needs the passkey, or a day. */
  stopAnswers,
  endOverdue,
  list: listEndings,
  load: loadEnding,
  isOver: isLinkOver,
  listGrants: listEndedGrants,
  listConversations: listEndedConversations,
  findStrays: findStrayEndings,
  hold: holdEnding,
  note: { closed: noteClosed, bank: noteBank, keyDestroyed: noteKeyDestroyed, receipt: noteReceipt, done: noteDone },
  idColumn: endingIdColumn,
  /** Fraud alerts, a day after words in a chat. */
  alerts: alertsEnding,
  takeReminders,
  reminderDays,
  revoking,
} as const
