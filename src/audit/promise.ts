import { composeNote, formatPromiseText, openPromise as openNotedPromise } from '../kernel/index.ts'
import type { Instant, LogPromise, NoteKey } from '../kernel/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import { leafHashOf } from './leaf.ts'
import type { LogKey } from './log-key.ts'

export type { LogPromise } from '../kernel/index.ts'

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
  const text = formatPromiseText(key.noteKey.name, promise)
  const note = Buffer.from(composeNote({ text, signatures: [key.sign(text)] })).toString('utf8')
  return { note, promise }
}

/** Reads a promise and checks its signature; undefined when it is malformed or not by this key. */
export function openPromise(key: NoteKey, text: string): LogPromise | undefined {
  const opened = openNotedPromise(text, key, verifyEd25519)
  return opened.ok ? opened.value : undefined
}
