import { z } from 'zod'
import { Fault, type Secret } from '../../kernel/index.ts'
import type { HttpAnswer, HttpClient } from '../../platform/index.ts'
import { appsecretProof } from './graph-credentials.ts'
import type { GraphError } from './graph-errors.ts'

/**
 * What became of a call. `silence`: no answer that can be understood came back; `heard` says whether the messenger may
 * have taken the call all the same.
 */
export type GraphAnswer =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'error'; readonly error: GraphError }
  | { readonly kind: 'silence'; readonly heard: boolean; readonly because: string }

/** The Graph API of one page. Never throws for what comes back or does not. */
export type GraphClient = {
  get(path: string): Promise<GraphAnswer>
  post(path: string, body: object): Promise<GraphAnswer>
}

export type GraphOptions = {
  /** Without a slash at the end; with the API's version where the messenger wants one. */
  readonly graphUrl: string
  readonly appSecret: Secret<string>
  readonly pageAccessToken: Secret<string>
}

/** A client for one page: the token travels in a header, and with it the proof that we know the app's secret too. */
export function createGraphClient(http: HttpClient, options: GraphOptions): GraphClient {
  const proof = appsecretProof(options.appSecret, options.pageAccessToken)
  const authorization = `Bearer ${options.pageAccessToken.reveal()}`
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<GraphAnswer> => {
    const url = new URL(`${options.graphUrl}${path}`)
    // Not a secret by itself (it works only together with the token), and a GET has nowhere else to put it.
    if (method === 'GET') url.searchParams.set('appsecret_proof', proof)
    try {
      const answer = await http.send({
        method,
        url: url.href,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify({ ...body, appsecret_proof: proof }) }),
      })
      return readAnswer(answer)
    } catch (fault) {
      return silenceOf(fault)
    }
  }
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) }
}

const errorShape = z.object({
  error: z.object({ code: z.number(), error_subcode: z.number().optional() }),
})

function readAnswer(answer: HttpAnswer): GraphAnswer {
  const body = parseJson(answer.body)
  if (body !== undefined && answer.status >= 200 && answer.status < 300) return { kind: 'ok', body }
  const error = errorShape.safeParse(body)
  if (error.success) {
    const { code, error_subcode: subcode } = error.data.error
    return { kind: 'error', error: { code, subcode, status: answer.status } }
  }
  // Something between us and the messenger spoke, or it broke while it spoke: what it did with the call is unknown.
  return { kind: 'silence', heard: true, because: `status-${answer.status}` }
}

/** No connection: certainly not taken. Cut, timed out, too large: perhaps taken. */
function silenceOf(fault: unknown): GraphAnswer {
  if (!(fault instanceof Fault)) throw fault
  return { kind: 'silence', heard: fault.code !== 'platform/http-unreachable', because: fault.code }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // not JSON: the caller treats it as no answer
  }
}

/** What the messenger answered. Throws `channels/graph-refused` for anything but a yes. */
export function expectOk(answer: GraphAnswer): unknown {
  if (answer.kind === 'ok') return answer.body
  const because = answer.kind === 'error' ? `${answer.error.code}-${answer.error.subcode ?? 0}` : answer.because
  throw new Fault('channels/graph-refused', {
    retry: 'later',
    cause: new Fault(`graph/${because}`, { retry: 'later' }),
  })
}
