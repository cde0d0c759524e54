import type { Plan } from '../plan.ts'

/** Stop means stop: at once, by words alone, no question asked. */
export function planStopSharing(): Plan {
  return { do: 'stop' }
}
