import { fromBase64, sameBytes } from '../base64.ts'
import type { LookReceipt } from '../export-bundle.ts'
import { hashLeaf } from '../merkle-tree.ts'
import { verifyInclusion } from '../merkle-proof.ts'
import type { NoteKey } from '../note.ts'
import { parseTlogProof } from '../tlog-proof.ts'
import { commitTo, leafBytes } from './log-leaf.ts'
import type { LogCrypto } from './log-problem.ts'
import { type OpenedCheckpoint, openCheckpoint } from './open-checkpoints.ts'
import { type LogPromise, openPromise } from './promise.ts'

export type LookProblem =
  | 'salt-malformed'
  | 'proof-missing'
  | 'proof-malformed'
  | 'checkpoint-malformed'
  | 'checkpoint-signature'
  | 'checkpoint-origin'
  | 'not-in-tree'
  | 'promise-malformed'
  | 'promise-signature'
  | 'promise-other-entry'

export type LookVerdict =
  | { readonly ok: true; readonly state: 'proven'; readonly index: bigint; readonly checkpoint: OpenedCheckpoint }
  | { readonly ok: true; readonly state: 'promised'; readonly promise: LogPromise }
  | { readonly ok: false; readonly problem: LookProblem }

/** The log's key, and the key of its promises where it is known. */
export type LookKeys = { readonly log: NoteKey; readonly promise?: NoteKey }

/**
 * Makes a verifier of openings: whether these fields under this salt are what the log committed to, at that place of a tree that
 * the key signed; or, before the next beat, what it promised to commit to. Remembers the checkpoint it opened last, because the
 * many looks of one export share one.
 */
export function createLookVerifier(crypto: LogCrypto, keys: LookKeys): (look: LookReceipt) => LookVerdict {
  const openOnce = rememberLast((note: string) => openCheckpoint(crypto, new TextEncoder().encode(note), keys.log))

  return (look) => {
    const salt = fromBase64(look.salt)
    if (salt?.length !== saltBytes) return { ok: false, problem: 'salt-malformed' }
    const leafHash = hashLeaf(crypto.hash, leafBytes(commitTo(crypto.hash, salt, look.fields)))
    const promise = look.promise === undefined ? undefined : checkPromise(look.promise, leafHash)
    if (promise !== undefined && !promise.ok) return promise
    return look.proof === null ? (promise ?? { ok: false, problem: 'proof-missing' }) : checkProof(look.proof, leafHash)
  }

  function checkProof(text: string, leafHash: Uint8Array): LookVerdict {
    const proof = parseTlogProof(text)
    if (proof === undefined) return { ok: false, problem: 'proof-malformed' }
    const checkpoint = openOnce(proof.checkpoint)
    if (typeof checkpoint === 'string') return { ok: false, problem: checkpoint }
    const { size, root } = checkpoint
    return verifyInclusion(crypto.hash, { index: proof.index, size, leafHash, proof: proof.proof, root })
      ? { ok: true, state: 'proven', index: proof.index, checkpoint }
      : { ok: false, problem: 'not-in-tree' }
  }

  function checkPromise(text: string, leafHash: Uint8Array): LookVerdict {
    if (keys.promise === undefined) return { ok: false, problem: 'promise-signature' }
    const opened = openPromise(text, keys.promise, crypto.verify)
    if (!opened.ok) return { ok: false, problem: opened.code }
    return sameBytes(opened.value.leafHash, leafHash)
      ? { ok: true, state: 'promised', promise: opened.value }
      : { ok: false, problem: 'promise-other-entry' }
  }
}

const saltBytes = 32

function rememberLast<Value>(open: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: open(text) }
    return last.value
  }
}
