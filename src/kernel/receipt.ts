import { type CanonicalValue, canonicalJson } from './canonical.ts'
import { fromBase64 } from './base64.ts'
import { isUuid } from './ids.ts'
import { hashBytes } from './merkle-tree.ts'
import { type NoteKey, type VerifySignature, openNote, parseNote } from './note.ts'
import { type Outcome, refusal, success } from './outcome.ts'

/** The first line of every receipt: what the note is, so that no other note can be read as one. */
const header = 'parley-receipt/v1'
/** Deeper or longer is no receipt of ours. */
const textMax = 262_144

/** What a receipt says: when, about what, and which view of the log its giver had published then. */
export type ReceiptBody = {
  readonly id: string
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly at: string
  /** A word in kebab-case: `revocation`, `erasure`, `unlink`, `notice-ended`… */
  readonly kind: string
  /** The checkpoint published last when the receipt was made: its root in base64, and how many entries it covers. */
  readonly checkpoint: { readonly hash: string; readonly size: number } | null
  /** What the kind adds: short strings, numbers, lists of records. Never names, never amounts. */
  readonly [more: string]: CanonicalValue
}

/**
 * The text that is signed: two lines, {@link header} and the body as canonical JSON. The note around it is made with
 * `composeNote` and the key `<origin>/receipt`. Throws a RangeError for a body that could not be read back.
 */
export function formatReceiptText(body: ReceiptBody): string {
  const text = `${header}\n${canonicalJson(body)}\n`
  if (parseReceiptText(text) === undefined) throw new RangeError('not a receipt')
  return text
}

/** Whether a note's text claims to be a receipt. */
export function isReceiptText(text: string): boolean {
  return text.startsWith(`${header}\n`)
}

/** Reads a receipt's text; undefined unless it is the one spelling of a well-formed one. Checks no signature. */
export function parseReceiptText(text: string): ReceiptBody | undefined {
  const [first, json = '', ...rest] = text.slice(0, textMax).split('\n')
  if (first !== header || rest.join() !== '' || !text.endsWith('\n')) return undefined
  const body = parseJson(json)
  return isReceiptBody(body) && canonicalOf(body) === json ? body : undefined
}

/** The key's name for receipts of the log with this origin. */
export function receiptKeyName(origin: string): string {
  return `${origin}/receipt`
}

/** A receipt whose signature holds, by the key of its giver. */
export function openReceipt(
  note: string,
  key: NoteKey,
  verify: VerifySignature,
): Outcome<ReceiptBody, 'receipt-malformed' | 'receipt-signature'> {
  const parsed = parseNote(new TextEncoder().encode(note))
  if (parsed === undefined) return refusal('receipt-malformed')
  if (!openNote(parsed, [key], verify).ok) return refusal('receipt-signature')
  const body = parseReceiptText(parsed.text)
  return body === undefined ? refusal('receipt-malformed') : success(body)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON: refused like any other malformed receipt
  }
}

// A body with a lone surrogate or a fraction has no canonical form.
function canonicalOf(body: ReceiptBody): string | undefined {
  try {
    return canonicalJson(body)
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function isReceiptBody(value: unknown): value is ReceiptBody {
  if (!isRecord(value)) return false
  const { id, at, kind, checkpoint } = value
  return (
    typeof id === 'string' &&
    isUuid(id) &&
    typeof at === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at) &&
    typeof kind === 'string' &&
    /^[a-z]+(-[a-z]+)*$/.test(kind) &&
    (checkpoint === null || isCheckpoint(checkpoint))
  )
}

function isCheckpoint(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { hash, size } = value
  return (
    typeof hash === 'string' &&
    fromBase64(hash)?.length === hashBytes &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    Object.keys(value).length === 2
  )
}

type JsonRecord = { readonly [Name in keyof ReceiptBody]?: unknown } & {
  readonly hash?: unknown
  readonly size?: unknown
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
