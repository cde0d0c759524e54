import { z } from 'zod'
import type { DataClass } from '../kernel/index.ts'

/** The kinds of bank data that an agent may ask to look at, in the order in which they are offered. */
export const lookedClasses = [
  'balance',
  'transactions',
  'card-bills',
  'card-status',
] as const satisfies readonly DataClass[]
export type LookedClass = (typeof lookedClasses)[number]

/** One of them, as it comes out of the database or a form. */
export const heldAtDesk = z.enum(lookedClasses)
