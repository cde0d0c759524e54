import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answerRules } from '../answers/index.ts'
import type { CardUsesTold } from '../answers/index.ts'
import { languages } from '../channels/index.ts'
import { toInstant } from '../kernel/index.ts'
import type { Disclosure } from '../kernel/index.ts'
import { alertTemplates } from './alert-templates.ts'
import { sayOutcome, sayQuestion, sayReceipt, sayToDesk } from './alert-words.ts'
import { fraudAlertId, outcomes } from './fraud-alert.ts'

const id = fraudAlertId.parse('00000000-0000-4000-8000-000000000001')
const place = { alert: id, pageUrl: 'https://parley.test/alert/token', cardsUrl: 'https://parley.test/me/cards' }
// The measured limit of one screen; other languages need some more room, the longest safety line most.
const englishMax = 214
const translationMax = 260

const read = (language: string): Readonly<Record<string, string>> =>
  z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(new URL(`./words/${language}.json`, import.meta.url), 'utf8')))
const values = ['bank', 'amount', 'declined', 'count', 'merchant', 'time', 'more', 'by', 'card', 'number', 'alert', 'reference'] // prettier-ignore
const holes = (text: string): readonly string[] => values.filter((name) => new RegExp(`\\{${name}[,}]`).test(text))

function told(
  level: Disclosure,
  language: string,
  change: { readonly declined?: boolean; readonly count?: number } = {},
): CardUsesTold {
  const use = {
    amount: { minor: 128_450n, currency: 'USD' },
    merchant: 'Northern Electronics',
    city: 'San Francisco',
    at: toInstant(Date.UTC(2026, 10, 22, 18, 3)),
    cardLastDigits: '4821',
  }
  return answerRules.discloseCardUses(
    Array.from({ length: change.count ?? 1 }, () => use),
    level,
    {
      institutionName: 'First Valley Bank',
      declined: change.declined ?? false,
      language,
      timeZone: 'UTC',
    },
  )
}

test.each(languages)('the catalogue %s is complete, takes the same values, and keeps to the voice', (language) => {
  const [english, own] = [read('en'), read(language)]
  expect(Object.keys(own)).toEqual(Object.keys(english))
  for (const [key, text] of Object.entries(own)) {
    expect(holes(text), key).toEqual(holes(english[key] ?? ''))
    expect(text, key).not.toMatch(/[!¡]|\d{5}|\bjust\b|\bsimply\b|for your security/i)
    if (key.startsWith('button.')) expect(text.length, key).toBeLessThanOrEqual(20)
  }
})

test.each(languages)(
  'what is sent in %s fits a screen, ends with what we never ask for, and has three buttons at most',
  (language) => {
    const max = language === 'en' ? englishMax : translationMax
    const safety = read(language)['safety'] ?? '-'
    for (const level of ['sealed', 'rounded', 'full'] as const) {
      for (const declined of [true, false]) {
        for (const again of [true, false]) {
          for (const storm of [true, false]) {
            const reply = sayQuestion(language, told(level, language, { declined }), { ...place, again, storm })
            expect(reply.text.endsWith(safety)).toBe(true)
            expect(reply.text.length, reply.text).toBeLessThanOrEqual(storm && level === 'full' ? max + 40 : max)
            expect(reply.buttons).toHaveLength(3)
          }
        }
      }
      const receipt = sayReceipt(language, told(level, language, { count: 3 }), place)
      expect(receipt.text.endsWith(safety)).toBe(true)
      expect(receipt.text.length, receipt.text).toBeLessThanOrEqual(max)
    }
    for (const what of outcomes) {
      const facts = {
        at: toInstant(0),
        timeZone: 'UTC',
        answerBy: toInstant(3_600_000),
        card: '4821',
        number: '2043-1188',
      }
      const reply = sayOutcome(language, what, { ...place, ...facts })
      expect(reply.text.length, reply.text).toBeLessThanOrEqual(max)
      expect(reply.buttons?.length ?? 0).toBeLessThanOrEqual(3)
      for (const { title } of reply.buttons ?? []) expect(title.length).toBeLessThanOrEqual(20)
    }
    expect(sayToDesk(language, 'not-me', { alert: id, reference: 'ref-1' })).toContain('ref-1')
  },
)

test('a sealed question is the same bytes whatever the payment was, refused or not, and whichever bank asks', () => {
  for (const language of languages) {
    const one = sayQuestion(language, told('sealed', language, { declined: true, count: 7 }), {
      ...place,
      again: false,
      storm: true,
    })
    const two = sayQuestion(language, told('sealed', language), { ...place, again: false, storm: false })
    expect(JSON.stringify(one)).toBe(JSON.stringify(two))
  }
})

test('that a payment was refused is not told by what is said of "it was me"', () => {
  const facts = { at: toInstant(0), timeZone: 'UTC', answerBy: undefined }
  expect(sayOutcome('en', 'needs-passkey', { ...place, ...facts })).toEqual(
    sayOutcome('en', 'look-first', { ...place, ...facts }),
  )
})

test('rounded names no shop, no place and no time; full what a chat may carry, taken apart where it could be tapped', () => {
  expect(JSON.stringify(told('rounded', 'en'))).not.toMatch(/Northern|Francisco|18|4821|1,284/)
  const evil = { amount: { minor: 1n, currency: 'USD' }, merchant: 'http://evil.example call 4155550100', city: '', at: toInstant(0), cardLastDigits: undefined } // prettier-ignore
  const spoken = { institutionName: 'B', declined: false, language: 'en', timeZone: 'UTC' }
  const text = JSON.stringify(answerRules.discloseCardUses([evil], 'full', spoken))
  expect(text).not.toMatch(/http:|evil\.example|4155550100/)
})

test('the templates say the sealed words and have the same buttons in the same order', () => {
  for (const language of languages) {
    const [question, receipt] = alertTemplates(language)
    expect(question?.body).toBe(
      sayQuestion(language, told('sealed', language), { ...place, again: false, storm: false }).text,
    )
    expect(receipt?.body).toBe(sayReceipt(language, told('sealed', language), place).text)
    expect(question?.buttons.map(({ kind }) => kind)).toEqual(['postback', 'postback', 'link'])
  }
})
