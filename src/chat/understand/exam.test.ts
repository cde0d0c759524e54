import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadUnderstand } from '../load-understand.ts'
import { languageOf } from './understand.ts'

// The exam: messages written apart from the phrases and frozen before training. Read, scored, never learned from.
const line = z.object({
  id: z.string(),
  text: z.string(),
  intent: z.string(),
  also: z.array(z.string()).default([]),
  trap: z.boolean().default(false),
})
const languages = ['en', 'es', 'fr', 'de', 'pt'] as const
const understand = loadUnderstand()

function readExam(folder: string) {
  return languages.flatMap((language) =>
    readFileSync(new URL(`../../../test/language/${folder}/${language}.jsonl`, import.meta.url), 'utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => line.parse(JSON.parse(text)))
      .map((message) => {
        const known = languageOf(language)
        const understood = understand(message.text, known === undefined ? {} : { language: known })
        const right = [message.intent, ...message.also]
        return { ...message, language, understood, right }
      }),
  )
}

/**
 * The first two have been read by those who make the phrases and the rules, the second since it judged its first model: they hold what is promised,
 * and flatter. The third nobody who works on phrases and rules has read: it is `blind`, only its totals are ever said, and its bounds are what was
 * reached. So it is with the fourth, which was written by the author of the latest phrases and rules, before the first of them.
 */
const exams = [
  { name: 'first', folder: 'messages', blind: false, reached: { precision: 0.99, found: 0.99, wrongTraps: 1, understood: 0.94 } },
  { name: 'second', folder: 'second', blind: false, reached: { precision: 0.99, found: 0.99, wrongTraps: 2, understood: 0.9 } },
  { name: 'third', folder: 'third', blind: true, reached: { precision: 0.99, found: 0.98, wrongTraps: 2, understood: 0.89 } },
  { name: 'fourth', folder: 'fourth', blind: true, reached: { precision: 0.97, found: 0.91, wrongTraps: 2, understood: 0.89 } },
] as const // prettier-ignore

/** What is done, or begun, without a further question: what has a second reading is only offered. */
const actions = [
  'freeze_card', 'unfreeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction', 'stop_sharing', 'erase_me',
] // prettier-ignore
const urgent = ['lost_or_stolen_card', 'report_fraud']

/** The Wilson interval of a share, at 95 % (Wilson 1927). */
function wilson(hits: number, all: number): string {
  const z95 = 1.96
  const share = hits / all
  const middle = (share + z95 ** 2 / (2 * all)) / (1 + z95 ** 2 / all)
  const half = (z95 / (1 + z95 ** 2 / all)) * Math.sqrt((share * (1 - share)) / all + z95 ** 2 / (4 * all ** 2))
  const percent = (value: number): string => (value * 100).toFixed(2)
  return `${percent(share)} % (${hits} of ${all}; ${percent(middle - half)}–${percent(middle + half)})`
}

describe.each(exams)('the $name exam', ({ name: exam, folder, blind, reached }) => {
  const read = readExam(folder)

  function say(name: string, hits: number, all: number): void {
    console.info(`${exam} exam: ${name}: ${wilson(hits, all)}`)
  }

  function show(each: (typeof read)[number]): void {
    if (blind) return
    console.info(`  ${each.id} ${each.understood.intent} for ${each.intent}: ${each.text}`)
  }

  test('what is done is what was asked for: precision of every act', () => {
    const done = read.filter(({ understood }) => actions.includes(understood.intent) && understood.second === undefined)
    const wrong = done.filter(({ understood, right }) => !right.includes(understood.intent))
    say('precision of acts', done.length - wrong.length, done.length)
    const offered = read.filter(
      ({ understood, right }) => understood.second !== undefined && actions.some((act) => right.includes(act)),
    )
    say(
      'acts asked for that are offered first',
      offered.length,
      read.filter(({ right }) => actions.some((act) => right.includes(act))).length,
    )
    wrong.forEach(show)
    expect(1 - wrong.length / done.length).toBeGreaterThanOrEqual(reached.precision)
  })

  test('a stolen card and fraud are found', () => {
    const asked = read.filter(({ intent }) => urgent.includes(intent))
    // Whichever of the dangers it is, the same help comes first: cards are frozen or offered to be, and a person is asked.
    const help = [...urgent, 'freeze_card', 'dispute_transaction']
    const found = asked.filter(
      ({ understood }) =>
        (understood.priority && help.includes(understood.intent)) || urgent.includes(understood.intent),
    )
    say('stolen and fraud found', found.length, asked.length)
    asked.filter((one) => !found.includes(one)).forEach(show)
    expect(found.length / asked.length).toBeGreaterThanOrEqual(reached.found)
  })

  test('words of an act that do not ask for it hardly ever have it done', () => {
    const traps = read.filter(({ trap }) => trap)
    const done = traps.filter(
      ({ understood, right }) =>
        actions.includes(understood.intent) && understood.second === undefined && !right.includes(understood.intent),
    )
    say('traps without a wrong act', traps.length - done.length, traps.length)
    done.forEach(show)
    expect(done.length).toBeLessThanOrEqual(reached.wrongTraps)
  })

  test('intents in each language', () => {
    for (const language of languages) {
      const own = read.filter((each) => each.language === language)
      const right = own.filter(({ understood, right: all }) => all.includes(understood.intent))
      say(`${language} understood`, right.length, own.length)
    }
    const priorities = read.filter(({ understood }) => understood.priority)
    const calm = priorities.filter(
      ({ right }) =>
        !right.some((name) =>
          [...urgent, 'freeze_card', 'dispute_transaction', 'cash_withdrawal_problem'].includes(name),
        ),
    )
    say('priority where danger was meant', priorities.length - calm.length, priorities.length)
    const right = read.filter(({ understood, right: all }) => all.includes(understood.intent))
    say('understood in all', right.length, read.length)
    expect(right.length / read.length).toBeGreaterThan(reached.understood)
  })
})
