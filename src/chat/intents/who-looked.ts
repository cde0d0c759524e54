import type { Plan } from '../plan.ts'

/** Who looked is shown on a page, after the passkey: a chat would show it to whoever holds the phone. */
export function planWhoLooked(): Plan {
  return { do: 'show-looks' }
}
