import { fromBase64 } from '../base64.ts'
import { parseNote } from '../note.ts'
import { type ReceiptBody, openReceipt, receiptKeyName } from '../receipt.ts'
import type { Hearing } from './hearing.ts'
import { headOf } from './judge-looks.ts'
import { originIn } from './judge-log.ts'
import { openCheckpoint } from './open-checkpoints.ts'
import type { Judged } from './verdict.ts'

/** A signed receipt on its own: the key must come from elsewhere. */
export function judgeReceipt(hearing: Hearing, name: string, note: string): Judged {
  const signer = parseNote(new TextEncoder().encode(note))?.signatures[0]?.name
  if (signer === undefined) return { problem: { name, what: 'receipts', code: 'receipt-malformed', values: {} } }
  const origin = signer.replace(/\/receipt$/, '')
  const trusted = hearing.keys.named(receiptKeyName(origin))
  if (trusted === undefined) return { reason: { code: 'key-missing', name, origin: receiptKeyName(origin) } }
  const opened = openReceipt(note, trusted.key, hearing.crypto.verify)
  if (!opened.ok) return { problem: { name, what: 'receipts', code: opened.code, values: {} } }
  addReceiptView(hearing, origin, opened.value)
  return { kind: 'receipts', name, origin, count: 1, receipts: [opened.value], keyFrom: trusted.from }
}

/** A receipt tells which tree its giver had published: the log must not have shown anybody another. */
export function addReceiptView(hearing: Hearing, origin: string, { checkpoint }: ReceiptBody): void {
  const root = checkpoint === null ? undefined : fromBase64(checkpoint.hash)
  if (checkpoint !== null && root !== undefined) hearing.addView(origin, { size: BigInt(checkpoint.size), root })
}

/** A checkpoint on its own: that the log signed it; with the log beside it, that it is a beginning of it. */
export function judgeCheckpoint(hearing: Hearing, name: string, note: Uint8Array): Judged {
  const origin = originIn(note) ?? ''
  const trusted = hearing.keys.log(origin)
  if (trusted === undefined) return { reason: { code: 'key-missing', name, origin } }
  const opened = openCheckpoint(hearing.crypto, note, trusted.key)
  if (typeof opened === 'string') return { problem: { name, what: 'checkpoint', code: opened, values: {} } }
  hearing.addView(opened.origin, opened)
  return { kind: 'checkpoint', name, head: headOf(opened), signedBy: opened.signedBy, keyFrom: trusted.from }
}
