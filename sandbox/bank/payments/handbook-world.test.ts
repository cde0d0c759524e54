import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { handbookLines } from './handbook-lines.ts'
import { generateHandbookWorld } from './handbook-world.ts'
import type { HandbookRows } from './handbook-rows.ts'

/** The public data set, in numbers: rows, frauds and customers seen. */
const PUBLISHED = { rows: 1_754_155, customers: 4_990, share: 0.008369, scenarios: [973, 9_077, 4_631] } as const
/** A world of full size on a machine with other work to do. */
const FULL_SIZE_MS_MAX = 60_000
const SMALL = { customers: 200, terminals: 400, days: 40 } as const
const START_MS = Date.parse('2018-04-01T00:00:00Z')

function text(rows: HandbookRows): string {
  return [...handbookLines(rows, START_MS)].join('')
}

function scenarios(rows: HandbookRows): number[] {
  const counts = [0, 0, 0, 0]
  for (const scenario of rows.scenario) counts[scenario] = (counts[scenario] ?? 0) + 1
  return counts
}

/** How far from what was published, as a share of it. */
function off(value: number, published: number): number {
  return Math.abs(value / published - 1)
}

describe('the handbook’s world', () => {
  test(
    'at full size it has the published rows and frauds of each scenario, within what chance allows',
    () => {
      const rows = generateHandbookWorld({ seed: '1', customers: 5_000, terminals: 10_000, days: 183 })
      const [, ...fraud] = scenarios(rows)
      expect(off(rows.length, PUBLISHED.rows)).toBeLessThan(0.03)
      expect(off(new Set(rows.customer).size, PUBLISHED.customers)).toBeLessThan(0.003)
      expect(off(fraud.reduce((sum, each) => sum + each, 0) / rows.length, PUBLISHED.share)).toBeLessThan(0.06)
      expect(off(fraud[0] ?? 0, PUBLISHED.scenarios[0])).toBeLessThan(0.15)
      expect(off(fraud[1] ?? 0, PUBLISHED.scenarios[1])).toBeLessThan(0.06)
      expect(off(fraud[2] ?? 0, PUBLISHED.scenarios[2])).toBeLessThan(0.06)
    },
    FULL_SIZE_MS_MAX,
  )

  test('the same seed gives the same bytes, another seed another world', () => {
    const one = text(generateHandbookWorld({ seed: '7', ...SMALL }))
    expect(text(generateHandbookWorld({ seed: '7', ...SMALL }))).toBe(one)
    expect(text(generateHandbookWorld({ seed: '8', ...SMALL }))).not.toBe(one)
  })

  test('it is frozen: a model was trained on it, and its numbers hold for these bytes', () => {
    const bytes = createHash('sha256').update(text(generateHandbookWorld({ seed: '7', ...SMALL })))
    expect(bytes.digest('hex')).toBe('a13ad8a0ba5b2d3ce526e2c385fd7d3c9d0d4809a223c677c2fc6f1869054315')
  })

  test('the rows are numbered in the order of time and read as the public files do', () => {
    const lines = text(generateHandbookWorld({ seed: '7', ...SMALL }))
      .trimEnd()
      .split('\n')
    expect(lines[0]).toBe('TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO')
    const shape = /^\d+,2018-0[45]-\d\d \d\d:\d\d:\d\d,\d+,\d+,\d+\.\d\d,(0,0|1,[123])$/
    expect(lines.slice(1).filter((line) => !shape.test(line))).toEqual([])
    const times = lines.slice(1).map((line) => line.split(',')[1] ?? '')
    expect(times).toEqual([...times].sort())
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(times.map((_, at) => at))
  })

  test('every amount above 220 is fraud, and a fallen terminal has no genuine payment for its 28 days', () => {
    const rows = generateHandbookWorld({ seed: '7', customers: 500, terminals: 1_000, days: 60 })
    const spans = new Map<number, { first: number; last: number }>()
    for (let row = 0; row < rows.length; row += 1) {
      if ((rows.amountMinor[row] ?? 0) > 22_000) expect(rows.scenario[row]).not.toBe(0)
      if (rows.scenario[row] !== 2) continue
      const day = Math.floor((rows.seconds[row] ?? 0) / 86_400)
      const known = spans.get(rows.terminal[row] ?? 0)
      spans.set(rows.terminal[row] ?? 0, { first: known?.first ?? day, last: day })
    }
    expect(spans.size).toBeGreaterThan(5)
    const genuineInside = Array.from({ length: rows.length }, (_, row) => row).filter((row) => {
      const span = spans.get(rows.terminal[row] ?? 0)
      const day = Math.floor((rows.seconds[row] ?? 0) / 86_400)
      const single = span !== undefined && span.last - span.first < 28
      return single && rows.scenario[row] === 0 && day > span.first && day < span.last
    })
    expect(genuineInside).toEqual([])
  })

  test('a customer pays at terminals close to home and nowhere else', () => {
    const rows = generateHandbookWorld({ seed: '7', ...SMALL })
    const used = new Map<number, Set<number>>()
    for (let row = 0; row < rows.length; row += 1) {
      const customer = rows.customer[row] ?? 0
      used.set(customer, (used.get(customer) ?? new Set()).add(rows.terminal[row] ?? 0))
    }
    // A circle of radius 5 on a square of 100 holds 0.8 % of 400 terminals: about three, and never very many.
    expect(Math.max(...[...used.values()].map((terminals) => terminals.size))).toBeLessThan(15)
  })
})
