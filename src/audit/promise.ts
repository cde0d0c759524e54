import { composeNote, fromBase64, openNote, parseNote, toBase64 } from '../kernel/index.ts'
import type { Instant, NoteKey } from '../kernel/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import { leafHashOf } from './leaf.ts'
import type { LogKey } from './log-key.ts'

/** A promise of the log: this leaf will be in the tree by then, and in what outsiders see by then. */
export type LogPromise = {
  readonly leafHash: Uint8Array
  readonly mergedBy: Date
  readonly publishedBy: Date
}

/** What is promised: merged within a second of the entry. */
export const mergeDelayMs = 1_000
/** Beyond the beat: the time to merge, sign and write. */
const publishSlackMs = 5_000

/**
 * Signs the promise for an entry, for whoever gets the answer that the look was for. A note of four lines under the promise
 * key: the key's name, the leaf's hash, and the two deadlines. `at` is the entry's own time, by the database's clock.
 */
export function signPromise(
  key: LogKey,
  entry: { readonly commitment: Uint8Array; readonly at: Instant },
  beatMs: number,
): { readonly note: string; readonly promise: LogPromise } {
  const promise = {
    leafHash: leafHashOf(entry.commitment),
    mergedBy: new Date(entry.at + mergeDelayMs),
    publishedBy: new Date(entry.at + mergeDelayMs + beatMs + publishSlackMs),
  }
  const text = [
    key.noteKey.name,
    toBase64(promise.leafHash),
    `merged ${promise.mergedBy.toISOString()}`,
    `published ${promise.publishedBy.toISOString()}`,
    '',
  ].join('\n')
  const note = Buffer.from(composeNote({ text, signatures: [key.sign(text)] })).toString('utf8')
  return { note, promise }
}

const momentShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Reads a promise and checks its signature; undefined when it is malformed or not by this key. */
export function openPromise(key: NoteKey, text: string): LogPromise | undefined {
  const note = parseNote(Buffer.from(text, 'utf8'))
  if (note === undefined || !openNote(note, [key], verifyEd25519).ok) return undefined
  const [name, leaf, merged = '', published = '', ...rest] = note.text.split('\n')
  const leafHash = fromBase64(leaf ?? '')
  const [mergedBy, publishedBy] = [momentOf(merged, 'merged '), momentOf(published, 'published ')]
  if (name !== key.name || rest.join() !== '' || leafHash?.length !== 32) return undefined
  return mergedBy === undefined || publishedBy === undefined ? undefined : { leafHash, mergedBy, publishedBy }
}

function momentOf(line: string, word: string): Date | undefined {
  const text = line.startsWith(word) ? line.slice(word.length) : ''
  return momentShape.test(text) ? new Date(text) : undefined
}
