import type { Plan } from '../plan.ts'

/** "Is this message from you?": looked up by the message that was replied to, else the latest ones are named. */
export function planIsThisYou(): Plan {
  return { do: 'vouch' }
}
