import type { BankOutcome, Ending } from '../consent/index.ts'

/** How long the bank is asked to take its tokens back. Then they are destroyed here, and the receipt says that it never answered. */
export const takeBackDays = 30

const minuteMs = 60_000
const dayMs = 24 * 3_600_000

/** The first pause after a bank did not answer, doubled each time, and the longest. Every try is an entry in the log. */
const pauseFirstMs = minuteMs
const pauseLongestMs = 12 * 3_600_000

/** What following an ending rests on: its row, whether something is still shared, the version of the stored tokens. */
export type FollowFacts = {
  readonly ending: Pick<Ending, 'at' | 'now' | 'bank' | 'bankToldAt' | 'toldVersion' | 'keyDestroyedAt' | 'doneAt'>
  readonly isOver: boolean
}

/** What to do next. `finish` says what became of the bank's tokens. */
export type FollowStep =
  | { readonly step: 'nothing' }
  | { readonly step: 'finish'; readonly bank: BankOutcome }
  | { readonly step: 'take-back' }

/** Decides what is left to do about an ending. Pure; whatever was done before a crash is in the row. */
export function planFollow({ ending, isOver }: FollowFacts): FollowStep {
  if (ending.doneAt !== undefined) return { step: 'nothing' }
  // The tokens are given back and the key is gone: what came after that belongs to another ending.
  if (ending.keyDestroyedAt !== undefined) return { step: 'finish', bank: ending.bank ?? 'nothing' }
  // Another conversation still shares with this bank, or a new link was made meanwhile: tokens and key are needed.
  if (!isOver) return { step: 'finish', bank: 'kept' }
  return { step: 'take-back' }
}

/** Whether the bank was told of these very tokens already (a crash came between telling and noting the rest). */
export function wasTold(ending: FollowFacts['ending'], version: number | undefined): boolean {
  return ending.bankToldAt !== undefined && ending.toldVersion === version
}

/** Whether the bank had its thirty days. */
export function isGivenUp({ at, now }: Pick<Ending, 'at' | 'now'>): boolean {
  return now - at >= takeBackDays * dayMs
}

/** How long to wait before the bank is asked again: never past the end of its thirty days. */
export function takeBackPauseMs({ at, now }: Pick<Ending, 'at' | 'now'>, attempt: number): number {
  const doubled = pauseFirstMs * 2 ** Math.min(Math.max(attempt - 1, 0), 20)
  return Math.max(1_000, Math.min(doubled, pauseLongestMs, at + takeBackDays * dayMs - now))
}
