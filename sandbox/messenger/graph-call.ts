import type { GraphOutcome } from './graph-errors.ts'
import type { JsonRecord } from './json-value.ts'

/** One call of the Graph API: `/{node}/{edge}`, its query and its body. */
export type GraphCall = {
  readonly method: string
  readonly node: string
  readonly edge: string
  readonly query: URLSearchParams
  readonly body: JsonRecord
}

/** What the Graph API answers; `cut` means that the connection is cut instead. */
export type GraphAnswer = GraphOutcome<{ readonly body: unknown; readonly cut?: boolean }>
