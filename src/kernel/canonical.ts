/** What the canonical form can hold. Numbers are safe integers only; money travels as strings of minor units. */
export type CanonicalValue =
  null | boolean | string | number | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue }

/**
 * One text for one value: JSON with keys sorted by UTF-16 code units and no white space (RFC 8785). What
 * customers sign and what audit entries commit to is hashed in this form. Throws a RangeError for a
 * number that is not a safe integer and for a lone surrogate.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'number') return canonicalInteger(value)
  if (typeof value === 'string') return canonicalString(value)
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value)
}

function canonicalInteger(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw new RangeError('the canonical form holds safe integers only')
  }
  return String(value)
}

function canonicalString(value: string): string {
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(value)) {
    throw new RangeError('the canonical form holds no lone surrogates')
  }
  return JSON.stringify(value)
}
