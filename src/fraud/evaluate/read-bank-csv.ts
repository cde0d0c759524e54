import { parseMoney } from '../../kernel/index.ts'
import { cardUseOf } from '../card-use-of.ts'
import type { CardUse } from '../card-use.ts'
import type { HistoryBuilder } from './card-history.ts'
import { readLines } from './read-lines.ts'
import { splitFields } from './split-fields.ts'
import { UnreadableFile } from './unreadable-file.ts'

/** The columns of a bank's own CSV: those of a card event (docs/card-events.md), flat. */
const needed = ['reference', 'at', 'amount', 'currency', 'merchant'] as const
const optional = [
  'account', 'card_number', 'card_last4', 'kind', 'of', 'category', 'terminal', 'country', 'latitude', 'longitude', 'presence', 'device',
  'fraud', 'reported_at',
] as const // prettier-ignore
type Column = (typeof needed)[number] | (typeof optional)[number]

/** Whether a first line names these columns, rather than the handbook's. */
export function isBankHeader(line: string): boolean {
  const names = splitFields(line)?.map((name) => name.replace(/^\uFEFF/, '').trim()) ?? []
  return names.includes('reference')
}

/**
 * Adds a bank's own CSV to a history. A card is told by its number (`card_number`), or by `account` with `card_last4`. Other columns are not
 * looked at. Throws {@link UnreadableFile}; it names columns, never a value.
 */
export async function readBankCsv(
  history: HistoryBuilder,
  file: string,
  onRow: (rows: number) => void = () => undefined,
): Promise<void> {
  let places: ReadonlyMap<string, number> | undefined
  let width = 0
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === '') continue
    const where = { file, line: number }
    const fields = splitFields(text)?.map((field) => field.trim())
    if (fields === undefined) throw new UnreadableFile('fraud/value-wrong', where, 'a quote is never closed')
    if (places === undefined) {
      places = placesIn(fields, where)
      width = fields.length
      continue
    }
    if (fields.length !== width) throw new UnreadableFile('fraud/value-wrong', where, `${fields.length} fields, and the first line names ${width}`) // prettier-ignore
    const found = places
    const of: Cell = (column) => fields[found.get(column) ?? -1] ?? ''
    const row = rowOf(of)
    if (typeof row === 'string') throw new UnreadableFile('fraud/value-wrong', where, row)
    if (history.has(row.use.id))
      throw new UnreadableFile('fraud/payment-twice', where, 'this reference was read before')
    history.add(row.use, row.truth)
    if (row.knownAtMs !== undefined) history.label(row.use.id, row.truth, row.knownAtMs)
    onRow(history.length)
  }
}

type Cell = (column: Column) => string

function placesIn(header: readonly string[], where: { file: string; line: number }): ReadonlyMap<string, number> {
  const names = header.map((name) => name.replace(/^\uFEFF/, ''))
  const known: readonly string[] = [...needed, ...optional]
  const isCardNamed = names.includes('card_number') || names.includes('account')
  const missing = [...needed.filter((name) => !names.includes(name)), ...(isCardNamed ? [] : ['account'])]
  if (missing.length > 0) {
    throw new UnreadableFile(
      'fraud/column-missing',
      where,
      `the first line must name the columns; missing: ${missing.join(', ')}`,
    )
  }
  const twice = known.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) throw new UnreadableFile('fraud/column-missing', where, `the column ${twice} is there twice`)
  return new Map(known.flatMap((name) => (names.includes(name) ? [[name, names.indexOf(name)] as const] : [])))
}

type Row = { readonly use: CardUse; readonly truth: 'genuine' | 'fraud' | 'unknown'; readonly knownAtMs?: number }

const kinds = ['authorization', 'completion', 'advice', 'reversal', 'refund'] as const
const presences = ['in-person', 'online', 'recurring', 'unknown'] as const
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** The use and what became of it, or what is wrong with the row. */
function rowOf(of: Cell): Row | string {
  const card = cardOf(of)
  if (card === undefined) return 'neither card_number (12 to 19 digits) nor account says which card it was'
  const kind = kinds.find((one) => one === (of('kind') || 'authorization'))
  if (kind === undefined) return `kind is none of ${kinds.join(', ')}`
  const presence = presences.find((one) => one === (of('presence') || 'unknown'))
  if (presence === undefined) return `presence is none of ${presences.join(', ')}`
  const atMs = timeOf(of('at'))
  if (atMs === undefined) return 'at is not a time such as 2026-11-22T18:03:11Z'
  const money = parseMoney(of('amount'), of('currency'))
  const amountMinor = money.ok ? Number(money.value.minor) : Number.NaN
  if (!(amountMinor >= 0 && Number.isSafeInteger(amountMinor)))
    return 'amount and currency are not such as 42.10 and USD'
  const names = {
    id: of('reference'),
    merchant: of('merchant'),
    of: of('of'),
    terminal: of('terminal'),
    device: of('device'),
  }
  if (names.id === '' || names.merchant === '') return 'reference or merchant is empty'
  if (Object.values(names).some((name) => name.length > 128)) return 'a name is longer than 128 characters'
  const [latitude, longitude] = [degreesOf(of('latitude'), 90), degreesOf(of('longitude'), 180)]
  if (latitude === 'wrong' || longitude === 'wrong') return 'latitude or longitude is not in degrees'
  if (!/^([A-Z]{2})?$/.test(of('country'))) return 'country is not such as US'
  if (!/^(\d{4})?$/.test(of('category'))) return 'category is not such as 5411'
  const truth = truthOf(of('fraud'))
  if (truth === undefined) return 'fraud is neither 0 nor 1 nor empty'
  const knownAtMs = of('reported_at') === '' ? undefined : timeOf(of('reported_at'))
  if (of('reported_at') !== '' && knownAtMs === undefined)
    return 'reported_at is not a time such as 2026-11-22T18:03:11Z'
  const use = cardUseOf({
    ...card,
    ...{ id: names.id, kind, atMs, amountMinor, presence },
    ...(names.of === '' ? {} : { of: names.of }),
    ...(names.device === '' ? {} : { device: names.device }),
    merchant: {
      id: names.merchant,
      category: of('category'),
      ...(names.terminal === '' ? {} : { terminal: names.terminal }),
      ...(of('country') === '' ? {} : { country: of('country') }),
      ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
    },
  })
  return { use, truth, ...(knownAtMs === undefined ? {} : { knownAtMs }) }
}

function cardOf(of: Cell): { readonly account: string; readonly cardLastDigits?: string } | undefined {
  const number = of('card_number').replaceAll(/[ -]/g, '')
  if (number !== '') return /^\d{12,19}$/.test(number) ? { account: `number ${number}` } : undefined
  const [account, lastDigits] = [of('account'), of('card_last4')]
  if (account === '' || account.length > 128) return undefined
  return lastDigits === '' ? { account } : { account, cardLastDigits: lastDigits }
}

function timeOf(text: string): number | undefined {
  const ms = timeShape.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

function degreesOf(text: string, max: number): number | 'wrong' | undefined {
  if (text === '') return undefined
  const degrees = /^-?\d{1,3}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
  return Math.abs(degrees) <= max ? degrees : 'wrong'
}

function truthOf(text: string): Row['truth'] | undefined {
  return text === '' ? 'unknown' : text === '0' ? 'genuine' : text === '1' ? 'fraud' : undefined
}
