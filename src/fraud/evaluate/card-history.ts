import type { CardUse, CardUseKind } from '../card-use.ts'

/** Truth about a use, as far as anybody found out: unknown uses are neither trained on nor counted. */
export type Truth = 'genuine' | 'fraud' | 'unknown'

/**
 * Card uses in columns, in the order of time: two million fit into a few hundred megabytes. Customers are numbered in the order in
 * which they first pay.
 */
export type CardHistory = {
  readonly length: number
  useAt(row: number): CardUse
  atMs(row: number): number
  /** The customer's number. */
  customer(row: number): number
  truth(row: number): Truth
  /** When the truth became known, ms since 1970; undefined where the source does not say. */
  knownAtMs(row: number): number | undefined
}

export type HistoryBuilder = {
  readonly length: number
  /** How many customers there are. */
  readonly customers: number
  /** Takes uses in any order; {@link finish} sorts. */
  add(use: CardUse, truth: Truth): void
  /** False when no such use was added; a later word replaces an earlier one. */
  label(use: string, truth: Truth, knownAtMs?: number): boolean
  has(use: string): boolean
  finish(): CardHistory
}

const kinds: readonly CardUseKind[] = ['authorization', 'completion', 'advice', 'reversal', 'refund']
const presences: readonly CardUse['presence'][] = ['in-person', 'online', 'recurring', 'unknown']
const truths: readonly Truth[] = ['genuine', 'fraud', 'unknown']

/** An empty history to fill. */
export function buildHistory(): HistoryBuilder {
  const rowOf = new Map<string, number>()
  const ids: string[] = []
  const of = new Map<number, string>()
  const words = { customer: nameTable(), place: nameTable(), small: nameTable() }
  const columns = {
    kind: growing(Uint8Array),
    at: growing(Float64Array),
    amount: growing(Float64Array),
    customer: growing(Uint32Array),
    merchant: growing(Uint32Array),
    terminal: growing(Uint32Array),
    category: growing(Uint32Array),
    country: growing(Uint32Array),
    latitude: growing(Float64Array),
    longitude: growing(Float64Array),
    presence: growing(Uint8Array),
    device: growing(Uint32Array),
    truth: growing(Uint8Array),
    knownAt: growing(Float64Array),
  }
  return {
    get length() {
      return ids.length
    },
    get customers() {
      return words.customer.count
    },
    has: (use) => rowOf.has(use),
    add(use, truth) {
      const row = ids.push(use.id) - 1
      rowOf.set(use.id, row)
      if (use.of !== undefined) of.set(row, use.of)
      columns.kind.push(kinds.indexOf(use.kind))
      columns.at.push(use.atMs)
      columns.amount.push(use.amountMinor)
      columns.customer.push(words.customer.numberOf(use.customer))
      columns.merchant.push(words.place.numberOf(use.merchant))
      columns.terminal.push(words.place.numberOf(use.terminal))
      columns.category.push(words.small.numberOf(use.category))
      columns.country.push(words.small.numberOf(use.country))
      columns.latitude.push(use.latitude ?? Number.NaN)
      columns.longitude.push(use.longitude ?? Number.NaN)
      columns.presence.push(presences.indexOf(use.presence))
      columns.device.push(words.small.numberOf(use.device ?? ''))
      columns.truth.push(truths.indexOf(truth))
      columns.knownAt.push(Number.NaN)
    },
    label(use, truth, knownAtMs) {
      const row = rowOf.get(use)
      if (row === undefined) return false
      columns.truth.values[row] = truths.indexOf(truth)
      columns.knownAt.values[row] = knownAtMs ?? Number.NaN
      return true
    },
    finish() {
      rowOf.clear()
      const order = timeOrder(columns.at.values, ids.length)
      const at = (row: number): number => order[row] ?? 0
      return {
        length: ids.length,
        atMs: (row) => columns.at.values[at(row)] ?? 0,
        customer: (row) => columns.customer.values[at(row)] ?? 0,
        truth: (row) => truths[columns.truth.values[at(row)] ?? 0] ?? 'unknown',
        knownAtMs: (row) => numberOrNothing(columns.knownAt.values[at(row)]),
        useAt(wanted) {
          const row = at(wanted)
          const latitude = numberOrNothing(columns.latitude.values[row])
          const longitude = numberOrNothing(columns.longitude.values[row])
          const device = words.small.nameOf(columns.device.values[row] ?? 0)
          const linked = of.get(row)
          return {
            id: ids[row] ?? '',
            kind: kinds[columns.kind.values[row] ?? 0] ?? 'authorization',
            customer: words.customer.nameOf(columns.customer.values[row] ?? 0),
            merchant: words.place.nameOf(columns.merchant.values[row] ?? 0),
            terminal: words.place.nameOf(columns.terminal.values[row] ?? 0),
            atMs: columns.at.values[row] ?? 0,
            amountMinor: columns.amount.values[row] ?? 0,
            category: words.small.nameOf(columns.category.values[row] ?? 0),
            country: words.small.nameOf(columns.country.values[row] ?? 0),
            presence: presences[columns.presence.values[row] ?? 0] ?? 'unknown',
            ...(linked === undefined ? {} : { of: linked }),
            ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
            ...(device === '' ? {} : { device }),
          }
        },
      }
    },
  }
}

/** Rows by time; rows of one time keep the order in which they came, which is the source's own. */
function timeOrder(atMs: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length).map((_, row) => row)
  const isOrdered = order.every((row) => row === 0 || (atMs[row - 1] ?? 0) <= (atMs[row] ?? 0))
  return isOrdered ? order : order.sort((one, other) => (atMs[one] ?? 0) - (atMs[other] ?? 0) || one - other)
}

function numberOrNothing(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value
}

type NameTable = { readonly count: number; numberOf(name: string): number; nameOf(number: number): string }

function nameTable(): NameTable {
  const names: string[] = []
  const numbers = new Map<string, number>()
  return {
    get count() {
      return names.length
    },
    nameOf: (number) => names[number] ?? '',
    numberOf(name) {
      let number = numbers.get(name)
      if (number === undefined) numbers.set(name, (number = names.push(name) - 1))
      return number
    },
  }
}

type Growing<Values> = { values: Values; push(value: number): void }

function growing<Values extends Uint8Array | Uint32Array | Float64Array>(
  kind: new (length: number) => Values,
): Growing<Values> {
  let length = 0
  const column: Growing<Values> = {
    values: new kind(1024),
    push(value) {
      if (length === column.values.length) {
        const larger = new kind(2 * length)
        larger.set(column.values)
        column.values = larger
      }
      column.values[length] = value
      length += 1
    },
  }
  return column
}
