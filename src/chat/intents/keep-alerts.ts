import type { Plan } from '../plan.ts'

/** Fraud alerts that were about to end go on: by words alone, since that only makes things safer. */
export function planKeepAlerts(): Plan {
  return { do: 'keep-alerts' }
}
