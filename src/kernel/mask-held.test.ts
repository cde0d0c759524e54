import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cardNumber } from '../../test/proofs/mask/card-numbers.ts'
import { seeded } from '../../test/setup/seeded.ts'
import { type DigitPart, maskSecrets, replaceAll, stepDigits } from './index.ts'

/** A conversation as the webhook keeps it: the stored texts, corrected as each new message says. */
function converse(
  texts: readonly string[],
  order: readonly number[] = texts.map((_, index) => index),
): readonly string[] {
  const stored = new Map<string, string>()
  let parts: readonly DigitPart[] = []
  for (const index of order) {
    const message = String(index)
    const step = stepDigits(parts, { message, sentAt: index, text: maskSecrets(texts[index] ?? '') })
    stored.set(message, step.text)
    for (const one of step.corrections) {
      const text = stored.get(one.message) ?? ''
      expect(text.slice(one.start, one.end)).toBe(one.was)
      stored.set(one.message, replaceAll(text, [one]))
    }
    const next = [...step.released, ...(step.part === undefined ? [] : [step.part])]
    const gone = new Set([...step.settled, ...next.map(({ message }) => message)])
    parts = [...parts.filter(({ message }) => !gone.has(message)), ...next]
  }
  return texts.map((_, index) => stored.get(String(index)) ?? '')
}

const digitsLeft = (texts: readonly string[]): string => texts.join('').replace(/\P{Nd}/gu, '')

test('a card number typed in two messages is masked in both, wherever it was cut', () => {
  for (let cut = 1; cut < 16; cut += 1) {
    const [first, second] = ['4539578763621486'.slice(0, cut), '4539578763621486'.slice(cut)]
    const stored = converse([`my card is ${first}`, `${second} thanks`])
    expect(stored[0], `cut at ${cut}`).toBe('my card is ••••')
    expect(stored[1], `cut at ${cut}`).toBe(`•••• ${second.slice(-4)} thanks`)
  }
})

test('any scheme, in two or three messages, in any script, with words around, in the order they came or another: only the last four stay, but for chance', () => {
  let masked = 0
  const runs = 2_000
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.integer({ min: 2, max: 3 }), fc.boolean(), (seed, count, shuffled) => {
      const choose = seeded('held', seed)
      const number = cardNumber(choose)
      const cuts = Array.from({ length: count - 1 }, () => 1 + choose.below(number.length - 1)).sort((a, b) => a - b)
      const pieces = [0, ...cuts].map((cut, index) => number.slice(cut, cuts[index])).filter((piece) => piece !== '')
      const words = ['my card is #', '#', 'and #', '# ok?', 'das ist # so', '#.']
      const zero = choose.pick([48, 0x660, 0xff10])
      const texts = pieces.map((piece) =>
        choose
          .pick(words)
          .replace('#', () => [...piece].map((one) => String.fromCodePoint(zero + Number(one))).join('')),
      )
      // A piece that is a card number by chance is masked by itself, and what is left is too little to tell.
      fc.pre(texts.every((text) => maskSecrets(text) === text))
      const order = texts.map((_, index) => index)
      const stored = converse(texts, shuffled ? [...order].reverse() : order)
      // Two of three pieces can be a card number by chance; then the third one's few digits stand beside that one's last four.
      expect(digitsLeft(stored).length).toBeLessThanOrEqual(count === 2 ? 4 : 12)
      masked += digitsLeft(stored).length <= 4 ? 1 : 0
    }),
    { numRuns: runs },
  )
  expect(masked / runs).toBeGreaterThan(0.97)
})

test('what begins like a card number is hidden before the next message comes; what came before and is too short to tell is not', () => {
  const step = (text: string): string => stepDigits([], { message: 'a', sentAt: 1, text }).text
  expect(step('4539 5787 63')).toBe('••••')
  expect(step('my card number is 453957')).toBe('my card number is ••••')
  expect(step('4539578763')).toBe('••••')
  expect(step('٤٥٣٩ ٥٧٨٧')).toBe('••••')
  for (const plain of [
    '4821', 'call me at 5', 'the one ending 4821', '482913', '482 913', 'can I afford 450000', 'transfer 4500000 pesos', '4.500.000', 'on 30/11/2026', '3600,50', '€450000000',
    'call me on 5551234567', '+49 1512 3456789', 'llámame al 612345678', '0151 23456789', 'order 1234567890', 'since 2024', '2026-11-22 13.07', 'paid 12.50 13.75 99.10 45.20',
  ]) expect(step(plain), plain).toBe(plain) // prettier-ignore
})

test('what was hidden and is none of a card number comes back as it was, after digits and after words alike', () => {
  expect(converse(['ref 4539578763 please', 'thanks'])).toEqual(['ref 4539578763 please', 'thanks'])
  expect(converse(['ref ４５３９５７８７６３ please', 'on 3 May'])).toEqual([
    'ref ４５３９５７８７６３ please',
    'on 3 May',
  ])
  expect(converse(['4539 5787 63', '+49 1512 3456789'])).toEqual(['4539 5787 63', '+49 1512 3456789'])
})

test('words between two halves do not part them', () => {
  const stored = converse(['4539 5787', 'sorry, my phone', '6362 1486'])
  expect(stored).toEqual(['••••', 'sorry, my phone', '•••• 1486'])
})

test('month, year and code that follow the second half go with it', () => {
  expect(converse(['card 4539 5787', '6362 1486 12/27 123'])[1]).toBe('•••• 1486 •••• ••••')
})

test('the same four digits twice, a linking code, an amount and a day after four digits are left alone', () => {
  expect(converse(['4821', '4821'])).toEqual(['4821', '4821'])
  expect(converse(['482913', '482914'])).toEqual(['482913', '482914'])
  expect(converse(['4821', '482 913'])).toEqual(['4821', '482 913'])
  expect(converse(['4821', '250 euros on 12/10/2026'])).toEqual(['4821', '250 euros on 12/10/2026'])
})

test('days and counts beside the word "card" are left alone after a linking code', () => {
  for (const words of [
    'where did I use my card in the last 10 days?',
    'my last 50 card payments',
    'dónde usé mi tarjeta en 60 días',
  ]) {
    expect(converse(['458923', words])).toEqual(['458923', words])
  }
})

test('two accounts named by the digits they end in are left alone, in five languages', () => {
  for (const words of [
    'balance of the account ending',
    'my card ending in',
    'the one with last four',
    'la tarjeta que termina en',
    'la tarjeta terminada en',
    'ma carte se terminant par',
    'die Karte endet auf',
    'o cartão que termina em',
    'o cartão final',
  ]) {
    for (const [one, two] of [
      ['3712', '8841'],
      ['4539', '5787'],
    ]) {
      expect(converse([`${words} ${one}`, `${words} ${two}`])).toEqual([`${words} ${one}`, `${words} ${two}`])
    }
  }
})

test('calling the pieces of a card number its last digits hides none of them for good', () => {
  const words = 'my card ending in'
  const stored = converse(['4539', '5787', '6362', '1486'].map((piece) => `${words} ${piece}`))
  expect(stored).toEqual([`${words} ••••`, `${words} ••••`, `${words} ••••`, `${words} •••• 1486`])
})

test('digits of a masked number are the beginning of nothing', () => {
  expect(converse(['4539578763621486', '453957876362'])[0]).toBe('•••• 1486')
})
