import { toBase64 } from '../base64.ts'
import { parseNote } from '../note.ts'
import { parseTlogProof } from '../tlog-proof.ts'
import type { Hearing } from './hearing.ts'
import { parseLookReceipt } from './json-shapes.ts'
import { originIn } from './judge-log.ts'
import { type LookFields, parseLookFields } from './look-fields.ts'
import { type LookKeys, createLookVerifier } from './look-receipt.ts'
import type { OpenedCheckpoint } from './open-checkpoints.ts'
import { promiseKeyName } from './promise.ts'
import { weakest } from './trusted-keys.ts'
import { type FoundLook, type Judged, type ProblemCode, type TreeHead, shownMax } from './verdict.ts'

/** A look every few minutes for three years. */
export const looksMax = 1_000_000
/** Looks between two words about how far it is. */
const progressEvery = 500

/** What came out of many looks: all hold, or the first that does not. */
export type LooksOutcome =
  | {
      readonly ok: true
      readonly looks: readonly FoundLook[]
      readonly promised: number
      readonly newest: OpenedCheckpoint | undefined
    }
  | { readonly ok: false; readonly number: number; readonly code: ProblemCode }

/** What else a look must be: what it says, and when its promise is due if that is all there is. */
export type AlsoCheck = (says: LookFields | undefined, publishedBy: Date | undefined) => ProblemCode | undefined

/** Openings of entries, in a file of their own: the log's key must come from elsewhere. */
export function judgeLooks(hearing: Hearing, name: string, looks: readonly unknown[]): Judged {
  const origin = originOf(looks) ?? ''
  const log = hearing.keys.log(origin)
  const promise = hearing.keys.named(promiseKeyName(log?.key.name ?? origin))
  if (log === undefined) return { reason: { code: 'key-missing', name, origin } }
  const checked = checkLooks(
    hearing,
    { log: log.key, ...(promise === undefined ? {} : { promise: promise.key }) },
    looks,
  )
  if (!checked.ok) return { problem: { name, what: 'looks', part: 'look', number: checked.number, code: checked.code, values: {} } } // prettier-ignore
  return {
    kind: 'looks',
    name,
    origin: log.key.name,
    head: checked.newest && headOf(checked.newest),
    count: looks.length,
    promised: checked.promised,
    looks: checked.looks,
    keyFrom: checked.promised > 0 && promise !== undefined ? weakest([log.from, promise.from]) : log.from,
  }
}

/** Checks each look, and collects the views of the tree that their proofs carry. */
export function checkLooks(
  hearing: Hearing,
  keys: LookKeys,
  looks: readonly unknown[],
  also: AlsoCheck = () => undefined,
): LooksOutcome {
  if (looks.length > looksMax) return { ok: false, number: looksMax + 1, code: 'too-many' }
  const verify = createLookVerifier(hearing.crypto, keys)
  const found: FoundLook[] = []
  let promised = 0
  let newest: OpenedCheckpoint | undefined
  for (const [at, value] of looks.entries()) {
    const look = parseLookReceipt(value)
    if (look === undefined) return { ok: false, number: at + 1, code: 'entry-malformed' }
    const verdict = verify(look)
    if (!verdict.ok) return { ok: false, number: at + 1, code: verdict.problem }
    if (verdict.state === 'promised') promised += 1
    else {
      hearing.addView(keys.log.name, verdict.checkpoint)
      if (newest === undefined || verdict.checkpoint.size > newest.size) newest = verdict.checkpoint
    }
    const index = verdict.state === 'proven' ? verdict.index : undefined
    const says = parseLookFields(look.fields)
    const wrong = also(says, verdict.state === 'promised' ? verdict.promise.publishedBy : undefined)
    if (wrong !== undefined) return { ok: false, number: at + 1, code: wrong }
    if (found.length < shownMax) found.push({ number: at + 1, index, says })
    if (at % progressEvery === 0) hearing.onProgress(at, looks.length)
  }
  hearing.onProgress(looks.length, looks.length)
  return { ok: true, looks: found, promised, newest }
}

/** A checkpoint as what people compare. */
export function headOf({ origin, size, root }: OpenedCheckpoint): TreeHead {
  return { origin, size, root: toBase64(root) }
}

/** The log that the first look claims to be of, by its proof's checkpoint or by its promise. */
function originOf(looks: readonly unknown[]): string | undefined {
  const first = parseLookReceipt(looks[0])
  if (first === undefined) return undefined
  const proof = first.proof === null ? undefined : parseTlogProof(first.proof)
  if (proof !== undefined) return originIn(new TextEncoder().encode(proof.checkpoint))
  const promise = parseNote(new TextEncoder().encode(first.promise ?? ''))?.text.split('\n')[0]
  return promise?.replace(/\/promise$/, '')
}
