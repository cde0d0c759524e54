import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalText, parseMoney } from '../../kernel/index.ts'
import { plainDecimal } from './plain-decimal.ts'

test('an amount keeps its value however a bank writes it, to the last cent of eighteen digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), fc.integer({ min: -9, max: 9 }), (minor, shift) => {
      const text = decimalText({ minor, currency: 'USD' })
      const money = parseMoney(plainDecimal(withExponent(text, shift)) ?? '', 'USD')
      expect(money).toEqual({ ok: true, value: { minor, currency: 'USD' } })
    }),
  )
})

test.each([
  ['0', '0'],
  ['-0.00', '-0'],
  ['1.50', '1.5'],
  ['15e-1', '1.5'],
  ['1.5E+3', '1500'],
  ['12345678901234567.89', '12345678901234567.89'],
  ['1e19', undefined],
  ['1e-19', undefined],
  ['1e99999', undefined],
  ['', undefined],
  ['1,5', undefined],
])('%s reads as %s', (text, expected) => {
  expect(plainDecimal(text)).toBe(expected)
})

// The same number with its point moved and the exponent that moves it back.
function withExponent(text: string, shift: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.(\d+)$/.exec(text) ?? []
  const digits = whole.padStart(30, '0') + fraction.padEnd(30, '0')
  const point = 30 + shift
  const moved = `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point)}`
  return `${moved}e${-shift}`
}
