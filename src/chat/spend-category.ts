import { type SpendCategory, answerRules } from '../answers/index.ts'

/** A category as the answers know it; undefined for a word that is none of them. */
export function spendCategory(name: string | undefined): SpendCategory | undefined {
  return answerRules.categories.find((category) => category === name)
}
