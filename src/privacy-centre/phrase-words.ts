import { maskSecrets, refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { phraseCharactersMax } from './phrase-store.ts'

/** What is wrong with a phrase: nothing to see, too long, or something that is a secret elsewhere. */
export type PhraseProblem = 'phraseEmpty' | 'phraseLong' | 'phraseSecret'

/** Reads what was typed: one line of visible characters. Card numbers are refused, because this is shown on pages. */
export function readPhrase(typed: string | null): Outcome<string, PhraseProblem> {
  const phrase = (typed ?? '')
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim()
  if (phrase === '') return refusal('phraseEmpty')
  if ([...phrase].length > phraseCharactersMax) return refusal('phraseLong')
  return maskSecrets(phrase) === phrase ? success(phrase) : refusal('phraseSecret')
}
