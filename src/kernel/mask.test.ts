import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timesPlain } from '../../test/setup/times-plain.ts'
import { cardNumber, typed } from '../../test/proofs/mask/card-numbers.ts'
import { seeded } from '../../test/setup/seeded.ts'
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

test.each([
  ['4111 1111 1111 1111 is my card, exp 12/27 cvv 123', '•••• 1111 is my card, exp •••• cvv ••••'],
  ['4111 1111 1111 1111 12/27 123', '•••• 1111 •••• ••••'],
  ['4111111111111111 5500000000000004', '•••• 1111 •••• 0004'],
  ['4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣', '•••• 1111'],
  ['my pin is 4821', 'my pin is ••••'],
  ['4821 is my pin', '•••• is my pin'],
  ['PIN for card ending in 4821 is 9911', 'PIN for card ending in 4821 is ••••'],
  ['password hunter2', 'password ••••'],
  ['OTP 123456', 'OTP ••••'],
  ['mi clave es 4821', 'mi clave es ••••'],
  ['mi contraseña es girasol', 'mi contraseña es ••••'],
  ['mein Passwort lautet Sonnenblume', 'mein Passwort lautet ••••'],
  ['Kartenprüfnummer 123', 'Kartenprüfnummer ••••'],
  ['mon code est 4821', 'mon code est ••••'],
  ['minha senha é girassol', 'minha senha é ••••'],
  ['código de verificación ٤٨٢ ٩١٣', 'código de verificación ••••'],
  ['IBAN DE89 3704 0044 0532 0130 00, SSN 123-45-6789', 'IBAN ••••, SSN ••••'],
  ['gb29nwbk60161331926819', '••••'],
])('“%s” is kept as “%s”', (text, kept) => {
  expect(maskSecrets(text)).toBe(kept)
})

test.each([
  'my password is wrong', 'I forgot my password, reset it', 'my pin isnt working since 2024', 'pin for card ending in 4821', 'zip code 90210', 'error code 40404', 'sort code 12-34-56', 'the card ending 4821',
  '482913', 'DE89 3704 0044 0532 0130 01', '+49 1512 3456789', 'from 01/10/2026-31/10/2026', '05.17.2017 2016-06-13', '12.50 13.75 99.10 45.20 33.10', '¿olvidé mi contraseña?', 'mot de passe oublié', 'order 4111111111111112',
])('“%s” is left alone', (text) => {
  expect(maskSecrets(text)).toBe(text)
}) // prettier-ignore

test('every digit of every script counts for what it is worth', () => {
  for (let point = 0; point < 0x20000; point += 1) {
    const zero = String.fromCodePoint(point)
    if (!/\p{Nd}/u.test(zero) || /\p{Nd}/u.test(String.fromCodePoint(point - 1))) continue
    const typed = '4539578763621486'.replace(/\d/g, (digit) => String.fromCodePoint(point + Number(digit)))
    expect(maskSecrets(`card ${typed}.`), point.toString(16)).toBe('card •••• 1486.')
  }
})

test('what is masked once is not changed by masking it again', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (number) => {
      const choose = seeded('again', number)
      const text = `${typed(choose, cardNumber(choose))} and ${typed(choose, cardNumber(choose))} pin 4821`
      const once = maskSecrets(text)
      expect(maskSecrets(once)).toBe(once)
    }),
  )
})

test('100,000 characters of anything are masked in a fraction of a second: the time grows with the length and nothing else', () => {
  for (const piece of [
    '1 ',
    '4111 ',
    '12/27 ',
    '1.',
    'pin ',
    'password is ',
    'de89',
    'DE89370400440532013000 ',
    '٤١',
    'code 1',
    '- - ',
    '4111111111111111 ',
  ]) {
    expect(timesPlain(maskSecrets, piece, 100_000, 200), piece).toBeLessThan(200)
  }
})
