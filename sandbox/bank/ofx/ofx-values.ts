import { minorDigits } from '../fdx/exact-number.ts'
import { OfxFinding } from './ofx-error.ts'

/** More digits than any real balance. */
const DIGITS_MAX = 15

/** Hours from UTC of the zone names banks write without an offset. */
const ZONES: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}

/** An amount in minor units, exact. Decimal point or comma (OFX 3.2.9.2), thousands separators tolerated, nothing rounded. */
export function readAmount(text: string, currency: string, what: string): bigint {
  const { sign, whole, fraction } = readDecimal(text, what)
  const digits = minorDigits(currency)
  if (/[1-9]/.test(fraction.slice(digits)))
    throw new OfxFinding('bad-amount', `${what} has more decimals than ${currency}`)
  return sign * BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
}

/** An amount times a rate, in the other currency's minor units, rounded half up (OFX 5.2, `CURRATE`). */
export function convert(amountMinor: bigint, rate: string, from: string, to: string): bigint {
  const { whole, fraction } = readDecimal(rate, 'CURRATE')
  const scaled = amountMinor * BigInt(whole + fraction) * 10n ** BigInt(minorDigits(to))
  const divisor = 10n ** BigInt(fraction.length + minorDigits(from))
  const magnitude = scaled < 0n ? -scaled : scaled
  const rounded = (magnitude + divisor / 2n) / divisor
  return scaled < 0n ? -rounded : rounded
}

function readDecimal(text: string, what: string): { sign: bigint; whole: string; fraction: string } {
  const compact = text.replaceAll(/[\s\u00a0']/g, '')
  const mark = decimalMark(compact)
  const [head = '', fraction = ''] = mark === '' ? [compact] : splitAtLast(compact, mark)
  const whole = head.replaceAll(/[.,]/g, '')
  const match = /^([+-]?)(\d*)$/.exec(whole)
  if (match === null || !/^\d*$/.test(fraction) || (match[2] === '' && fraction === '')) {
    throw new OfxFinding('bad-amount', `${what} is not a number`)
  }
  const digits = (match[2] ?? '').replace(/^0+(?=\d)/, '') || '0'
  if (digits.length > DIGITS_MAX) throw new OfxFinding('bad-amount', `${what} has too many digits`)
  return { sign: match[1] === '-' ? -1n : 1n, whole: digits, fraction }
}

/** The later of point and comma is the decimal mark; one that occurs twice separates thousands. */
function decimalMark(text: string): '' | '.' | ',' {
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  const mark = point > comma ? '.' : ','
  if (point === -1 && comma === -1) return ''
  return text.indexOf(mark) === text.lastIndexOf(mark) ? mark : ''
}

function splitAtLast(text: string, mark: string): readonly [string, string] {
  const at = text.lastIndexOf(mark)
  return [text.slice(0, at), text.slice(at + 1)]
}

/**
 * An instant, ms. `YYYYMMDD[HHMM[SS[.XXX]]][[offset[:zone]]]` (OFX 3.2.8.2). A bare date is noon UTC, so that no zone
 * moves it to another day.
 */
export function readInstant(text: string, what: string): number {
  const match =
    /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(?:\[\s*([+-]?\d*(?:\.\d+)?)\s*(?::\s*([A-Za-z]*)[^\]]*)?\]|(Z))?$/.exec(
      text.trim(),
    )
  if (match === null) throw new OfxFinding('bad-date', `${what} is not a date`)
  const [, year, month, day, hour, minute = '00', second = '00', , offset = '', zone = ''] = match
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day))
    throw new OfxFinding('bad-date', `${what} is not a date`)
  if (hour === undefined) return midnight + 12 * 3_600_000
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60)
    throw new OfxFinding('bad-date', `${what} is not a time`)
  const hours = /\d/.test(offset) ? Number(offset) : (ZONES[zone.toUpperCase()] ?? 0)
  return midnight + ((Number(hour) - hours) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000
}

/** An ISO 4217 code. */
export function readCurrency(text: string | undefined): string {
  if (text === undefined || !/^[A-Za-z]{3}$/.test(text))
    throw new OfxFinding('bad-currency', 'CURDEF is not a currency code')
  return text.toUpperCase()
}
