import { fromBase64, toBase64 } from '../base64.ts'
import { type NoteKey, type VerifySignature, openNote, parseNote } from '../note.ts'
import { type Outcome, refusal, success } from '../outcome.ts'

/** A promise of the log: this leaf will be in the tree by then, and in what outsiders see by then. */
export type LogPromise = {
  readonly leafHash: Uint8Array
  readonly mergedBy: Date
  readonly publishedBy: Date
}

/** The key's name for promises of the log with this origin. */
export function promiseKeyName(origin: string): string {
  return `${origin}/promise`
}

/** The text that is signed: four lines, the key's name, the leaf's hash in base64, and the two deadlines. */
export function formatPromiseText(name: string, { leafHash, mergedBy, publishedBy }: LogPromise): string {
  const deadlines = [`merged ${mergedBy.toISOString()}`, `published ${publishedBy.toISOString()}`]
  return [name, toBase64(leafHash), ...deadlines, ''].join('\n')
}

const momentShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** A promise whose signature holds, by the key of its giver. */
export function openPromise(
  text: string,
  key: NoteKey,
  verify: VerifySignature,
): Outcome<LogPromise, 'promise-malformed' | 'promise-signature'> {
  const note = parseNote(new TextEncoder().encode(text))
  if (note === undefined) return refusal('promise-malformed')
  if (!openNote(note, [key], verify).ok) return refusal('promise-signature')
  const [name, leaf, merged = '', published = '', ...rest] = note.text.split('\n')
  const leafHash = fromBase64(leaf ?? '')
  const [mergedBy, publishedBy] = [momentOf(merged, 'merged '), momentOf(published, 'published ')]
  if (name !== key.name || rest.join() !== '' || leafHash?.length !== 32) return refusal('promise-malformed')
  if (mergedBy === undefined || publishedBy === undefined) return refusal('promise-malformed')
  return success({ leafHash, mergedBy, publishedBy })
}

function momentOf(line: string, word: string): Date | undefined {
  const text = line.startsWith(word) ? line.slice(word.length) : ''
  const moment = momentShape.test(text) ? new Date(text) : undefined
  return moment === undefined || Number.isNaN(moment.getTime()) ? undefined : moment
}
