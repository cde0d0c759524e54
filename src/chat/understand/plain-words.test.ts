import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainWords } from './plain-words.ts'

test.each([
  ["What's my balance?", ['whats', 'my', 'balance']],
  ['whats my balance', ['whats', 'my', 'balance']],
  ['¿Cuál es mi saldo?', ['cual', 'es', 'mi', 'saldo']],
  ["j'ai perdu l'argent", ['j', 'ai', 'perdu', 'l', 'argent']],
  ['Straße', ['strasse']],
  ['heeeeelp', ['heelp']],
  ['card 4821', ['card', '0000']],
  ['it cost 1.234,56 €', ['it', 'cost', '00000', '¤']],
  ['👍🏽 ok', ['👍', 'ok']],
  ['', []],
])('"%s" is read as %j', (text, words) => {
  expect(plainWords(text)).toEqual(words)
})

test('which digits somebody types makes no difference, so no number can be learned by heart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1000, max: 9999 }), (one, other) => {
      expect(plainWords(`my pin is ${one}`)).toEqual(plainWords(`my pin is ${other}`))
    }),
  )
})

test('any text at all becomes words, without spaces, and of a long one both ends are read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const word of plainWords(text)) expect(word).toMatch(/^\S+$/u)
    }),
  )
  const long = plainWords(`freeze ${'blah '.repeat(100_000)} card`)
  expect(long.length).toBeLessThanOrEqual(210)
  expect([long.at(0), long.at(-1)]).toEqual(['freeze', 'card'])
})
