import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { languages } from '../channels/index.ts'
import { toInstant } from '../kernel/index.ts'
import { placeOfWords } from '../answers/index.ts'
import { deskSentences, sayAtDesk, sealedButton, suggestionOf } from './desk-words.ts'
import { judgeWords } from './judge-words.ts'
import { suggestionKeys, suggestionsFor } from './suggestions.ts'

const read = (language: string): Readonly<Record<string, string>> =>
  z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL(`./words/${language}.json`, import.meta.url), 'utf8')))
const holes = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => name).sort()

test.each(languages)('the catalogue %s is complete, takes the same values, and keeps to the voice', (language) => {
  const [english, own] = [read('en'), read(language)]
  expect(Object.keys(own)).toEqual(Object.keys(english))
  for (const [key, text] of Object.entries(own)) {
    expect([...new Set(holes(text))], key).toEqual([...new Set(holes(english[key] ?? ''))])
    expect(text, key).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
  }
  expect(sealedButton(language).length).toBeLessThanOrEqual(20)
})

test('what we start ourselves says what we never ask for; what a person writes stands as it was written', () => {
  const values = {
    name: 'Priya',
    bank: 'First Valley Bank',
    time: { at: toInstant(0), zone: 'UTC' },
    words: '{name} <b>hi</b>',
  }
  for (const sentence of deskSentences) {
    const text = sayAtDesk('en', sentence, values)
    expect(text.endsWith('or tell you to move money.'), sentence).toBe(sentence !== 'words' && sentence !== 'sealed')
  }
  expect(sayAtDesk('en', 'words', values)).toBe('Priya from First Valley Bank: {name} <b>hi</b>')
  // The same for everybody, whatever was written: the chat learns that there is an answer, and nothing of it.
  expect(sayAtDesk('en', 'sealed', values)).toBe(sayAtDesk('en', 'sealed', { ...values, words: '$1,842.17' }))
})

test.each(languages)('every suggested answer in %s may be sent as it is, into any chat', (language) => {
  for (const key of suggestionKeys) {
    const words = judgeWords(suggestionOf(language, key))
    expect(words.ok, key).toBe(true)
    if (words.ok) expect(placeOfWords(words.value, { level: 'sealed', read: [] }), key).toBe('chat')
  }
  expect(suggestionsFor('fraud', language, 'en')[0]).toEqual({
    text: suggestionOf(language, 'hello'),
    meaning: suggestionOf('en', 'hello'),
  })
})
