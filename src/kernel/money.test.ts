import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Money, add, decimalText, digitsOf, formatMoney, formatRounded, parseMoney, roundMoney } from './index.ts'

const currencies = fc.constantFrom('USD', 'EUR', 'JPY', 'KWD', 'CLF')
const amounts: fc.Arbitrary<Money> = fc.record({
  minor: fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
  currency: currencies,
})

test('an amount survives its decimal text unchanged, in every number of decimals', () => {
  fc.assert(
    fc.property(amounts, (money) => {
      expect(parseMoney(decimalText(money), money.currency)).toEqual({ ok: true, value: money })
    }),
  )
})

test('trailing zeros are accepted and any other decimal too many is refused, never rounded', () => {
  expect(parseMoney('12.3400', 'USD')).toEqual({ ok: true, value: { minor: 1234n, currency: 'USD' } })
  expect(parseMoney('12.341', 'USD')).toEqual({ ok: false, code: 'money/malformed' })
  for (const text of ['', '1e3', 'NaN', '1,000', ' 1', '1.', '--1', '0x10']) {
    expect(parseMoney(text, 'USD').ok).toBe(false)
  }
})

test('adding is exact, and across currencies a bug', () => {
  fc.assert(
    fc.property(amounts, fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (money, minor) => {
      const other = { minor, currency: money.currency }
      expect(add(money, other)).toEqual({ minor: money.minor + minor, currency: money.currency })
    }),
  )
  expect(() => add({ minor: 1n, currency: 'USD' }, { minor: 1n, currency: 'EUR' })).toThrow(TypeError)
})

test('a rounded amount hides all but two digits, stays within half a step, and rounds alike on both sides of zero', () => {
  fc.assert(
    fc.property(amounts, (money) => {
      const rounded = roundMoney(money)
      const tenUnits = 10n * 10n ** BigInt(digitsOf(money.currency))
      const magnitude = money.minor < 0n ? -money.minor : money.minor
      const twoDigits = 10n ** BigInt(Math.max(magnitude.toString().length - 2, 0))
      const step = twoDigits > tenUnits ? twoDigits : tenUnits
      const off = rounded.minor - money.minor
      expect(rounded.minor % tenUnits).toBe(0n)
      expect((off < 0n ? -off : off) * 2n).toBeLessThanOrEqual(step)
      expect(roundMoney({ ...money, minor: -money.minor }).minor).toBe(-rounded.minor)
    }),
  )
  expect(formatRounded(roundMoney({ minor: 184_217n, currency: 'USD' }), 'en')).toBe('$1,800')
})

test('people read amounts in their own way, exactly, beyond what a float can hold', () => {
  const large = { minor: 900_719_925_474_099_301n, currency: 'USD' }
  expect(formatMoney(large, 'en')).toBe('$9,007,199,254,740,993.01')
  expect(formatMoney({ minor: 184_217n, currency: 'EUR' }, 'de')).toBe('1.842,17\u00a0€')
  expect(formatMoney({ minor: -500n, currency: 'JPY' }, 'en')).toBe('-¥500')
})
