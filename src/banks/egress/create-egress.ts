import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { Clock } from '../../platform/index.ts'
import { checkedLookup, systemResolve } from './checked-lookup.ts'
import type { ResolveAll } from './checked-lookup.ts'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

/** No answer of a bank that we use is larger. */
const bodyBytesMax = 1_048_576
/** Connections to one bank at once; more wait for a free one. */
const socketsMax = 64
/** Idle connections kept to one bank. */
const idleSocketsMax = 16
/** Banks and their proxies close idle connections after a minute or so; we do it first. */
const idleMs = 30_000

/** `no-connection`: the request did not leave. The others may have reached the bank. */
export type EgressTrouble = 'forbidden' | 'no-connection' | 'timed-out' | 'cut' | 'too-large'

export type EgressRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Until the last byte of the answer. */
  readonly timeoutMs: number
  /** The only origins this request may go to: those of its institution. */
  readonly origins: readonly string[]
}

export type EgressAnswer = {
  readonly ok: true
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
export type EgressFailure = {
  readonly ok: false
  readonly trouble: EgressTrouble
  /** True if a kept-alive connection died under us before any byte came: the usual race, worth one more try. */
  readonly staleSocket: boolean
}

/** The only way out of this module. Redirects are answers like any other and never followed. */
export type Egress = {
  send(request: EgressRequest): Promise<EgressAnswer | EgressFailure>
  close(): void
}

export type EgressOptions = {
  readonly clock: Clock
  /** Demo only: loopback addresses and plain HTTP to them. */
  readonly allowLoopback: boolean
  readonly resolve?: ResolveAll
}

/** Connections to banks: kept alive, checked by address when they are made. */
export function createEgress(options: EgressOptions): Egress {
  const { clock, allowLoopback } = options
  const isAllowed = (address: string): boolean =>
    isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address))
  const lookup = checkedLookup(options.resolve ?? systemResolve, isAllowed)
  const kept = { keepAlive: true, maxSockets: socketsMax, maxFreeSockets: idleSocketsMax, timeout: idleMs }
  const http = new HttpAgent(kept)
  const https = new HttpsAgent({ ...kept, minVersion: 'TLSv1.2' })

  return {
    send(request) {
      if (!mayGo(request, allowLoopback, isAllowed)) return Promise.resolve(failure('forbidden'))
      const secure = request.url.protocol === 'https:'
      return exchange(clock, request, (init, answered) =>
        secure
          ? httpsRequest(request.url, { ...init, lookup, agent: https }, answered)
          : httpRequest(request.url, { ...init, lookup, agent: http }, answered),
      )
    },
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

// Plain HTTP goes to this machine only. A literal address never reaches `lookup`, so it is checked here.
function mayGo(request: EgressRequest, allowLoopback: boolean, isAllowed: (address: string) => boolean): boolean {
  const { url, origins } = request
  if (!origins.includes(url.origin) || url.username !== '' || url.password !== '') return false
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isHere = isLoopbackAddress(host) || host === 'localhost'
  if (url.protocol === 'http:') return allowLoopback && isHere
  return url.protocol === 'https:' && (isIP(host) === 0 || isAllowed(host))
}

type Connect = (init: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest

function exchange(clock: Clock, request: EgressRequest, connect: Connect): Promise<EgressAnswer | EgressFailure> {
  return new Promise((resolve) => {
    let sent = false
    let settled = false
    const settle = (result: EgressAnswer | EgressFailure): void => {
      if (settled) return
      settled = true
      cancelDeadline()
      resolve(result)
      if (!result.ok) outgoing.destroy()
    }
    const body = request.body === undefined ? undefined : Buffer.from(request.body)
    const headers = body === undefined ? request.headers : { ...request.headers, 'content-length': String(body.length) }
    const outgoing = connect({ method: request.method, headers: { ...headers } }, (response) => {
      readBody(response, (result) => settle(result))
    })
    const cancelDeadline = clock.after(request.timeoutMs, () => settle(failure('timed-out')))
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (sent = true))
      else sent = true
    })
    outgoing.on('error', (error) => {
      const stale = outgoing.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      if (isForbidden(error)) return settle(failure('forbidden'))
      settle(sent ? failure('cut', stale) : failure('no-connection'))
    })
    outgoing.end(body)
  })
}

function readBody(response: IncomingMessage, done: (result: EgressAnswer | EgressFailure) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return done(failure('too-large'))
    chunks.push(chunk)
  })
  response.on('error', () => done(failure('cut')))
  // A connection that ends before the promised length closes without being complete.
  response.on('close', () => done(failure('cut')))
  response.on('end', () => {
    if (!response.complete) return done(failure('cut'))
    const body = Buffer.concat(chunks).toString('utf8')
    done({ ok: true, status: response.statusCode ?? 0, headers: response.headers, body })
  })
}

function failure(trouble: EgressTrouble, staleSocket = false): EgressFailure {
  return { ok: false, trouble, staleSocket }
}

function isForbidden(error: Error): boolean {
  return 'code' in error && error.code === 'banks/egress-forbidden'
}
