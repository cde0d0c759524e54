import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { channelNames, platformNames } from '../kernel/index.ts'
import { nameOf, coversOf } from './cutoff-names.ts'
import { consoleWords } from './console-words.ts'

const words = consoleWords.for('en-US')
const values = {
  login: 'olivia', role: 'operator', name: 'Meta', kind: 'platform', step: 'first', done: 'cut', time: '10:42', count: 2, seconds: 0.2,
  min: 10, max: 280, from: '10:42', version: 3, state: 'draft', frauds: 2, all: 3, value: 'cards', troubled: '0.2', days: 30, purpose: 'allow',
  list: 'cards', key: 'm-1', isLive: 'yes', needs: 2, names: 'ada', bank: 'First Valley Bank',
  live: 1.5, shadow: 2.25, line: 'asked', change: 'added', head: 'time', what: 'shadow', title: 'Slow', looks: 3, failed: 1,
  health: 'ok', last: 'good', each: 9, calls: 3, share: 0.4, low: '0', spent: '0', entries: 2, event: 'opened', class: 'Balances',
  level: 'sealed', proof: 'merged', titleMin: 3, titleMax: 120, textMin: 3, textMax: 1000, fact: 'name', trees: 4,
  features: 5, rows: '9', heldOut: '3', heldOutFrauds: '1', verdict: 'steady', measure: 'asked', uses: '9', before: 0.1, now: 0.2, set: 'yes',
} // prettier-ignore

test('every sentence that the console says is in its catalogue', () => {
  const folder = new URL('./', import.meta.url)
  const keys = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/'([a-z][A-Za-z]*\.[a-zA-Z]+)'/g)])
    .map(([, key]) => key ?? '')
    .filter((key) => !/^(console|cutoff|staff|problem)\./.test(key)) // events of the log, and of faults
  expect(keys.length).toBeGreaterThan(50)
  for (const key of keys) expect(words.say(key, values), key).not.toBe('')
})

test.each(['es', 'fr', 'de', 'pt'])('%s says every sentence, and takes the same values', (language) => {
  const read = (name: string) =>
    z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(new URL(`./words/${name}.json`, import.meta.url), 'utf8')))
  const english = read('en')
  expect(Object.keys(read(language))).toEqual(Object.keys(english))
  const other = consoleWords.for(language)
  for (const key of Object.keys(english)) {
    const said = other.say(key, values)
    expect([key, said === '', said.includes('!')]).toEqual([key, false, false])
    // No value of the English sentence is lost on the way.
    const named = (text: string) =>
      new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name ?? '').filter((name) => name in values))
    expect([key, named(read(language)[key] ?? '')]).toEqual([key, named(english[key] ?? '')])
  }
})

test('whatever can be cut off has a name of its own that people can type, and a sentence about what it reaches', () => {
  const targets = [
    ...platformNames.map((target) => ({ kind: 'platform', target }) as const),
    ...channelNames.map((target) => ({ kind: 'channel', target }) as const),
    { kind: 'institution', target: 'first-valley' } as const,
  ]
  const names = targets.map((target) =>
    nameOf(words, [{ id: 'first-valley', name: 'First Valley Bank' }] as never, target),
  )
  expect(new Set(names).size).toBe(targets.length)
  for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z ]+$/)
  for (const target of targets) expect(coversOf(words, target)).toMatch(/\.$/)
})

test('the console keeps the voice: no exclamations, none of the banned words', () => {
  const text = readFileSync(new URL('./words/en.json', import.meta.url), 'utf8')
  expect(text).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
})
