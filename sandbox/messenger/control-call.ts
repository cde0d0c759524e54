import { z } from 'zod'
import type { CallbackDeps } from './app-callbacks.ts'
import type { Receipts } from './receipts.ts'

/** What the control API needs beyond an act. */
export type ControlDeps = CallbackDeps & {
  readonly receipts: Receipts
  /** Points the page at an app's webhook and shakes hands with it. Resolves to '' or to what went wrong. */
  readonly subscribe: (url: string | undefined) => Promise<string>
}

/** Status and JSON body of an answer. */
export type ControlReply = { readonly status: number; readonly body: unknown }

/** One call: `/control/{area}/{psid}/{act}`. */
export type ControlCall = {
  readonly method: string
  readonly area: string
  readonly psid: string | undefined
  readonly act: string | undefined
  readonly body: unknown
  readonly query: URLSearchParams
}

/** 200 with a body. */
export function ok(body: unknown): ControlReply {
  return { status: 200, body }
}

/** 400 with what is wrong with the body. */
export function bad(error: z.ZodError): ControlReply {
  return { status: 400, body: { reason: z.prettifyError(error) } }
}
