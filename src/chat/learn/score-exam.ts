import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Language, languages } from '../../channels/index.ts'
import { bare, type Guess } from './score-public-sets.ts'
import { type Share, shareWhere } from './share.ts'

/** What is done, and must not be done to somebody who did not ask for it. */
export const actionIntents = [
  'freeze_card', 'unfreeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction', 'stop_sharing', 'erase_me',
] as const // prettier-ignore

const question = z.object({
  id: z.string(),
  text: z.string(),
  intent: z.string(),
  also: z.array(z.string()).default([]),
  trap: z.boolean().default(false),
})
type Question = z.infer<typeof question> & { readonly language: Language }

/** The messages of the exam (test/language/README.md): written apart from the phrases and frozen before training. Read to be scored, for nothing else. */
export function readExam(folder: string): readonly Question[] {
  return languages.flatMap((language) =>
    readFileSync(join(folder, `${language}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ ...question.parse(JSON.parse(line)), language })),
  )
}

/** How the classifier alone fares: priority words, negation and open questions come on top of it in the product. */
export type ExamScores = {
  readonly all: Share
  /** Without the messages that also stand among the phrases. */
  readonly unseen: Share
  readonly byLanguage: Readonly<Record<string, Share>>
  readonly traps: Share
  /** Of the messages taken for an action: those that ask for it. */
  readonly actionPrecision: Share
  readonly actionPrecisionOf: Readonly<Record<string, Share>>
  /** Messages about stolen or lost cards and about fraud that are taken for either. */
  readonly stolenAndFraudFound: Share
  readonly actionFound: Readonly<Record<string, Share>>
  readonly outOfScopeFound: Share
}

/** Scores every message once. */
export function scoreExam(questions: readonly Question[], known: ReadonlySet<string>, guess: Guess): ExamScores {
  const scored = questions.map((one) => ({ ...one, guess: guess(one.text), right: [one.intent, ...one.also] }))
  type Scored = (typeof scored)[number]
  const isRight = ({ right, guess: found }: Scored): boolean => right.includes(found)
  const ofEach = (share: (intent: string) => Share): Record<string, Share> =>
    Object.fromEntries(actionIntents.map((intent) => [intent, share(intent)]))
  const meant = (intent: string): readonly Scored[] => scored.filter((one) => one.intent === intent)
  const taken = (intent: string): readonly Scored[] => scored.filter((one) => one.guess === intent)
  const endangered = ['lost_or_stolen_card', 'report_fraud']
  return {
    all: shareWhere(scored, isRight),
    unseen: shareWhere(
      scored.filter(({ text }) => !known.has(bare(text))),
      isRight,
    ),
    byLanguage: Object.fromEntries(
      languages.map((language) => [
        language,
        shareWhere(
          scored.filter((one) => one.language === language),
          isRight,
        ),
      ]),
    ),
    traps: shareWhere(
      scored.filter((one) => one.trap),
      isRight,
    ),
    actionPrecision: shareWhere(actionIntents.flatMap(taken), isRight),
    actionPrecisionOf: ofEach((intent) => shareWhere(taken(intent), isRight)),
    stolenAndFraudFound: shareWhere(endangered.flatMap(meant), (one) => endangered.includes(one.guess)),
    actionFound: ofEach((intent) => shareWhere(meant(intent), isRight)),
    outOfScopeFound: shareWhere(meant('out_of_scope'), isRight),
  }
}
