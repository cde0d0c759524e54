import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { platformFault } from '../fault.ts'
import type { Metrics } from '../metrics.ts'
import { asFetch } from './as-fetch.ts'
import type { HttpAnswer, HttpRequest } from './http-message.ts'

export type HttpClientDeps = { readonly metrics: Metrics }

export type HttpClientOptions = {
  /** What it is for, in metrics: `bank`, `messenger`, `keystore`. */
  readonly name?: string
  /** From the call to the last byte of the answer. */
  readonly deadlineMs: number
  readonly maxBodyBytes: number
  /** The only origins this client speaks to (`https://bank.example`, no path). */
  readonly allowedOrigins: readonly string[]
  /** Every connection goes to this unix socket instead; the origin is then only a name. */
  readonly socketPath?: string
  /** Connections to one origin at most; further calls wait, within their deadline. */
  readonly connectionsMax?: number
}

export type HttpClient = {
  /**
   * Any status is an answer, also a redirect, which is never followed. Without an answer: `platform/http-unreachable`
   * (the request surely did not arrive), `platform/http-timeout` and `platform/http-cut` (it may have),
   * `platform/http-too-large`, `platform/http-origin-not-allowed`.
   */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** The same as a `fetch`, for libraries that want one: same limits, same faults, no redirects. */
  readonly fetch: typeof fetch
  /** Ends the connections that are kept open. */
  close(): void
}

const connectionsDefault = 64
/** Kept connections wait this long for the next call; servers usually close after five seconds or more. */
const keptMs = 4_000

/** A client for one purpose, with its limits and connections of its own. */
export function createHttpClient(deps: HttpClientDeps, options: HttpClientOptions): HttpClient {
  const maxSockets = options.connectionsMax ?? connectionsDefault
  const agentOptions = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: maxSockets,
    scheduling: 'lifo',
    timeout: keptMs,
  } as const
  const agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) }
  const origins = new Set(options.allowedOrigins)
  const seconds = deps.metrics.histogram({
    name: 'parley_http_client_seconds',
    help: 'From the call to the last byte of the answer.',
    labels: ['kind', 'outcome'],
  })

  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined
    if (url === undefined || !origins.has(url.origin)) throw platformFault('platform/http-origin-not-allowed')
    const startMs = performance.now()
    let outcome = 'failed'
    try {
      const answer = await exchange(open(url, request), request, {
        ...options,
        arrivedWith: url.protocol === 'https:' ? 'secureConnect' : 'connect',
      })
      outcome = `${Math.floor(answer.status / 100)}xx`
      return answer
    } finally {
      seconds.observe((performance.now() - startMs) / 1000, { kind: options.name ?? 'http', outcome })
    }
  }

  const open = (url: URL, request: HttpRequest): ClientRequest => {
    const shared: RequestOptions = {
      method: request.method,
      headers: headersOf(request),
      ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
    }
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...shared, agent: agents.https })
      : httpRequest(url, { ...shared, agent: agents.http })
  }

  return {
    send,
    fetch: asFetch(send),
    close() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

function headersOf(request: HttpRequest): Record<string, string | number> {
  const length = request.body === undefined ? undefined : Buffer.byteLength(request.body)
  return { ...request.headers, ...(length === undefined ? {} : { 'content-length': length }) }
}

type ExchangeOptions = HttpClientOptions & {
  /** Before this event nothing of the request has left. */
  readonly arrivedWith: 'connect' | 'secureConnect'
}

/** One request and its answer, as a promise; whatever happens, exactly one of the two settles it. */
function exchange(outgoing: ClientRequest, request: HttpRequest, options: ExchangeOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let connected = false
    const fail = (error: unknown): void => {
      settle()
      outgoing.destroy()
      reject(error)
    }
    const late = (): void => fail(platformFault(connected ? 'platform/http-timeout' : 'platform/http-unreachable'))
    const timer = setTimeout(late, request.deadlineMs ?? options.deadlineMs)
    request.signal?.addEventListener('abort', late, { once: true })
    const settle = (): void => {
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', late)
    }
    outgoing.on('socket', (socket) => {
      // A socket that is used again has connected long ago; waiting on it would leave a listener behind each time.
      if (outgoing.reusedSocket) {
        connected = true
        return
      }
      socket.once(options.arrivedWith, () => {
        connected = true
      })
    })
    outgoing.on('error', (error) =>
      fail(platformFault(connected ? 'platform/http-cut' : 'platform/http-unreachable', error)),
    )
    outgoing.on('response', (incoming) => {
      readBody(incoming, options.maxBodyBytes).then((body) => {
        settle()
        resolve({ status: incoming.statusCode ?? 0, headers: answerHeaders(incoming), body })
      }, fail)
    })
    if (request.signal?.aborted === true) return late()
    outgoing.end(request.body)
  })
}

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of incoming) {
      const part: unknown = chunk
      if (!Buffer.isBuffer(part)) continue
      bytes += part.length
      if (bytes > maxBytes) throw platformFault('platform/http-too-large')
      chunks.push(part)
    }
  } catch (error) {
    if (bytes > maxBytes) throw error
    throw platformFault('platform/http-cut', error)
  }
  if (!incoming.complete) throw platformFault('platform/http-cut')
  return Buffer.concat(chunks, bytes)
}

function answerHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers()
  const raw = incoming.rawHeaders
  for (let index = 0; index + 1 < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '')
  return headers
}
