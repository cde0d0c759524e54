import type { Plan } from '../plan.ts'

/** Fraud alerts end only after a day with notices; the passkey ends them at once. */
export function planStopAlerts(): Plan {
  return { do: 'end-alerts' }
}
