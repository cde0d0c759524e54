import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { languages } from '../channels/index.ts'
import { createWords } from '../chat/words.ts'
import { Secret, disclosures } from '../kernel/index.ts'
import type { Disclosure, InstitutionId } from '../kernel/index.ts'
import { nothingNamed } from './asked.ts'
import type { Asked } from './asked.ts'
import { computeAnswer } from './compute/compute-answer.ts'
import { disclose } from './disclose.ts'
import type { ChatPart } from './disclose.ts'
import { answerQuestions } from './questions.ts'
import type { AnswerQuestion } from './questions.ts'
import { sampleFacts, sampleNow, sampleZone, usd } from './test-support/sample-facts.ts'

// What a chat says, to every question, at every level, in every language: one readable file for each language. To write them
// anew after a change that is meant: UPDATE_GOLDEN=1 npx vitest run --project unit src/answers/golden.test.ts; then read the diff.
const isUpdating = process.env['UPDATE_GOLDEN'] === '1'

type Case = { readonly question: AnswerQuestion; readonly title: string; readonly asked: Asked }

const named = (values: Partial<Asked>): Asked => ({ ...nothingNamed, ...values })

const further: readonly Case[] = [
  { question: 'balance', title: 'balance of "savings"', asked: named({ words: new Secret('savings') }) },
  { question: 'balance', title: 'balance of "holiday fund"', asked: named({ words: new Secret('holiday fund') }) },
  { question: 'find_transactions', title: 'find "parcelwise"', asked: named({ merchant: new Secret('parcelwise') }) },
  {
    question: 'find_transactions',
    title: 'find "nowhere at all"',
    asked: named({ merchant: new Secret('nowhere at all') }),
  },
  { question: 'spending', title: 'spending on groceries', asked: named({ category: 'groceries' }) },
  { question: 'spending', title: 'spending at "green basket"', asked: named({ merchant: new Secret('green basket') }) },
  { question: 'can_afford', title: 'can I afford $300', asked: named({ amount: usd(30_000) }) },
  { question: 'can_afford', title: 'can I afford $2,500', asked: named({ amount: usd(250_000) }) },
  { question: 'refund_status', title: 'refund from "oak & iron"', asked: named({ merchant: new Secret('oak iron') }) },
  { question: 'card_status', title: 'status of "card"', asked: named({ words: new Secret('card') }) },
  {
    question: 'recent_transactions',
    title: 'payments of "everyday savings", which two fit',
    asked: named({ words: new Secret('everyday savings') }),
  },
  { question: 'card_use_places', title: 'places in July', asked: named({ from: '2026-07-01', to: '2026-07-30' }) },
]

const cases: readonly Case[] = [
  ...answerQuestions.map((question) => ({ question, title: question, asked: nothingNamed })),
  ...further,
]

const words = createWords(sampleZone)

function say(language: (typeof languages)[number], { question, asked }: Case, level: Disclosure): string {
  const look = {
    institution: 'first-valley' as InstitutionId,
    institutionName: 'First Valley Bank',
    level,
    checkedAt: sampleNow,
    result: computeAnswer(question, sampleFacts, asked, { now: sampleNow, timeZone: sampleZone }),
  }
  const told = disclose([look], { question, asked, language, timeZone: sampleZone })
  const text = told.chat.map((part: ChatPart) =>
    part.kind === 'answer'
      ? part.lines.map(({ key, values }) => words.say(language, key, values)).join('\n')
      : words.say(language, 'sealed'),
  )
  return [...text, ...(told.pages.length > 0 && level !== 'sealed' ? ['[button: the page]'] : [])].join('\n')
}

describe.each(languages)('in %s', (language) => {
  test('every answer at every level reads as it was reviewed', () => {
    const written = cases
      .map((each) =>
        [`# ${each.title}`, ...disclosures.map((level) => `## ${level}\n${say(language, each, level)}`)].join('\n'),
      )
      .join('\n\n')
    const file = new URL(`./golden/${language}.txt`, import.meta.url)
    if (isUpdating || !existsSync(file)) writeFileSync(file, `${written}\n`)
    expect(`${written}\n`).toBe(readFileSync(file, 'utf8'))
  })

  test('nothing is longer than a message may be, and no sentence was left in another language by mistake', () => {
    for (const each of cases) {
      for (const level of disclosures) {
        expect(say(language, each, level).length, `${each.title} ${level}`).toBeLessThanOrEqual(2000)
      }
    }
  })
})
