import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ListKind, ListPurpose } from '../fraud/index.ts'
import { canonicalJson, isInstitutionId, isUuid } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'

/** The shortest and the longest reason, in characters. */
export const ruleReasonLengths = { min: 10, max: 280 } as const

type Head = { readonly institution: InstitutionId; readonly reason: string }
type OnList = Head & { readonly entry: string; readonly purpose: ListPurpose; readonly list: ListKind }

/** A version that becomes live, and the digest of its text. */
export type LiveChange = Head & {
  readonly kind: 'promote' | 'roll-back'
  readonly set: string
  readonly digest: string
}
/** Something that goes onto a list, or off it. */
export type ListChange =
  | (OnList & {
      readonly kind: 'list-add'
      /** Salted, so that the signed text tells nothing of the key once the entry is gone. */
      readonly keyDigest: string
      /** ISO 8601, UTC. */
      readonly until: string
    })
  | (OnList & { readonly kind: 'list-end' })

/** Something that takes signatures, as its one text says it. */
export type RuleChange = LiveChange | ListChange

/** The one text of a change: what is stored, hashed and signed. */
export function changeDocument(change: RuleChange): string {
  const head = { v: 1, institution: change.institution, kind: change.kind, reason: change.reason }
  if (isLiveChange(change)) return canonicalJson({ ...head, set: change.set, digest: change.digest })
  const { entry, purpose, list } = change
  if (change.kind === 'list-end') return canonicalJson({ ...head, entry, purpose, list })
  return canonicalJson({ ...head, entry, purpose, list, key_digest: change.keyDigest, until: change.until })
}

export function isLiveChange(change: RuleChange): change is LiveChange {
  return change.kind === 'promote' || change.kind === 'roll-back'
}

/** SHA-256 in lower-case hex, as the database makes it. */
export function digestOf(document: string): string {
  return createHash('sha256').update(document, 'utf8').digest('hex')
}

/** What is signed of an entry's key. */
export function keyDigestOf(list: ListKind, key: string, salt: Uint8Array): string {
  return createHash('sha256').update(salt).update(`${list}:${key}`, 'utf8').digest('hex')
}

const uuid = z.string().refine(isUuid)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const head = {
  v: z.literal(1),
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  reason: z.string().min(ruleReasonLengths.min).max(ruleReasonLengths.max),
}
const onList = {
  entry: uuid,
  purpose: z.enum(['allow', 'block', 'review']),
  list: z.enum(['cards', 'merchants', 'countries']),
}

const shape = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, kind: z.literal('promote'), set: uuid, digest }),
  z.strictObject({ ...head, kind: z.literal('roll-back'), set: uuid, digest }),
  z.strictObject({ ...head, ...onList, kind: z.literal('list-add'), key_digest: digest, until: z.iso.datetime() }),
  z.strictObject({ ...head, ...onList, kind: z.literal('list-end') }),
])

/** Reads a change as it is stored; undefined for anything but the exact text of one. */
export function parseChange(document: string): RuleChange | undefined {
  const parsed = shape.safeParse(parseJson(document))
  if (!parsed.success) return undefined
  const change = toChange(parsed.data)
  return changeDocument(change) === document ? change : undefined
}

function toChange(read: z.infer<typeof shape>): RuleChange {
  const { institution, reason } = read
  if (read.kind === 'promote' || read.kind === 'roll-back') {
    return { institution, reason, kind: read.kind, set: read.set, digest: read.digest }
  }
  const { entry, purpose, list } = read
  if (read.kind === 'list-end') return { institution, reason, kind: read.kind, entry, purpose, list }
  return { institution, reason, kind: read.kind, entry, purpose, list, keyDigest: read.key_digest, until: read.until }
}

/** How many people a change takes: two for whatever lets more through. */
export function peopleFor(change: RuleChange): 1 | 2 {
  if (isLiveChange(change)) return change.kind === 'promote' ? 2 : 1
  return (change.kind === 'list-add') === (change.purpose === 'allow') ? 2 : 1
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON at all: like any other malformed document
  }
}
