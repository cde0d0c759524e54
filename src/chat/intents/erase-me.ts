import type { Plan } from '../plan.ts'

/** Erasing cannot be undone: it is asked back first, and where there is a customer it takes the passkey. */
export function planEraseMe(): Plan {
  return { do: 'offer-erase' }
}

/** The tap that confirms it; no words mean this. */
export function planConfirmErase(): Plan {
  return { do: 'erase' }
}
