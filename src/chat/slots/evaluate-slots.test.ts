import { readFileSync } from 'node:fs'
import { parse as readEnglish } from 'chrono-node/en'
import { parse as readFrench } from 'chrono-node/fr'
import { parse as readGerman } from 'chrono-node/de'
import { parse as readPortuguese } from 'chrono-node/pt'
import { parse as readSpanish } from 'chrono-node/es'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { toInstant } from '../../kernel/index.ts'
import type { Slots } from '../understand/understood.ts'
import { findSlots } from './find-slots.ts'

// The judge: sentences labelled by somebody who did not write the grammar. Frozen; a wrong label is reported, not edited.
const examFolder = new URL('../../../test/language/slots/', import.meta.url)
const languages = ['en', 'es', 'fr', 'de', 'pt'] as const
type ExamLanguage = (typeof languages)[number]

const line = z.object({
  id: z.string(),
  text: z.string(),
  now: z.string(),
  tz: z.string(),
  slots: z.object({
    amount: z.object({ minor: z.number(), currency: z.string() }).optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    account: z.string().optional(),
    card_last4: z.string().optional(),
    merchant: z.string().optional(),
  }),
})
type Line = z.infer<typeof line>

/** What must hold: of the sentences where a slot is labelled or was found, so many are exactly right. */
const targets = { amounts: 0.98, periods: 0.92 }
/** Fewer would prove little. */
const sentencesMin = 400

type Score = { right: number; all: number; readonly wrong: string[] }
const measures = ['amounts', 'periods', 'accounts', 'last digits', 'merchants that are labelled'] as const
type Measure = (typeof measures)[number]

test('amounts and periods are found as exactly as promised', () => {
  const scores = new Map<string, Score>()
  const table: string[] = []
  let sentences = 0
  for (const language of languages) {
    const lines = readExam(language)
    sentences += lines.length
    for (const one of lines) count(scores, language, one)
    const cells = measures.map((measure) => `${measure} ${show(scores.get(`${language} ${measure}`))}`)
    table.push(
      `${language} (${lines.length}): ${cells.join('; ')}; chrono alone on single days ${show(byChrono(language, lines))}`,
    )
  }
  const whole = (measure: Measure): Score => sum(languages.map((language) => scores.get(`${language} ${measure}`)))
  table.push(`all (${sentences}): ${measures.map((measure) => `${measure} ${show(whole(measure))}`).join('; ')}`)
  const misses = measures.flatMap((measure) => whole(measure).wrong)
  console.info([...table, ...misses].join('\n'))
  expect(sentences).toBeGreaterThanOrEqual(sentencesMin)
  expect(share(whole('amounts'))).toBeGreaterThanOrEqual(targets.amounts)
  expect(share(whole('periods'))).toBeGreaterThanOrEqual(targets.periods)
})

function readExam(language: ExamLanguage): readonly Line[] {
  const text = readFileSync(new URL(`${language}.jsonl`, examFolder), 'utf8')
  return text
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map((row) => line.parse(JSON.parse(row)))
}

// A slot counts only when it is exactly the same; one that was found where none is labelled counts as wrong.
function count(scores: Map<string, Score>, language: ExamLanguage, { id, text, now, tz, slots: wanted }: Line): void {
  const found = findSlots(text, { language, timeZone: tz, now: toInstant(Date.parse(now)) })
  const pairs: { readonly [Name in Measure]: readonly [string, string] } = {
    amounts: [wanted.amount === undefined ? '' : `${wanted.amount.minor} ${wanted.amount.currency}`, amountOf(found)],
    periods: [`${wanted.from ?? ''}…${wanted.to ?? ''}`, `${found.from ?? ''}…${found.to ?? ''}`],
    accounts: [wanted.account ?? '', found.account ?? ''],
    'last digits': [wanted.card_last4 ?? '', found.card_last4 ?? ''],
    'merchants that are labelled': [wanted.merchant ?? '', wanted.merchant === undefined ? '' : (found.merchant ?? '')],
  }
  for (const measure of measures) {
    const [want, got] = pairs[measure].map((value) => (value === '…' ? '' : value))
    if (want === '' && got === '') continue
    const score = scores.get(`${language} ${measure}`) ?? { right: 0, all: 0, wrong: [] }
    scores.set(`${language} ${measure}`, score)
    score.all += 1
    if (want === got) score.right += 1
    else score.wrong.push(`  ${id} ${measure}: wanted "${want ?? ''}", found "${got ?? ''}"`)
  }
}

function amountOf({ amount }: Slots): string {
  return amount === undefined ? '' : `${amount.minor} ${amount.currency}`
}

// Side by side, for decision 0043: chrono-node on the sentences whose label is one day.
function byChrono(language: ExamLanguage, lines: readonly Line[]): Score {
  const read = { en: readEnglish, es: readSpanish, fr: readFrench, de: readGerman, pt: readPortuguese }[language]
  const days = lines.filter(({ slots }) => slots.from !== undefined && slots.from === slots.to)
  const right = days.filter(({ text, now, slots }) => {
    const start = read(text, { instant: new Date(now), timezone: 0 })[0]?.start
    const [year, month, day] = (slots.from ?? '').split('-').map(Number)
    return start?.get('year') === year && start?.get('month') === month && start?.get('day') === day
  })
  return { right: right.length, all: days.length, wrong: [] }
}

function sum(scores: readonly (Score | undefined)[]): Score {
  const known = scores.filter((score) => score !== undefined)
  return {
    right: known.reduce((total, { right }) => total + right, 0),
    all: known.reduce((total, { all }) => total + all, 0),
    wrong: known.flatMap(({ wrong }) => wrong),
  }
}

function share({ right, all }: Score): number {
  return all === 0 ? 1 : right / all
}

function show(score: Score | undefined): string {
  if (score === undefined || score.all === 0) return 'none'
  const [low, high] = wilson(score)
  return `${score.right}/${score.all} = ${percent(share(score))} (95 %: ${percent(low)}–${percent(high)})`
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}

// E. B. Wilson, Journal of the American Statistical Association 22 (1927).
function wilson({ right, all }: Score): readonly [number, number] {
  const z95 = 1.959_964
  const rate = right / all
  const middle = rate + z95 ** 2 / (2 * all)
  const spread = z95 * Math.sqrt((rate * (1 - rate)) / all + z95 ** 2 / (4 * all ** 2))
  const scale = 1 + z95 ** 2 / all
  return [(middle - spread) / scale, (middle + spread) / scale]
}
