import { describe, expect, it } from 'vitest'
import { buildHistory } from './card-history.ts'
import { dayMs, splitByDays } from './split-by-days.ts'

const startMs = Date.UTC(2018, 6, 25)
type Row = readonly [customer: string, day: number, isFraud?: boolean, msIntoDay?: number]

function splitOf(rows: readonly Row[], delayDays = 7) {
  const history = buildHistory()
  for (const [at, [customer, day, isFraud = false, msIntoDay = 3_600_000]] of rows.entries()) {
    const atMs = startMs + day * dayMs + msIntoDay
    history.add(
      { id: String(at), kind: 'authorization', customer, merchant: 'm', terminal: 't', atMs, amountMinor: 1, category: '', country: '', presence: 'unknown' }, // prettier-ignore
      isFraud ? 'fraud' : 'genuine',
    )
  }
  const finished = history.finish()
  const split = splitByDays(finished, { trainStartMs: startMs, trainDays: 7, delayDays, testDays: 7 })
  const say = (of: readonly number[]) => of.map((row) => finished.useAt(row).id)
  return { train: say(split.train), test: say(split.test), removed: split.removedCount }
}

describe('the split of the handbook', () => {
  it('has whole days: training, the delay left out, the test', () => {
    const rows: readonly Row[] = [
      ['a', -1, false, dayMs - 1],
      ['a', 0, false, 0],
      ['a', 6, false, dayMs - 1],
      ['a', 7, false, 0],
      ['a', 13, false, dayMs - 1],
      ['a', 14, false, 0],
      ['a', 20, false, dayMs - 1],
      ['a', 21, false, 0],
    ]
    expect(splitOf(rows)).toEqual({ train: ['1', '2'], test: ['5', '6'], removed: 0 })
  })

  it('leaves customers out whose fraud is in the training period, and not those whose fraud was before it', () => {
    const rows: readonly Row[] = [
      ['before', -1, true],
      ['during', 3, true],
      ['during', 5],
      ['before', 15],
      ['during', 15],
    ]
    expect(splitOf(rows)).toEqual({ train: ['1', '2'], test: ['3'], removed: 1 })
  })

  it('leaves a customer out from the first test day by whose beginning every label of that day has arrived', () => {
    // Defrauded on day 7: the label takes seven whole days, until day 14 ends.
    const rows: readonly Row[] = [
      ['x', 7, true],
      ['x', 14],
      ['x', 15],
      ['x', 16],
    ]
    expect(splitOf(rows)).toEqual({ train: [], test: ['1'], removed: 2 })
  })

  it('follows another delay, and frauds within the test itself once their labels are there', () => {
    const rows: readonly Row[] = [
      ['x', 9, true], // the first test day with a delay of two days
      ['x', 11],
      ['x', 12],
    ]
    expect(splitOf(rows, 2)).toEqual({ train: [], test: ['0', '1'], removed: 1 })
  })
})
