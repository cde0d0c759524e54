/** A decimal number exactly as written: 12.50 is `{ digits: 1250n, decimals: 2 }`. */
export type Numeral = { readonly digits: bigint; readonly decimals: number }

/** Longer runs of digits are references, not amounts. */
const digitsMax = 15

/** What may decide when one separator stands before three digits. */
export type NumeralHints = {
  /** The sign that this person's language and country put before decimals. */
  readonly decimalSign: '.' | ','
  /** How many decimals the currency has; two where nobody knows it. */
  readonly decimals: number
  /** A factor follows ("1.25k"): then a single separator is a decimal sign. */
  readonly hasFactor?: boolean
}

/**
 * Reads a numeral with the separators of any of our languages: `1.234,56`, `1 234,56`, `1,234.56`, `1'234.50`,
 * `12,34,567.00`. Undefined when the separators make no sense as a number (a date, a time, a version). The one reading
 * that hints decide is a single separator before three digits: "1.200" is twelve hundred unless the currency has three
 * decimals, the language writes them so, or a factor follows.
 */
export function readNumeral(raw: string, hints: NumeralHints): Numeral | undefined {
  if (/^\d+$/.test(raw)) return raw.length > digitsMax ? undefined : decimal(raw, '')
  const parts = raw.replace(/[’ ]/gu, "'").split(/[.,']/)
  const signs = raw.replace(/[’ ]/gu, "'").replace(/\d/g, '')
  if (parts.join('').length > digitsMax) return undefined
  const last = signs.at(-1)
  if (last === undefined) return undefined
  if (isDecimalSign(last, signs, parts, hints)) {
    const whole = parts.slice(0, -1)
    return hasGroups(whole, signs.slice(0, -1)) ? decimal(whole.join(''), parts.at(-1) ?? '') : undefined
  }
  return hasGroups(parts, signs) ? decimal(parts.join(''), '') : undefined
}

function isDecimalSign(last: string, signs: string, parts: readonly string[], hints: NumeralHints): boolean {
  // "12'50 €" in Spain; groups have three digits.
  if (last === "'") return signs.length === 1 && (parts[1]?.length ?? 3) < 3
  if (signs.length > 1) return signs.indexOf(last) === signs.length - 1
  if (parts[1]?.length !== 3) return true
  if (hints.hasFactor === true || /^0+$/.test(parts[0] ?? '')) return true
  return hints.decimals === 3 && last === hints.decimalSign
}

// Groups of three behind the first; India's groups of two before the last three.
function hasGroups(parts: readonly string[], signs: string): boolean {
  if (parts.length === 1) return true
  const [first = '', ...rest] = parts
  const middle = rest.slice(0, -1)
  const isEven = new Set(signs).size === 1
  const isIndian = signs[0] === ',' && first.length <= 2 && middle.every((part) => part.length === 2)
  return (
    isEven &&
    first.length >= 1 &&
    first.length <= 3 &&
    rest.at(-1)?.length === 3 &&
    (middle.every((part) => part.length === 3) || isIndian)
  )
}

function decimal(whole: string, fraction: string): Numeral {
  return { digits: BigInt(whole + fraction), decimals: fraction.length }
}
