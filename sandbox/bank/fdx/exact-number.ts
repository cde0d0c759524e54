/** Beyond 15 significant digits a JSON number no longer survives every reader. */
const DIGITS_MAX = 15

/** ISO 4217 currencies whose minor unit is not a hundredth. */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BHD: 3,
  CLP: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  XAF: 0,
  XOF: 0,
}

/** How many decimals a currency's minor unit has (ISO 4217). */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2
}

/** Minor units as decimal text, exact: -1234 USD is "-12.34". */
export function decimalText(minor: bigint, currency: string): string {
  const digits = minorDigits(currency)
  const magnitude = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const sign = minor < 0n ? '-' : ''
  return digits === 0 ? sign + magnitude : `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`
}

/**
 * Minor units as the number FDX wants in JSON. The double nearest to a decimal of at most 15 digits prints as that decimal
 * again, so nothing drifts; longer amounts are refused rather than rounded.
 */
export function exactNumber(minor: bigint, currency: string): number {
  if (minor.toString().replace('-', '').length > DIGITS_MAX)
    throw new Error('amount has too many digits for a JSON number')
  return Number(decimalText(minor, currency))
}
