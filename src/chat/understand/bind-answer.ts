import type { Guesses } from './guesses.ts'
import { type Answer, readAnswer } from './read-answer.ts'
import { type OpenKind, type OpenQuestion, questions } from './understood.ts'

/** An answer and the one question it is for; no question: nothing is bound, and it has to be asked what was meant. */
export type Bound = { readonly says: Answer; readonly answers: OpenKind | undefined }

/** Questions that a tap alone answers with yes: words of whoever holds the phone are not enough. */
const tapOnly: readonly OpenKind[] = ['erase']

/** From here on, the words surely ask something, whatever yes or no stands before it. */
const asksFrom = 0.6

/**
 * Binds a text to the open question, if it is an answer at all. Never to an expired one, nor to one of several: then nothing is bound.
 * Where nothing is open, only words that are an answer and nothing else count as one.
 */
export function bindAnswer(text: string, open: readonly OpenQuestion[], guesses: Guesses): Bound | undefined {
  const live = open.filter(({ expired }) => !expired)
  const [only] = live
  const kind = live.length === 1 && only !== undefined ? only.kind : undefined
  const read = readAnswer(text, kind)
  if (read === undefined) return undefined
  const { best, outOfScope } = guesses
  const asks = !outOfScope && best.confidence >= asksFrom && questions.some((name) => name === best.intent)
  if (read.others > 0 && (asks || live.length === 0)) return undefined
  const { says } = read
  if (kind === undefined || says === 'unclear' || says === 'neither') return { says, answers: undefined }
  return says === 'yes' && tapOnly.includes(kind) ? { says: 'unclear', answers: undefined } : { says, answers: kind }
}
