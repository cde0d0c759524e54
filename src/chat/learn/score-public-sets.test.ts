import { expect, test } from 'vitest'
import type { PublicSets } from './public-sets.ts'
import { scorePublicSets } from './score-public-sets.ts'
import { scoreExam } from './score-exam.ts'

const message = (text: string, label: string) => ({ text, label, split: 'train' })

const sets: PublicSets = {
  clinc: [
    message('funds there?', 'balance'),
    message('my funds', 'balance'),
    message('bake a cake', 'cooking'),
    message('cheers', 'thank_you'),
    message('hello', 'greeting'),
  ],
  banking77: [message('card eaten', 'card_swallowed'), message('who knows', 'not_in_the_map')],
  map: {
    clinc150_banking_and_cards: { balance: ['balance'] },
    clinc150_also_accepted_outside: { thank_you: ['thanks', 'out_of_scope'] },
    banking77: { card_swallowed: ['cash_withdrawal_problem'] },
  },
}

const guesses = new Map([
  ['funds there?', 'balance'],
  ['my funds', 'out_of_scope'],
  ['bake a cake', 'out_of_scope'],
  ['cheers', 'thanks'],
  ['card eaten', 'freeze_card'],
])

test('each label is right for the intents that the map accepts; what the map leaves out or we wrote ourselves is counted apart', () => {
  const scores = scorePublicSets(sets, new Set(['hello']), (text) => guesses.get(text) ?? '')
  expect(scores.clincInScope).toMatchObject({ right: 1, of: 2 })
  expect(scores.clincOthers).toMatchObject({ right: 2, of: 2 })
  expect(scores.clincOthersStrictly).toMatchObject({ right: 1, of: 2 })
  expect(scores.outOfScopePrecision).toMatchObject({ right: 1, of: 2 })
  expect(scores.banking77).toMatchObject({ right: 0, of: 1 })
  expect(scores.leftOut).toEqual({ unmapped: 1, inPhrases: 1 })
  expect(scores.weakest[0]).toEqual({ label: 'card_swallowed', percent: 0, takenFor: 'freeze_card' })
})

test('in the exam a wrongly done action counts against precision, and fraud taken for a stolen card is found', () => {
  const ask = (text: string, intent: string) => ({
    id: text,
    text,
    intent,
    also: [],
    trap: false,
    language: 'en' as const,
  })
  const questions = [ask('a', 'freeze_card'), ask('b', 'thanks'), ask('c', 'report_fraud')]
  const taken = new Map([
    ['a', 'freeze_card'],
    ['b', 'freeze_card'],
    ['c', 'lost_or_stolen_card'],
  ])
  const scores = scoreExam(questions, new Set(), (text) => taken.get(text) ?? '')
  expect(scores.actionPrecision).toMatchObject({ right: 1, of: 3 })
  expect(scores.stolenAndFraudFound).toMatchObject({ right: 1, of: 1 })
  expect(scores.all).toMatchObject({ right: 1, of: 3 })
})
