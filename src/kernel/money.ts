import { type Outcome, refusal, success } from './outcome.ts'

/** An amount in the minor units of one currency (ISO 4217): 12.34 USD is `{ minor: 1234n, currency: 'USD' }`. */
export type Money = { readonly minor: bigint; readonly currency: string }

// Currencies whose minor unit is not a hundredth (ISO 4217 of 2024, in use as payment currencies).
const minorDigits: { readonly [currency: string]: number } = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
} // prettier-ignore

/** How many decimals a currency has. */
export function digitsOf(currency: string): number {
  return minorDigits[currency] ?? 2
}

/** The sum of two amounts of one currency. Adding across currencies is a bug and throws. */
export function add(left: Money, right: Money): Money {
  if (left.currency !== right.currency) throw new TypeError('amounts of two currencies have no sum')
  return { minor: left.minor + right.minor, currency: left.currency }
}

/**
 * Reads a decimal text such as `-1842.17` exactly. More decimals than the currency has are accepted only when
 * they are zeros: a bank's amount is never rounded by us.
 */
export function parseMoney(text: string, currency: string): Outcome<Money, 'money/malformed'> {
  if (!/^[A-Z]{3}$/.test(currency)) return refusal('money/malformed')
  const match = /^([+-]?)(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text)
  if (match === null) return refusal('money/malformed')
  const [, sign, whole = '', fraction = ''] = match
  const digits = digitsOf(currency)
  if (!/^0*$/.test(fraction.slice(digits))) return refusal('money/malformed')
  const minor = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  return success({ minor: sign === '-' ? -minor : minor, currency })
}

/** The plain decimal text, e.g. `-1842.17`; what {@link parseMoney} reads back. */
export function decimalText(money: Money): string {
  const digits = digitsOf(money.currency)
  const sign = money.minor < 0n ? '-' : ''
  const text = (money.minor < 0n ? -money.minor : money.minor).toString().padStart(digits + 1, '0')
  if (digits === 0) return sign + text
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** As a person of that language writes it, e.g. `$1,842.17` or `1.842,17 €`. The only place that formats money. */
export function formatMoney(money: Money, language: string): string {
  const digits = digitsOf(money.currency)
  const formatter = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return formatter.format(decimalNumeral(money))
}

/** Rounded figures keep two significant digits and never less than ten whole units: about $1,800, about $40. */
export function roundMoney(money: Money): Money {
  const magnitude = money.minor < 0n ? -money.minor : money.minor
  const unit = 10n ** BigInt(digitsOf(money.currency))
  const twoDigits = 10n ** BigInt(Math.max(magnitude.toString().length - 2, 0))
  const step = twoDigits > unit * 10n ? twoDigits : unit * 10n
  const rounded = ((magnitude + step / 2n) / step) * step
  return { minor: money.minor < 0n ? -rounded : rounded, currency: money.currency }
}

/** As {@link formatMoney}, without decimals: for amounts that {@link roundMoney} made. */
export function formatRounded(money: Money, language: string): string {
  const formatter = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: money.currency,
    maximumFractionDigits: 0,
  })
  return formatter.format(decimalNumeral(money))
}

// Intl formats decimal strings exactly (ECMA-402, 2023); its type wants the numeral's shape spelled out.
function decimalNumeral(money: Money): `${number}` {
  return decimalText(money) as `${number}`
}
