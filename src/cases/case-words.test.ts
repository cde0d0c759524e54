import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { languages } from '../channels/index.ts'
import { caseFindings, caseRefunds, toInstant } from '../kernel/index.ts'
import { sayDecided } from './chat-words.ts'
import { caseWords, nextStepOf, sayRisk, sayStep } from './case-words.ts'
import { caseKinds } from './regulatory-clock.ts'
import { caseStates } from './step-case.ts'

const words = caseWords.for('en-US')
const values = {
  login: 'piet', what: 'Fraud', other: '0123-4567', days: 3, count: 2, total: 3, of: 3, max: 200, page: 1, pages: 2, number: '0123-4567', time: '10:42',
  finding: 'Fraud', refund: 'yes', act: 'Take it', counted: 'business', basis: '12 CFR 1005.11', from: '$50', below: '$200', day: 'Nov 20',
} // prettier-ignore

test('every sentence that the pages say is in the catalogue, also those whose names are put together', () => {
  const folder = new URL('./', import.meta.url)
  const keys = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(new URL(name, folder), 'utf8').matchAll(/say\(\s*'([a-z][A-Za-z]*\.[a-zA-Z.-]+)'/g),
    ])
    .map(([, key]) => key ?? '')
    .filter((key) => key !== 'told.text' && key !== 'told.button')
  expect(keys.length).toBeGreaterThan(60)
  const made = [
    ...caseKinds.map((kind) => `kind.${kind}`),
    ...caseStates.map((state) => `state.${state}`),
    ...caseFindings.map((finding) => `finding.${finding}`),
    ...caseRefunds.map((refund) => `refund.${refund}`),
    ...['opened', 'evidence', 'seen', 'evidence-opened', 'assigned', 'released', 'noted', 'proposed', 'refused', 'withdrawn', 'decided', 'told',
      'closed', 'joined', 'unjoined', 'exported'].map((kind) => `event.${kind}`), // prettier-ignore
    ...['taken', 'released', 'noted', 'proposed', 'turned-down', 'decided', 'unjoined'].map((done) => `done.${done}`),
    ...['same-use', 'same-day', 'same-merchant'].map((relation) => `relation.${relation}`),
    ...['acknowledge', 'decide', 'extended', 'end'].map((what) => `clock.what.${what}`),
  ]
  for (const key of [...keys, ...made]) expect(words.say(key, values), key).not.toBe('')
})

test('how urgent a case is stands in words, and how much is at risk between two round amounts', () => {
  const reading = { words, timeZone: 'UTC', now: toInstant(Date.UTC(2026, 11, 3)) }
  const of = { kind: 'fraud', openedAt: toInstant(Date.UTC(2026, 10, 20)), clock: {} } as const
  const next = nextStepOf(reading, of)
  expect(next?.urgency).toBe('soon')
  expect(next && sayStep(reading, next)).toContain('2 days left')
  const late = { ...reading, now: toInstant(Date.UTC(2027, 11, 3)) }
  expect(nextStepOf(late, of)?.urgency).toBe('late')
  expect(sayRisk({ words }, { step: 1, currency: 'USD' })).toBe('$50 to $200 at risk')
  expect(sayRisk({ words }, { step: 5, currency: 'JPY' })).toBe('¥20,000 or more at risk')
})

test('the chat is told in five languages that there is an answer, and no fact: no figure, no number, no finding', () => {
  const said = languages.map((language) => sayDecided(language, 'https://parley.example'))
  expect(new Set(said.map(({ text }) => text)).size).toBe(languages.length)
  for (const { text, buttons, unasked } of said) {
    expect(text).not.toMatch(/\d|fraud|betrug|fraude/i)
    expect(buttons?.[0]?.title.length).toBeLessThanOrEqual(20)
    expect(unasked).toBe(true)
  }
})

test('the pages keep the voice: no exclamations, none of the banned words', () => {
  const text = readFileSync(new URL('./words/en.json', import.meta.url), 'utf8')
  expect(text).not.toMatch(/\bjust\b|\bsimply\b|for your security|!/i)
})

test.each(['es', 'fr', 'de', 'pt'])('%s says every sentence of the pages, and takes the same values', (language) => {
  const read = (name: string): Readonly<Record<string, string>> =>
    z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(new URL(`./words/${name}.json`, import.meta.url), 'utf8')))
  const named = (text = ''): ReadonlySet<string> =>
    new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => name).filter((name) => name in values))
  const [english, own] = [read('en'), read(language)]
  expect(Object.keys(own)).toEqual(Object.keys(english))
  const other = caseWords.for(language)
  for (const [key, text] of Object.entries(own)) {
    expect([key, other.say(key, values) === '']).toEqual([key, false])
    expect([key, named(text)]).toEqual([key, named(english[key])])
    expect(text, key).not.toMatch(/!|¡/)
  }
})
