import { randomBytes } from 'node:crypto'

/** A refusal of the Graph API. Clients must decide by `code` and `subcode`; the HTTP status is only a hint. */
export type GraphError = {
  readonly status: number
  readonly code: number
  readonly subcode?: number
  readonly message: string
  /** Longer words some errors carry for the person who reads them. */
  readonly userMessage?: string
}

/** A value, or the reason why the platform refuses. */
export type GraphOutcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: GraphError }

/** An accepted value. */
export function accept<Value>(value: Value): GraphOutcome<Value> {
  return { ok: true, value }
}

/** A refusal. */
export function refuse(error: GraphError): { readonly ok: false; readonly error: GraphError } {
  return { ok: false, error }
}

/** Error 100 with the platform's way of naming a parameter. */
export function invalidParameter(detail: string): GraphError {
  return { status: 400, code: 100, message: `(#100) ${detail}` }
}

/** Error 100 for a text that is longer than allowed. */
export function tooLong(parameter: string, max: number): GraphError {
  return invalidParameter(`Length of param ${parameter} must be less than or equal to ${max}`)
}

/** The other refusals, by what they say. */
export const graphErrors = {
  unknown: { status: 500, code: 1, subcode: 99, message: 'An unknown error occurred' },
  down: { status: 503, code: 2, message: 'Service temporarily unavailable' },
  badToken: { status: 400, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
  noToken: {
    status: 400,
    code: 2500,
    message: 'An active access token must be used to query information about the current user.',
  },
  badProof: { status: 400, code: 100, message: 'Invalid appsecret_proof provided in the API argument' },
  unknownPath: { status: 400, code: 2500, message: 'Unknown path components' },
  unsupported: {
    status: 400,
    code: 100,
    subcode: 33,
    message: 'Unsupported request. Object does not exist, cannot be loaded, or does not support this operation',
  },
  windowClosed: {
    status: 400,
    code: 10,
    subcode: 2018278,
    message: '(#10) This message is sent outside of allowed window. See the platform policy overview.',
  },
  notOwner: {
    status: 400,
    code: 10,
    subcode: 2018300,
    message: '(#10) Message failed to send because another app is controlling this thread now.',
  },
  noDefaultApp: { status: 400, code: 27, message: '(#27) The page has no default app' },
  retiredTag: { status: 400, code: 100, message: '(#100) Invalid parameter: this message tag is no longer supported' },
  noSuchPerson: { status: 400, code: 100, subcode: 2018001, message: '(#100) No matching user found' },
  blocked: { status: 400, code: 551, subcode: 1545041, message: "(#551) This person isn't available right now." },
  badTemplateParameter: {
    status: 400,
    code: 100,
    subcode: 1893043,
    message: '(#100) Invalid template parameter: #, %, $ and emoji are not allowed',
  },
  rateLimit: {
    status: 400,
    code: 613,
    subcode: 2018338,
    message: '(#613) Calls to this api have exceeded the rate limit.',
  },
  badLinkToken: { status: 400, code: 10303, message: '(#10303) Invalid account_linking_token' },
} as const satisfies Record<string, GraphError>

/** The error as the platform writes it, with a fresh trace id. */
export function errorBody(error: GraphError): { readonly error: Readonly<Record<string, unknown>> } {
  return {
    error: {
      message: error.message,
      type: 'OAuthException',
      code: error.code,
      ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
      ...(error.userMessage === undefined ? {} : { error_user_msg: error.userMessage }),
      fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
    },
  }
}
