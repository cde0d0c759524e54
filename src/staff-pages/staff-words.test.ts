import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { staffWords } from './staff-words.ts'

const values = {
  login: 'olivia',
  role: 'operator',
  provider: 'id.example',
  since: '10:42',
  until: '14:42',
  time: '10:41',
}
const read = (name: string): Readonly<Record<string, string>> =>
  z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL(`./words/${name}.json`, import.meta.url), 'utf8')))
const named = (text = ''): ReadonlySet<string> =>
  new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => name))

test.each(['en', 'es', 'fr', 'de', 'pt'])('%s says every sentence of the frame and the entry', (language) => {
  const [english, own] = [read('en'), read(language)]
  expect(Object.keys(own)).toEqual(Object.keys(english))
  const words = staffWords.for(language)
  for (const [key, text] of Object.entries(own)) {
    expect([key, words.say(key, values) === '']).toEqual([key, false])
    expect([key, named(text)]).toEqual([key, named(english[key])])
    expect(text, key).not.toMatch(/\bjust\b|\bsimply\b|for your security|!|¡/i)
  }
})
