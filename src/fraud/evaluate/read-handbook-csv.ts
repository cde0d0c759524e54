import type { HistoryBuilder } from './card-history.ts'
import { readLines } from './read-lines.ts'
import { splitFields } from './split-fields.ts'
import { UnreadableFile } from './unreadable-file.ts'

const columnNames = ['TRANSACTION_ID', 'TX_DATETIME', 'CUSTOMER_ID', 'TERMINAL_ID', 'TX_AMOUNT', 'TX_FRAUD'] as const
type ColumnName = (typeof columnNames)[number]

/** Larger amounts are a mistake, and smaller than what a double holds exactly. */
const amountMinorMax = 1e13

/**
 * Adds a file with the columns of the public fraud-detection handbook (in any order; others, such as TX_FRAUD_SCENARIO, the answer key,
 * are never looked at) to a history. Times without a zone are taken as UTC: only days and hours of them matter. Throws {@link UnreadableFile}.
 */
export async function readHandbookCsv(
  history: HistoryBuilder,
  file: string,
  onRow: (rows: number) => void = () => undefined,
): Promise<void> {
  let at: Places | undefined
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === '') continue
    const wrong: Wrong = (code, problem) => new UnreadableFile(code, { file, line: number }, problem)
    const fields = splitFields(text)
    if (fields === undefined) throw wrong('fraud/value-wrong', 'a quote is never closed')
    if (at === undefined) at = placesIn(fields, wrong)
    else addRow(history, { at, fields, wrong })
    onRow(history.length)
  }
  if (at === undefined) throw new UnreadableFile('fraud/file-empty', { file, line: 0 }, 'the file is empty')
}

type Wrong = (
  code: 'fraud/column-missing' | 'fraud/value-wrong' | 'fraud/payment-twice',
  problem: string,
) => UnreadableFile
type Places = { readonly [Name in ColumnName]: number }

function placesIn(header: readonly string[], wrong: Wrong): Places {
  const names = header.map((name) => name.replace(/^\uFEFF/, '').trim())
  const missing = columnNames.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw wrong('fraud/column-missing', `the first line must name the columns; missing: ${missing.join(', ')}`)
  }
  const twice = columnNames.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) throw wrong('fraud/column-missing', `the column ${twice} is there twice`)
  const placeOf = (name: ColumnName): number => names.indexOf(name)
  return {
    TRANSACTION_ID: placeOf('TRANSACTION_ID'),
    TX_DATETIME: placeOf('TX_DATETIME'),
    CUSTOMER_ID: placeOf('CUSTOMER_ID'),
    TERMINAL_ID: placeOf('TERMINAL_ID'),
    TX_AMOUNT: placeOf('TX_AMOUNT'),
    TX_FRAUD: placeOf('TX_FRAUD'),
  }
}

type Row = { readonly at: Places; readonly fields: readonly string[]; readonly wrong: Wrong }

function addRow(history: HistoryBuilder, row: Row): void {
  const id = textOf(row, 'TRANSACTION_ID')
  if (history.has(id)) throw row.wrong('fraud/payment-twice', 'this TRANSACTION_ID was read before')
  const terminal = textOf(row, 'TERMINAL_ID')
  const isFraud = fraudOf(row)
  history.add(
    {
      id,
      kind: 'authorization',
      customer: textOf(row, 'CUSTOMER_ID'),
      merchant: terminal,
      terminal,
      atMs: timeOf(row),
      amountMinor: amountOf(row),
      category: '',
      country: '',
      presence: 'unknown',
    },
    isFraud ? 'fraud' : 'genuine',
  )
}

function textOf({ at, fields, wrong }: Row, name: ColumnName): string {
  const text = fields[at[name]]?.trim() ?? ''
  if (text === '') throw wrong('fraud/value-wrong', `${name} is empty or missing`)
  return text
}

const timePattern = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|\+00:00)?$/

function timeOf(row: Row): number {
  const [, day, time] = timePattern.exec(textOf(row, 'TX_DATETIME')) ?? []
  const atMs = day === undefined || time === undefined ? Number.NaN : Date.parse(`${day}T${time.slice(0, 12)}Z`)
  // Date.parse takes 31 February for a day of March.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== day) {
    throw row.wrong('fraud/value-wrong', 'TX_DATETIME is not a time such as 2018-07-25 13:05:59')
  }
  return atMs
}

function amountOf(row: Row): number {
  const text = textOf(row, 'TX_AMOUNT')
  const amountMinor = /^\d+(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 100) : Number.NaN
  if (!(amountMinor <= amountMinorMax)) throw row.wrong('fraud/value-wrong', 'TX_AMOUNT is not an amount such as 57.16')
  return amountMinor
}

function fraudOf(row: Row): boolean {
  const text = textOf(row, 'TX_FRAUD')
  if (!/^[01](?:\.0+)?$/.test(text)) throw row.wrong('fraud/value-wrong', 'TX_FRAUD is neither 0 nor 1')
  return text.startsWith('1')
}
