import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal } from './fdx-error.ts'

const DAY_MS = 86_400_000
/** FDX: without dates, today and the six days before. */
const DEFAULT_DAYS = 7
/** Slack at the edge of the lookback, so that time zones and slow clocks do not turn a lawful request into an error. */
const LOOKBACK_SLACK_DAYS = 2

/** From (included) and to (not included), ms. */
export type DateRange = { readonly from: number; readonly to: number }

/** Reads `startTime`/`endTime` or `startDate`/`endDate`: both or neither, in order, and within the consent's lookback. */
export function readDateRange(call: FdxCall, defaultDays = DEFAULT_DAYS): DateRange {
  const range = asked(call.query) ?? {
    from: startOfDay(call.now) - (defaultDays - 1) * DAY_MS,
    to: startOfDay(call.now) + DAY_MS,
  }
  if (range.from >= range.to) throw new FdxRefusal('date-range', 'the start is after the end')
  const { lookbackDays } = call.consent
  if (lookbackDays !== undefined && range.from < startOfDay(call.now) - (lookbackDays + LOOKBACK_SLACK_DAYS) * DAY_MS) {
    throw new FdxRefusal('date-range', `the customer shared the last ${lookbackDays} days`)
  }
  return range
}

function asked(query: URLSearchParams): DateRange | undefined {
  const start = query.get('startTime') ?? query.get('startDate')
  const end = query.get('endTime') ?? query.get('endDate')
  if (start === null && end === null) return undefined
  if (start === null || end === null) throw new FdxRefusal('date-range', 'give both the start and the end, or neither')
  return { from: instant(start), to: isDay(end) ? instant(end) + DAY_MS : instant(end) + 1 }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}

function instant(text: string): number {
  const ms = isDay(text) || /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new FdxRefusal('date-range', 'dates are YYYY-MM-DD or RFC 3339 with an offset')
  return ms
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}
