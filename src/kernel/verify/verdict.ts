import type { StoredItem } from '../export-bundle.ts'
import type { ReceiptBody } from '../receipt.ts'
import type { Terms } from '../terms.ts'
import type { UnreadableCode } from './exhibit.ts'
import type { LogProblemCode } from './log-problem.ts'
import type { LookFields } from './look-fields.ts'
import type { LookProblem } from './look-receipt.ts'
import type { GrantProblem } from './signed-grant.ts'

/**
 * Where a key came from: whoever asked gave it, it was known beforehand (a gateway's page knows that gateway's), or the thing
 * under test names it itself, which proves less.
 */
export type KeyOrigin = 'given' | 'known' | 'itself'

/** One look that holds: its place in the tree when it is there, and what it says when that can be read. */
export type FoundLook = {
  readonly number: number
  readonly index: bigint | undefined
  readonly says: LookFields | undefined
}

export type FoundGrant = { readonly terms: Terms; readonly rpId: string; readonly state: string }

/** The newest signed tree that was met: what a reader can compare with somebody else's. */
export type TreeHead = { readonly origin: string; readonly size: bigint; readonly root: string }

/** Something that holds, with what people want to know of it. Of long lists the first {@link shownMax}. */
export type Finding =
  | {
      readonly kind: 'log'
      readonly name: string
      readonly head: TreeHead
      readonly views: number
      /** How many of the oldest entries are no longer served; their hashes stand for them. */
      readonly withheld: bigint
      readonly signedBy: readonly string[]
      readonly keyFrom: KeyOrigin
    }
  | {
      readonly kind: 'looks'
      readonly name: string
      readonly head: TreeHead | undefined
      readonly origin: string
      readonly count: number
      readonly promised: number
      readonly looks: readonly FoundLook[]
      readonly keyFrom: KeyOrigin
    }
  | { readonly kind: 'grants'; readonly name: string; readonly count: number; readonly grants: readonly FoundGrant[] }
  | {
      readonly kind: 'receipts'
      readonly name: string
      readonly origin: string
      readonly count: number
      readonly receipts: readonly ReceiptBody[]
      readonly keyFrom: KeyOrigin
    }
  | {
      readonly kind: 'checkpoint'
      readonly name: string
      readonly head: TreeHead
      readonly signedBy: readonly string[]
      readonly keyFrom: KeyOrigin
    }
  | {
      readonly kind: 'export'
      readonly name: string
      readonly origin: string
      readonly head: TreeHead | undefined
      readonly exportedAt: string
      readonly count: {
        readonly looks: number
        readonly promised: number
        readonly grants: number
        readonly receipts: number
      }
      readonly looks: readonly FoundLook[]
      readonly grants: readonly FoundGrant[]
      readonly receipts: readonly ReceiptBody[]
      readonly stored: readonly StoredItem[]
      readonly keyFrom: KeyOrigin
    }

/** Items of a list that are put into words; all are checked. */
export const shownMax = 200

export type ExportProblem =
  | 'export-malformed'
  | 'export-keys'
  | 'export-other-key'
  | 'entry-malformed'
  | 'entry-twice'
  | 'entry-other-customer'
  | 'entry-overdue'
  | 'entry-without-grant'
  | 'grant-malformed'
  | 'grant-other-customer'
  | 'stored-malformed'
  | 'too-many'

export type ReceiptProblem = 'receipt-malformed' | 'receipt-signature'

export type ProblemCode = LogProblemCode | LookProblem | GrantProblem | ReceiptProblem | ExportProblem

/** The first thing that is wrong: in which file, at which of its items (counted from 1), and what. */
export type Problem = {
  readonly name: string
  readonly what: Finding['kind']
  readonly part?: 'look' | 'grant' | 'receipt' | 'stored'
  readonly number?: number
  readonly code: ProblemCode
  /** What the words about the code need. */
  readonly values: Readonly<Record<string, string>>
}

/** Not even begun: what is missing, or what could not be read. */
export type Unjudged =
  | { readonly code: 'nothing' }
  | { readonly code: 'key-missing'; readonly name: string; readonly origin: string }
  | { readonly code: UnreadableCode; readonly name: string }

/** What came out. */
export type Verdict =
  | { readonly kind: 'holds'; readonly findings: readonly Finding[] }
  | { readonly kind: 'broken'; readonly problem: Problem; readonly findings: readonly Finding[] }
  | { readonly kind: 'unjudged'; readonly reason: Unjudged }

/** What came out of one thing. */
export type Judged = Finding | { readonly problem: Problem } | { readonly reason: Unjudged }
