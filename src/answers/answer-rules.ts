import { daysToFetch } from './compute/period.ts'
import { discloseCardUses } from './disclose-card-uses.ts'
import { levelTold } from './disclose.ts'
import { answerQuestions, neededClasses } from './questions.ts'
import { answerWordKeys } from './say/answer-word-keys.ts'
import { spendCategories } from './spend-categories.ts'

/** What whoever asks on a customer's behalf must know of answers beside how to make one. */
export const answerRules = {
  /** Every question that bank data answers. */
  questions: answerQuestions,
  neededClasses,
  /** Our names of kinds of spending. */
  categories: spendCategories,
  /** The word keys that answers are said with. */
  wordKeys: answerWordKeys,
  daysToFetch,
  levelTold,
  /** What a chat may carry of card uses: the same rule, for questions and receipts of fraud alerts. */
  discloseCardUses,
} as const
