import { expect, test } from 'vitest'
import fc from 'fast-check'
import { Secret } from '../kernel/index.ts'
import { placeOfWords } from './place-of-words.ts'

const place = (text: string, level: 'sealed' | 'rounded' | 'full' = 'sealed', read: readonly string[] = []) =>
  placeOfWords(new Secret(text), { level, read: read.map((name) => new Secret(name)) })

test.each([
  'Your balance is $1,842.17.',
  'There are 3 payments.',
  'It was twelve hundred dollars.',
  'ES: son mil doscientos euros',
  'C’est quatre-vingts euros.',
  'Es sind zweihundertdrei.',
  'São cento e vinte reais.',
  'Ihr Stand ist fünfzig',
  '١٢٣٤ pending',
  '１２３ pending',
  'Ⅻ payments',
  'tw\u00adelve',
  'twe\u200blve of them',
  'It is 4 %.',
])('figures do not go into a sealed or rounded chat, however they are written: %s', (text) => {
  expect(place(text)).toBe('sealed-page')
  expect(place(text, 'rounded')).toBe('sealed-page')
  expect(place(text, 'full')).toBe('chat')
})

test('a merchant or a place that was read goes to the page, with or without its accents', () => {
  expect(place('It was at the Café Zürich on the corner.', 'sealed', ['CAFE ZURICH'])).toBe('sealed-page')
  expect(place('It was at the café on the corner.', 'sealed', ['CAFE ZURICH'])).toBe('chat')
})

test.each([
  'Good morning, I am looking at it now.',
  'I have frozen nothing. Is the card still with you?',
  'Ich sehe mir das gleich an.',
  'Je regarde cela maintenant.',
  'Ahora mismo lo miro.',
  'Vou ver isso agora.',
  'Someone will call you back.',
])('words that hold nothing of the kind go into the chat: %s', (text) => {
  expect(place(text)).toBe('chat')
})

test('any amount at any place of any words is found', () => {
  const amount = fc.tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.constantFrom('', '.', ',', ' ', '$', '€'))
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      amount,
      fc.string({ unit: 'grapheme' }),
      (before, [minor, sign], after) => {
        expect(place(`${before}${sign}${minor}${after}`)).toBe('sealed-page')
      },
    ),
  )
})
