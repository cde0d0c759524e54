import type { Plan } from '../plan.ts'

/** No advertising: it is no purpose that can be written down (P3). Where every look is listed comes with it. */
export function planAdvertisingQuestion(): Plan {
  return { do: 'show-looks', words: 'ads.refused' }
}
