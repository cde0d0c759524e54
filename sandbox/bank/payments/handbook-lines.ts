import type { HandbookRows } from './handbook-rows.ts'
import { dayAndTime } from './day-and-time.ts'

/** Rows in one piece of text: large enough to write quickly, small enough to hold. */
const ROWS_A_PIECE = 20_000

const HEADER = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO\n'

/** The rows as the handbook's CSV, piece by piece; `startMs` is the first day's beginning, UTC. */
export function* handbookLines(rows: HandbookRows, startMs: number): Generator<string> {
  yield HEADER
  const sayTime = dayAndTime(startMs)
  for (let from = 0; from < rows.length; from += ROWS_A_PIECE) {
    let piece = ''
    for (let row = from; row < Math.min(rows.length, from + ROWS_A_PIECE); row += 1) {
      const scenario = rows.scenario[row] ?? 0
      piece += `${row},${sayTime(rows.seconds[row] ?? 0)},${rows.customer[row]},${rows.terminal[row]},`
      piece += `${decimal(rows.amountMinor[row] ?? 0)},${scenario === 0 ? 0 : 1},${scenario}\n`
    }
    yield piece
  }
}

/** Hundredths as a decimal with two places. */
export function decimal(minor: number): string {
  const cents = minor % 100
  return `${Math.trunc(minor / 100)}.${cents < 10 ? '0' : ''}${cents}`
}
