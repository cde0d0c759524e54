import { z } from 'zod'
import type { Day } from '../../banks/index.ts'
import { countShape, dayShape, maybe } from './shapes.ts'

export const noteWords = [
  'nothing-found',
  'no-such-account',
  'no-accounts',
  'covered-only',
  'spending-rules',
  'pending-why',
  'not-there-yet',
  'left-out-accounts',
  'left-out-classes',
  'left-out-income',
  'pending-counted',
  'next-income',
  'fees-where',
  'rate-today',
  'ask-person',
  'change-at-bank',
  'left-out-options',
  'no-rates',
  'no-rewards',
  'no-numbers',
  'places-from-bank',
  'other-currency',
] as const
export type NoteWord = (typeof noteWords)[number]

/** A sentence of ours. Days and counts in it are ours as well; what a bank wrote never is. */
export type NoteBlock = {
  readonly kind: 'note'
  readonly word: NoteWord
  readonly from: Day | undefined
  readonly to: Day | undefined
  readonly count: number | undefined
}

/** How it is read back. */
export const noteShape = z.strictObject({
  kind: z.literal('note'),
  word: z.enum(noteWords),
  from: maybe(dayShape),
  to: maybe(dayShape),
  count: maybe(countShape),
})
