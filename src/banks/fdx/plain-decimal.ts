/** No amount of money needs more digits before or after the point; an exponent beyond it is nonsense or an attack. */
const exponentMax = 18

/**
 * A JSON number's text without its exponent, exactly: `1.5e3` becomes `1500`, `25e-2` becomes `0.25`. Undefined for an
 * exponent beyond what money needs.
 */
export function plainDecimal(text: string): string | undefined {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > exponentMax) return undefined
  // Room on both sides for the point to move.
  const digits = '0'.repeat(exponentMax) + whole + fraction + '0'.repeat(exponentMax)
  const point = exponentMax + whole.length + exponent
  const before = digits.slice(0, point).replace(/^0+(?=[0-9])/, '')
  const after = digits.slice(point).replace(/0+$/, '')
  return sign + before + (after === '' ? '' : `.${after}`)
}
