import { timeOrder } from './time-order.ts'

/** What a row is, by number. */
export const EVENT_KINDS = ['authorization', 'completion', 'advice', 'reversal', 'refund'] as const
/** How the card was used, by number. */
export const PRESENCES = ['in-person', 'online', 'recurring'] as const
/** The answer key, by number: genuine, the handbook's three scenarios, and what it does not have. */
export const SCENARIOS = [
  'genuine',
  'large-amount',
  'fallen-terminal',
  'fallen-customer',
  'impossible-travel',
  'away-from-home',
  'card-testing',
  'account-takeover',
  'subscription-trap',
] as const
/** One of the answers. */
export type Scenario = (typeof SCENARIOS)[number]

/** One card event, before it has a reference. */
export type EventRow = {
  /** Since the start of the first day (UTC). */
  readonly seconds: number
  readonly person: number
  /** Which of the account's cards: 0, or 1 for the second one. */
  readonly card: number
  readonly shop: number
  readonly till: number
  readonly amountMinor: number
  readonly kind: (typeof EVENT_KINDS)[number]
  /** The row of the authorization that this belongs to. */
  readonly of?: number
  readonly presence: (typeof PRESENCES)[number]
  /** 0: none. */
  readonly device: number
  readonly outcome?: 'approved' | 'declined'
  readonly scenario: Scenario
}

/** Card events as columns: a million of them in about forty megabytes. */
export type EventRows = {
  readonly length: number
  /** The row's number, or undefined when its time is not within the world. */
  add(row: EventRow): number | undefined
  at(row: number): EventRow
  /** What happened to an event afterwards: it costs more, and is fraud. */
  spoil(row: number, change: { readonly amountMinor: number; readonly scenario: Scenario }): void
  /** Row numbers in the order of time. */
  order(): Uint32Array
}

const COLUMNS = 11
const NO_ROW = 0
const START_CAPACITY = 1 << 14

/** Rows of a world with so many days; events outside of them are not kept. */
export function createEventRows(days: number): EventRows {
  const end = days * 86_400
  let cells = new Uint32Array(START_CAPACITY * COLUMNS)
  let length = 0

  function add(row: EventRow): number | undefined {
    if (row.seconds < 0 || row.seconds >= end) return undefined
    if ((length + 1) * COLUMNS > cells.length) {
      const larger = new Uint32Array(cells.length * 2)
      larger.set(cells)
      cells = larger
    }
    cells.set(pack(row), length * COLUMNS)
    length += 1
    return length - 1
  }

  return {
    get length() {
      return length
    },
    add,
    at: (row) => unpack(cells.subarray(row * COLUMNS, (row + 1) * COLUMNS)),
    spoil(row, { amountMinor, scenario }) {
      cells[row * COLUMNS + AMOUNT_AT] = amountMinor
      cells[row * COLUMNS + SCENARIO_AT] = SCENARIOS.indexOf(scenario)
    },
    order: () =>
      timeOrder(
        Uint32Array.from({ length }, (_, row) => cells[row * COLUMNS] ?? 0),
        length,
      ),
  }
}

const AMOUNT_AT = 5
const SCENARIO_AT = 10
const OUTCOMES = [undefined, 'approved', 'declined'] as const

function pack(row: EventRow): number[] {
  return [
    row.seconds,
    row.person,
    row.card,
    row.shop,
    row.till,
    row.amountMinor,
    EVENT_KINDS.indexOf(row.kind) * OUTCOMES.length + OUTCOMES.indexOf(row.outcome),
    row.of === undefined ? NO_ROW : row.of + 1,
    PRESENCES.indexOf(row.presence),
    row.device,
    SCENARIOS.indexOf(row.scenario),
  ]
}

function unpack(cells: Uint32Array): EventRow {
  const cell = (at: number): number => cells[at] ?? 0
  const of = cell(7)
  const outcome = OUTCOMES[cell(6) % OUTCOMES.length]
  return {
    seconds: cell(0),
    person: cell(1),
    card: cell(2),
    shop: cell(3),
    till: cell(4),
    amountMinor: cell(AMOUNT_AT),
    kind: EVENT_KINDS[Math.floor(cell(6) / OUTCOMES.length)] ?? 'authorization',
    ...(of === NO_ROW ? {} : { of: of - 1 }),
    presence: PRESENCES[cell(8)] ?? 'in-person',
    device: cell(9),
    ...(outcome === undefined ? {} : { outcome }),
    scenario: SCENARIOS[cell(SCENARIO_AT)] ?? 'genuine',
  }
}
