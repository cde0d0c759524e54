import { z } from 'zod'
import { fromBase64, hashLeaf, parseTlogProof, verifyInclusion } from '../kernel/index.ts'
import type { NoteKey } from '../kernel/index.ts'
import { commitmentOf } from './commitment.ts'
import { leafBytes } from './leaf.ts'
import { openCheckpoint } from './open-checkpoints.ts'
import type { OpenedCheckpoint } from './open-checkpoints.ts'
import { sha256 } from './sha256.ts'

/** Fields are a few hundred characters, a proof a few thousand. */
const textMax = 65_536
/** A customer's export: a look every few minutes for three years. */
const receiptsMax = 1_000_000

const base64Salt = z.string().regex(/^[A-Za-z0-9+/]{43}=$/)

/**
 * The opening of one entry: what was committed to (canonical text, byte for byte), the salt, and the proof that the commitment
 * stands in the log (c2sp.org/tlog-proof).
 */
export const receiptShape = z.object({
  v: z.literal(1),
  fields: z.string().max(textMax),
  salt: base64Salt,
  proof: z.string().max(textMax),
})
export type Receipt = z.infer<typeof receiptShape>

/** One receipt, or an export with many under `entries`. */
export const receiptFileShape = z.union([
  receiptShape,
  z.looseObject({ v: z.literal(1), entries: z.array(receiptShape).max(receiptsMax) }),
])

export type ReceiptProblem =
  'proof-malformed' | 'checkpoint-malformed' | 'checkpoint-signature' | 'checkpoint-origin' | 'not-in-tree'

export type ReceiptVerdict =
  | { readonly ok: true; readonly index: bigint; readonly checkpoint: OpenedCheckpoint }
  | { readonly ok: false; readonly problem: ReceiptProblem }

/** Whether these fields under this salt are what the log committed to, at that place of a tree that the key signed. */
export function verifyReceipt(receipt: Receipt, key: NoteKey): ReceiptVerdict {
  const proof = parseTlogProof(receipt.proof)
  const salt = fromBase64(receipt.salt)
  if (proof === undefined || salt === undefined) return { ok: false, problem: 'proof-malformed' }
  const checkpoint = openCheckpoint(Buffer.from(proof.checkpoint, 'utf8'), key)
  if (typeof checkpoint === 'string') return { ok: false, problem: checkpoint }
  const leafHash = hashLeaf(sha256, leafBytes(commitmentOf(salt, receipt.fields)))
  const { size, root } = checkpoint
  return verifyInclusion(sha256, { index: proof.index, size, leafHash, proof: proof.proof, root })
    ? { ok: true, index: proof.index, checkpoint }
    : { ok: false, problem: 'not-in-tree' }
}
