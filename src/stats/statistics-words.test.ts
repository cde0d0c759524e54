import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { platformNames } from '../kernel/index.ts'
import { catalogue, questionNames } from './catalogue.ts'
import { askRefusals } from './release-store.ts'
import { statisticsWords } from './statistics-words.ts'

const folder = new URL('./words/', import.meta.url)
const english = statisticsWords.for('en')

test('every sentence that the pages say is in the catalogue of words, and so is whatever can be asked, shown or refused', () => {
  const source = readdirSync(new URL('./', import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8'))
    .join('\n')
  const keys = [...source.matchAll(/say\(\s*'([\w.-]+)'/g)].map(([, key = '']) => key)
  expect(keys.length).toBeGreaterThan(35)
  const named = [
    ...questionNames.flatMap((name) => [`question.${name}`, `says.${name}`]),
    ...questionNames.flatMap((name) => catalogue[name].cells.map((cell) => `cell.${cell}`)),
    ...askRefusals.map((code) => `refusal.${code}`),
    ...platformNames.map((name) => `platform.${name}`),
  ]
  for (const key of [...keys, ...named]) expect(english.has(key), key).toBe(true)
})

test('all languages say the same things, in the same voice', () => {
  const read = (name: string) =>
    z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  const keys = Object.keys(read('en.json'))
  for (const language of ['es', 'fr', 'de', 'pt']) {
    const words = read(`${language}.json`)
    expect(Object.keys(words)).toEqual(keys)
    for (const key of keys) {
      const holes = (text = '') => [...text.matchAll(/\{(\w+)[,}]/g)].map(([, hole]) => hole)
      expect(new Set(holes(words[key])), `${language} ${key}`).toEqual(new Set(holes(read('en.json')[key])))
      expect(words[key], key).not.toContain('!')
    }
  }
  expect(JSON.stringify(read('en.json'))).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
})
