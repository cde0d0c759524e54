import type { HandbookRows } from '../../../sandbox/bank/payments/handbook-rows.ts'
import type { CardHistory } from '../../../src/fraud/evaluate/card-history.ts'
import type { FilterRows } from './bayes-filter.ts'

const daySeconds = 86_400

/** The simulator's columns as the history that an evaluation reads, without writing and reading a file. */
export function handbookHistory(rows: HandbookRows, startMs: number): CardHistory {
  const atMs = (row: number): number => startMs + (rows.seconds[row] ?? 0) * 1000
  return {
    length: rows.length,
    atMs,
    customer: (row) => rows.customer[row] ?? 0,
    truth: (row) => (rows.scenario[row] === 0 ? 'genuine' : 'fraud'),
    knownAtMs: () => undefined,
    useAt: (row) => ({
      id: String(row),
      kind: 'authorization',
      customer: String(rows.customer[row]),
      merchant: String(rows.terminal[row]),
      terminal: String(rows.terminal[row]),
      atMs: atMs(row),
      amountMinor: rows.amountMinor[row] ?? 0,
      category: '',
      country: '',
      presence: 'unknown',
    }),
  }
}

/** The same for the filter. */
export function filterRows(rows: HandbookRows, startMs: number): FilterRows {
  return {
    length: rows.length,
    day: Int32Array.from(rows.seconds, (seconds) => Math.floor(seconds / daySeconds)),
    atMs: Float64Array.from(rows.seconds, (seconds) => startMs + seconds * 1000),
    customer: rows.customer,
    terminal: rows.terminal,
    amount: Float64Array.from(rows.amountMinor, (minor) => minor / 100),
  }
}
