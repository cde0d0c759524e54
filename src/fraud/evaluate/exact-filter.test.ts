import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBayesFilter, handbookRules } from '../../../test/sim/fraud/bayes-filter.ts'
import { type DayEvidence, fallChance } from '../../../test/sim/fraud/fall-chance.ts'
import { simulateAnswers } from '../../../test/sim/fraud/simulate-answers.ts'
import { smallHistory } from '../test-support/small-history.ts'

const fall = { chanceADay: 0.1, days: 3 }

/** The same chance by every story that can have happened: the age at the start, and on which days something fell since. */
function byEveryStory(evidence: readonly DayEvidence[], wanted: number): number {
  let [fallen, all] = [0, 0]
  for (let start = 0; start <= fall.days; start += 1) {
    for (let story = 0; story < 2 ** (evidence.length - 1); story += 1) {
      let age = start
      let weight = start < fall.days ? fall.chanceADay : 1 - fall.days * fall.chanceADay
      let isFallenThen = false
      for (const [day, { fallen: ifFallen, clean }] of evidence.entries()) {
        if (day > 0) {
          const falls = ((story >> (day - 1)) & 1) === 1
          weight *= falls ? fall.chanceADay : 1 - fall.chanceADay
          age = falls ? 0 : Math.min(age + 1, fall.days)
        }
        weight *= age < fall.days ? ifFallen : clean
        if (day === wanted) isFallenThen = age < fall.days
      }
      all += weight
      if (isFallenThen) fallen += weight
    }
  }
  return fallen / all
}

describe('the exact filter that our model is set beside', () => {
  it('finds the chance that summing over every possible story gives, before and after the day in question', () => {
    const likelihood = fc.double({ min: 0.01, max: 1, noNaN: true })
    const days = fc.array(fc.record({ fallen: likelihood, clean: likelihood }), { minLength: 1, maxLength: 7 })
    fc.assert(
      fc.property(days, fc.nat(), (evidence, any) => {
        const wanted = any % evidence.length
        expect(fallChance(fall, evidence, wanted)).toBeCloseTo(byEveryStory(evidence, wanted), 10)
      }),
    )
  })

  it('does not run out of digits where every day says the same', () => {
    const sure = Array.from({ length: 60 }, () => ({ fallen: 1, clean: 1e-12 }))
    expect(fallChance({ chanceADay: 2e-4, days: 28 }, sure, 59)).toBeGreaterThan(0.99)
    const genuine = Array.from({ length: 60 }, () => ({ fallen: 0, clean: 1 }))
    expect(fallChance({ chanceADay: 2e-4, days: 28 }, genuine, 59)).toBe(0)
  })

  it('is sure of large amounts, suspects a terminal with fraud, and clears it by one genuine payment', () => {
    const filter = createBayesFilter(
      {
        length: 6,
        day: Int32Array.of(30, 31, 32, 33, 34, 35),
        atMs: Float64Array.of(30, 31, 32, 33, 34, 35).map((day) => day * 86_400_000),
        customer: Uint32Array.of(0, 1, 2, 3, 4, 5),
        terminal: new Uint32Array(6).fill(9),
        amount: Float64Array.of(300, 40, 40, 40, 40, 40),
      },
      handbookRules,
    )
    expect(filter.observe(0, true)).toBe(1)
    const quiet = filter.observe(1, true)
    filter.label(1, true)
    const suspected = filter.observe(2, true)
    filter.label(2, true)
    const sure = filter.observe(3, true)
    filter.label(3, false)
    const cleared = filter.observe(4, true)
    expect(quiet).toBeLessThan(0.02)
    expect(suspected).toBeGreaterThan(0.3)
    expect(sure).toBeGreaterThan(0.8)
    expect(cleared).toBeLessThan(quiet + 0.01)
  })
})

describe('answers in the simulated loop', () => {
  const week = 7 * 86_400_000
  const history = smallHistory(40).finish()
  const said = (informed: boolean) => {
    const labelling = simulateAnswers(history, { share: 0.5, informed, seed: 's' }, week)
    const rows = Array.from({ length: history.length }, (_, row) => labelling(row, history.useAt(row)))
    expect(rows.every((labels) => labels.at(-1)?.source === 'bank')).toBe(true)
    const early = rows.flatMap((labels, row) => (labels.length === 2 ? [{ label: labels[0], row }] : []))
    for (const { label, row } of early) {
      expect(label).toMatchObject({ isFraud: true, informed, source: 'customer' })
      expect((label?.arrivedAtMs ?? Infinity) - history.atMs(row)).toBeLessThanOrEqual(3_600_000)
    }
    const isFraud = ({ row }: { row: number }) => history.truth(row) === 'fraud'
    return { right: early.filter(isFraud).length, wrong: early.filter((one) => !isFraud(one)).length }
  }

  it('come within the hour through the alert flow: true ones of those who saw the details, noisy ones of those who did not', () => {
    const [informed, uninformed] = [said(true), said(false)]
    let frauds = 0
    for (let row = 0; row < history.length; row += 1) if (history.truth(row) === 'fraud') frauds += 1
    expect(Math.abs(informed.right / frauds - 0.5)).toBeLessThan(0.15)
    expect(informed.wrong).toBe(0)
    expect(uninformed.right).toBeLessThan(informed.right)
    expect(uninformed.wrong).toBeGreaterThan(0)
  })
})
