import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'

/** FDX-style refusals of this bank: HTTP status and FDX code (docs/sandbox-bank.md lists them). */
const REFUSALS = {
  'interaction-id': { status: 400, code: 401, message: 'The x-fapi-interaction-id header must be a UUID' },
  'bad-request': { status: 400, code: 401, message: 'The request is not valid' },
  'date-range': { status: 400, code: 703, message: 'Invalid date range' },
  token: { status: 401, code: 602, message: 'The access token is not valid' },
  proof: { status: 401, code: 602, message: 'The DPoP proof is not valid' },
  forbidden: { status: 403, code: 706, message: 'The customer has not shared this data' },
  'not-found': { status: 404, code: 701, message: 'Account not found' },
  'no-route': { status: 404, code: 404, message: 'There is nothing here' },
  method: { status: 405, code: 405, message: 'This method is not supported here' },
  'consent-ended': { status: 409, code: 1207, message: 'The consent has already ended' },
  conflict: { status: 409, code: 409, message: 'The request conflicts with the present state' },
  'too-many': { status: 429, code: 1108, message: 'The call budget of this consent is used up' },
  busy: { status: 503, code: 501, message: 'The bank is busy' },
  broken: { status: 500, code: 500, message: 'Something broke at the bank' },
} as const satisfies Record<string, { readonly status: number; readonly code: number; readonly message: string }>

/** The refusals of the FDX API by name. */
export type RefusalName = keyof typeof REFUSALS

/** An expected no on the way to an FDX answer. */
export class FdxRefusal extends Error {
  readonly refusal: RefusalName
  readonly detail: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(refusal: RefusalName, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail ?? refusal)
    this.refusal = refusal
    this.detail = detail
    this.headers = headers
  }
}

/** The FDX error body `{ code, message, debugMessage? }` with its status. */
export function refusalAnswer({ refusal, detail, headers }: FdxRefusal): Answer {
  const { status, code, message } = REFUSALS[refusal]
  return jsonAnswer(
    status,
    { code: String(code), message, ...(detail === undefined ? {} : { debugMessage: detail }) },
    headers,
  )
}
