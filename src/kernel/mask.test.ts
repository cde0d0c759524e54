import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecrets } from './index.ts'

function withCheckDigit(digits: readonly number[]): readonly number[] {
  const total = digits.reduceRight((sum, digit, index) => {
    const doubled = (digits.length - index) % 2 === 1 ? digit * 2 : digit
    return sum + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return [...digits, (10 - (total % 10)) % 10]
}

const cardNumbers = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 })
  .filter((digits) => digits.some((digit) => digit > 0))
  .map(withCheckDigit)

test('no card number survives, however it is spaced, and its last four digits stay', () => {
  fc.assert(
    fc.property(cardNumbers, fc.constantFrom('', ' ', '-', '.', ' - '.trim()), (digits, gap) => {
      const typed = digits.join(gap)
      const masked = maskSecrets(`my card is ${typed}, thanks`)
      expect(masked).toBe(`my card is •••• ${digits.slice(-4).join('')}, thanks`)
    }),
  )
})

test('digits of other scripts are digits', () => {
  expect(maskSecrets('４１１１１１１１１１１１１１１１')).toBe('•••• 1111')
  expect(maskSecrets('٤١١١١١١١١١١١١١١١')).toBe('•••• 1111')
})

test('amounts, dates, phone numbers and order numbers without the check digit are left alone', () => {
  for (const text of ['I paid 1,234.56 on 2026-11-22', 'call 555 0100', 'order 4111111111111112', '']) {
    expect(maskSecrets(text)).toBe(text)
  }
})
