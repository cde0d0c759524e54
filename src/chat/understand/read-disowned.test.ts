import { expect, test } from 'vitest'
import { readDisowned } from './read-disowned.ts'

test.each([
  "it wasn't me", 'NOT ME!!', 'no, that was not me', 'yes it was NOT me', 'not mine', 'I did not make that payment', 'no he sido yo', 'no fui yo',
  'ce n’est pas moi', 'non, pas moi', 'nein, ich nicht', 'das war nicht ich', 'não fui eu', 'nao foi eu',
])('%s: not me', (text) => expect(readDisowned(text)).toBe('not-me')) // prettier-ignore

test.each([
  'not sure', "I don't know", 'no lo sé', 'no estoy segura', 'je ne sais pas', 'pas sûr', 'weiß nicht', 'keine Ahnung', 'não sei', 'não tenho certeza',
])('%s: not sure', (text) => expect(readDisowned(text)).toBe('not-sure')) // prettier-ignore

test.each([
  'yes',
  'it was me',
  'no, fui yo',
  'oui c’était moi',
  'what is my balance',
  '',
  '👍',
  'das war ich',
  'fui eu sim',
])('%s: neither', (text) => expect(readDisowned(text)).toBeUndefined())
