import type { ErasureProgress } from './erasure-store.ts'

/** How long an erasure waits for what only helps while the keys live. */
export type EraseWaits = {
  /** For banks to take their tokens back. What they did not by then is destroyed here all the same. */
  readonly bankMs: number
  /** For the last message to leave: it is sealed under a key that goes too. */
  readonly messageMs: number
}

/** A message that the messenger has not taken by then would be read by nobody who still waits for it. */
export const messageWaitMs = 2 * 60_000

export type EraseStep = { readonly step: 'nothing' } | { readonly step: 'wait' } | { readonly step: 'destroy' }

/** Decides what an erasure does next. Pure: what was done before a crash is in the progress. */
export function planErase(progress: ErasureProgress, waits: EraseWaits): EraseStep {
  if (progress.isOver) return { step: 'nothing' }
  if (progress.isDestroyed) return { step: 'destroy' }
  const isForBanks = progress.endings > 0 && progress.begunMs < waits.bankMs
  const isForMessages = progress.messages > 0 && progress.begunMs < waits.messageMs
  return { step: isForBanks || isForMessages ? 'wait' : 'destroy' }
}
