import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { deskPageWords } from './desk-page-words.ts'

const values = {
  login: 'ada', time: '10:42', count: 2, because: 'Fraud', bank: 'First Valley Bank', language: 'English', number: '0123-4567',
  reference: 'r-1', class: 'cards', classes: 'cards, balances', digits: '1881',
} // prettier-ignore
const read = (name: string): Readonly<Record<string, string>> =>
  z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL(`./page-words/${name}.json`, import.meta.url), 'utf8')))
// Only names of values: an option of one word, such as “{once}”, stands in braces too.
const named = (text = ''): ReadonlySet<string> =>
  new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => name).filter((name) => name in values))

test.each(['en', 'es', 'fr', 'de', 'pt'])('%s says every sentence of the desk’s pages', (language) => {
  const [english, own] = [read('en'), read(language)]
  expect(Object.keys(own)).toEqual(Object.keys(english))
  const words = deskPageWords.for(language)
  for (const [key, text] of Object.entries(own)) {
    expect([key, words.say(key, values) === '']).toEqual([key, false])
    expect([key, named(text)]).toEqual([key, named(english[key])])
    expect(text, key).not.toMatch(/\bjust\b|\bsimply\b|for your security|!|¡/i)
  }
})
