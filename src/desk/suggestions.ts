import type { Language } from '../channels/index.ts'
import { suggestionOf } from './desk-words.ts'

/** Which answers are suggested, by why a person was asked for; the first ones fit everywhere. */
const byReason: { readonly [because: string]: readonly string[] | undefined } = {
  'card-in-danger': ['frozen', 'look'],
  fraud: ['frozen', 'look'],
  scam: ['frozen', 'look'],
  dispute: ['dispute', 'look'],
  'wrong-place': ['places', 'thanks'],
  complaint: ['sorry', 'look'],
}

/** An answer in the customer's language, and the same in the agent's. */
export type Suggestion = { readonly text: string; readonly meaning: string }

/** Answers from the catalogue, never from what somebody wrote. */
export function suggestionsFor(because: string, language: Language, own: string): readonly Suggestion[] {
  const keys = ['hello', ...(byReason[because] ?? ['look', 'sorry']), 'ask', 'thanks']
  return [...new Set(keys)].map((key) => ({ text: suggestionOf(language, key), meaning: suggestionOf(own, key) }))
}

/** Every suggestion there is, for the test that judges them all. */
export const suggestionKeys = ['hello', 'look', 'frozen', 'dispute', 'places', 'sorry', 'ask', 'thanks'] as const
