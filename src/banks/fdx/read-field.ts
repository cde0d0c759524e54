import { parseMoney, refusal, success, toInstant } from '../../kernel/index.ts'
import type { Instant, Money, Outcome } from '../../kernel/index.ts'
import { ExactNumber, isExactObject } from '../exact-json.ts'
import type { ExactJson, ExactObject } from '../exact-json.ts'
import type { Day } from '../facts.ts'
import { plainDecimal } from './plain-decimal.ts'

/** A field has another type than the standard gives it, or an amount cannot be told exactly. Nothing is guessed then. */
export type Unreadable = 'banks/unreadable'

/** Longest name or line that is shown. */
const lineLengthMax = 100

/** Whether a field is there. */
export function isPresent(value: ExactJson | undefined): value is Exclude<ExactJson, null> {
  return value !== undefined && value !== null
}

/** The currency of an account: `{ currency: { currencyCode } }`. */
export function currencyOf(fields: ExactObject): string | undefined {
  const currency = fields.get('currency')
  const code = isExactObject(currency) ? currency.get('currencyCode') : undefined
  return typeof code === 'string' ? code : undefined
}

/** An amount as a JSON number, exactly. */
export function readAmount(value: ExactJson | undefined, currency: string | undefined): Outcome<Money, Unreadable> {
  const text = value instanceof ExactNumber ? plainDecimal(value.text) : undefined
  if (text === undefined || currency === undefined) return refusal('banks/unreadable')
  const money = parseMoney(text, currency)
  return money.ok ? money : refusal('banks/unreadable')
}

/** As {@link readAmount}; absent is fine. */
export function readOptionalAmount(
  value: ExactJson | undefined,
  currency: string | undefined,
): Outcome<Money | undefined, Unreadable> {
  return isPresent(value) ? readAmount(value, currency) : success(undefined)
}

// FDX timestamps are RFC 3339; some banks leave the zone out, and then the moment is not known.
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/

/** A moment; undefined where the bank gives none or leaves the zone out. */
export function readTime(value: ExactJson | undefined): Instant | undefined | 'unreadable' {
  if (!isPresent(value)) return undefined
  if (typeof value !== 'string') return 'unreadable'
  const at = timeShape.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : toInstant(at)
}

const zonelessShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?$/
const dayShape = /^\d{4}-\d\d-\d\d$/

/**
 * The moment of a payment, whose day is what matters: a time without a zone is read as UTC, and a day alone as its noon there,
 * which is the same day from Alaska to New Zealand's winter.
 */
export function readPaymentTime(value: ExactJson | undefined): Instant | undefined | 'unreadable' {
  if (typeof value !== 'string') return readTime(value)
  const zoned = dayShape.test(value) ? `${value}T12:00:00Z` : zonelessShape.test(value) ? `${value}Z` : value
  return readTime(zoned)
}

/** A day, also from a timestamp; undefined where the text is no day of the calendar. */
export function readDay(value: ExactJson | undefined): Outcome<Day | undefined, Unreadable> {
  if (!isPresent(value)) return success(undefined)
  if (typeof value !== 'string') return refusal('banks/unreadable')
  const day = value.slice(0, 10)
  if (!dayShape.test(day) || Number.isNaN(Date.parse(day))) return success(undefined)
  return success(new Date(Date.parse(day)).toISOString().startsWith(day) ? day : undefined)
}

/** The first of the fields that has text: '' when none is there, undefined when one of them is not text. */
export function firstText(fields: ExactObject, names: readonly string[]): string | undefined {
  let found = ''
  for (const name of names) {
    const value = fields.get(name)
    if (!isPresent(value)) continue
    if (typeof value !== 'string') return undefined
    if (found === '') found = value.trim()
  }
  return found
}

/** Text for one line, or undefined where there is none. What is not text counts as none: only for what an answer can do without. */
export function readLine(value: ExactJson | undefined): string | undefined {
  const line = typeof value === 'string' ? oneLine(value) : ''
  return line === '' ? undefined : line
}

/** Control and bidirectional characters out, so that a bank's text cannot rearrange a page or a message. */
export function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll(/ {2,}/g, ' ')
  return [...clean.trim()].slice(0, lineLengthMax).join('')
}

/** The last four digits of a number as a bank shows it, never more. */
export function lastDigits(value: ExactJson | undefined): string | undefined {
  const digits = typeof value === 'string' ? value.replaceAll(/[^0-9]/g, '').slice(-4) : ''
  return digits === '' ? undefined : digits
}

/** A bank's own word, in capitals as FDX has them; `UNKNOWN` for anything else. */
export function bankWord(value: ExactJson | undefined): string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,64}$/.test(value) ? value : 'UNKNOWN'
}

/** Longest id (FDX: 256). */
const idLengthMax = 256

/** An id: not empty, not longer than FDX has them. */
export function readId(value: ExactJson | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= idLengthMax ? value : undefined
}
