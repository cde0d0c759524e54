import { expect, test } from 'vitest'
import { languages } from '../channels/index.ts'
import { toInstant } from '../kernel/index.ts'
import { type WordKey, wordKeys } from './word-keys.ts'
import { createWords, readCatalogue } from './words.ts'

// The longest that still fits one screen of a chat; other languages need some more room than English.
const englishMax = 215
const translationMax = 245
/** The messenger cuts longer titles of buttons; of its menu at 30. */
const titleMax = 20
const menuTitleMax = 30

const isTitle = (key: string): boolean => key.startsWith('choice.') || key.endsWith('.button')

test('English has exactly the words there are', () => {
  expect(Object.keys(readCatalogue('en')).sort()).toEqual([...wordKeys].sort())
})

test.each(languages)('%s lacks nothing and has nothing else', (language) => {
  const own = Object.keys(readCatalogue(language))
  expect(
    wordKeys.filter((key) => !own.includes(key)),
    'missing',
  ).toEqual([])
  expect(
    own.filter((key) => !wordKeys.some((known) => known === key)),
    'unknown',
  ).toEqual([])
})

test.each(languages)('%s uses the same values as English in every text', (language) => {
  const namesIn = (text: string): readonly string[] =>
    [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((match) => match[1] ?? ''))].sort()
  const english = readCatalogue('en')
  for (const [key, text] of Object.entries(readCatalogue(language))) {
    expect(namesIn(text), key).toEqual(namesIn(english[key] ?? ''))
  }
})

test.each(languages)('%s keeps the voice: no exclamations, no phone numbers, nothing too long', (language) => {
  for (const [key, text] of Object.entries(readCatalogue(language))) {
    expect(text, key).not.toMatch(/[!¡]/)
    expect(text, key).not.toMatch(/\d{5}|\+\d/)
    expect(text.length, key).toBeLessThanOrEqual(language === 'en' ? englishMax : translationMax)
    if (isTitle(key)) expect(text.length, key).toBeLessThanOrEqual(titleMax)
    if (key.startsWith('menu.')) expect(text.length, key).toBeLessThanOrEqual(menuTitleMax)
  }
})

// What must never be told may be named in order to say so.
const speaksOfSecrets = ['safety', 'masked.secret', 'danger.scam', 'cannot.pin_help', 'choice.pin_help']

test('English says none of the banned words, asks for no code and never for YES or NO', () => {
  for (const [key, text] of Object.entries(readCatalogue('en'))) {
    expect(text, key).not.toMatch(/\b(just|simply|obviously|unfortunately|oops)\b|for your security|reply (yes|no)/i)
    if (!speaksOfSecrets.includes(key)) expect(text, key).not.toMatch(/\b(code|pin|password)\b/i)
  }
})

test('the sentence of every message we start is the fixed one', () => {
  expect(readCatalogue('en')['safety']).toBe(
    'We will never ask for a code, PIN or password, or tell you to move money.',
  )
})

test('every text formats in every language, and what looks like markup in a name stays text', () => {
  const words = createWords('UTC')
  const values = {
    time: '10:42',
    level: 'sealed',
    account: '<b>A</b> {x}',
    amount: '$1',
    bank: "O'Neil & Söhne",
    accounts: 'A',
    reference: '1',
    count: 2,
    days: 90,
    times: '10:42',
    from: '1 May',
    to: '3 May',
    day: '2 May',
    paid: '1 May',
    name: 'A',
    names: 'A',
    text: 'A',
    place: 'A',
    card: '4821',
    minimum: '$1',
    difference: '$1',
    before: '$1',
    asked: '$1',
    foreign: '€1',
    rate: '1.1',
    every: 'month',
    size: 'few',
    reason: 'A',
    what: 'payments',
    digits: '4821',
    period: '1 to 3 May',
    minutes: 3,
  }
  for (const language of languages) {
    for (const key of wordKeys)
      expect(words.say(language, key satisfies WordKey, values), key).not.toMatch(/\{\w+[,}](?<!\{x\})/)
  }
  expect(words.say('en', 'bank_still_down', { ...values, bank: '<b>A</b> {x}' })).toContain('<b>A</b> {x}')
})

test('times are said with their zone, lists as the language joins them', () => {
  const words = createWords('America/Chicago')
  expect(words.time('en', toInstant(Date.UTC(2026, 10, 22, 16, 42)))).toMatch(/10:42.AM CST/)
  expect(words.list('de', ['A', 'B', 'C'])).toBe('A, B und C')
})
