import { describe, expect, it } from 'vitest'
import { type ScoredUse, cardPrecision } from './card-precision.ts'

const use = (day: number, customer: number, score: number, isFraud = false): ScoredUse => ({
  day,
  customer,
  score,
  isFraud,
})

describe('card precision', () => {
  it('takes each customer’s highest score of the day, and any fraud of theirs that day', () => {
    const uses = [
      use(1, 10, 0.9), // their highest is genuine, but they were defrauded that day: found
      use(1, 10, 0.2, true),
      use(1, 11, 0.8),
      use(1, 12, 0.1, true),
    ]
    expect(cardPrecision(uses, 2)).toBe(1 / 2)
    expect(cardPrecision(uses, 1)).toBe(1)
  })

  it('averages over days, each divided by as many cards as could be looked at', () => {
    const uses = [use(2, 1, 0.9, true), use(2, 2, 0.8, true), use(1, 3, 0.9), use(1, 4, 0.1, true)]
    // Day 1: one of two places is a fraud; day 2: both.
    expect(cardPrecision(uses, 2)).toBe((1 / 2 + 2 / 2) / 2)
    // A hundred places, of which two days fill one and two.
    expect(cardPrecision(uses, 100)).toBeCloseTo((1 / 100 + 2 / 100) / 2, 12)
  })

  it('takes who was found out of the days after, and leaves in who was overlooked', () => {
    const uses = [
      use(1, 1, 0.9, true), // found on day 1
      use(1, 2, 0.1, true), // overlooked on day 1
      use(2, 1, 0.9, true),
      use(2, 2, 0.8, true),
    ]
    expect(cardPrecision(uses, 1)).toBe((1 + 1) / 2)
    const overlookedAgain = [...uses, use(3, 1, 0.9, true), use(3, 2, 0.8, true), use(3, 3, 0.1)]
    expect(cardPrecision(overlookedAgain, 1)).toBe((1 + 1 + 0) / 3)
  })

  it('gives equal scores to the lower number, and has nothing to say of no days', () => {
    expect(cardPrecision([use(1, 7, 0.5, true), use(1, 3, 0.5)], 1)).toBe(0)
    expect(cardPrecision([], 100)).toBeNaN()
  })
})
