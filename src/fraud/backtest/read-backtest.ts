import { z } from 'zod'
import type { Backtest } from './run-backtest.ts'

/** Longer is no backtest of a set that fits its limits. */
const textMax = 1_000_000

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const figures = z.strictObject({ uses: count, frauds: count, fraudMinor: count, genuine: count, falseQuestions: count })
const outcome = z.enum(['allow', 'block', 'review'])
const set = z.strictObject({
  version: count,
  asked: figures,
  byOutcome: z.strictObject({ allow: figures, block: figures, review: figures }),
  byScore: figures,
  rules: z.array(
    z.strictObject({ id: z.string(), version: count, outcome, sentence: z.string(), alone: figures, decided: figures }),
  ),
})
const day = z.iso.date().nullable()
const shape = z.strictObject({
  from: day,
  to: day,
  days: count,
  customers: count,
  uses: count,
  frauds: count,
  fraudMinor: count,
  candidate: set,
  live: set.nullable(),
  more: figures.nullable(),
  less: figures.nullable(),
})

/** Reads what `parley fraud rules backtest --json` printed; undefined for anything else. */
export function readBacktest(text: string): Backtest | undefined {
  if (text.length > textMax) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // not JSON at all: like any other text that is no backtest
  }
  const parsed = shape.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
