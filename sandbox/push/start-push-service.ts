import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkVapid } from './check-vapid.ts'

/** One push as it arrived. */
export type Received = {
  readonly browser: string
  /** Ms since 1970. */
  readonly at: number
  readonly bytes: number
  readonly lifeSeconds: number
  readonly urgency: string
  readonly topic: string
  readonly subject: string
}

/** What the next request is answered with, whatever it asks. */
export type Forced = { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

/** A push service (RFC 8030) on loopback: takes what is in order, shows what it took, and can be told to answer otherwise. */
export type PushService = {
  readonly origin: string
  readonly received: readonly Received[]
  /** What a browser that was off would now be given: of each topic the last. */
  waitingFor(browser: string): readonly Received[]
  /** The browser wants no more. */
  drop(browser: string): void
  answerNext(...forced: readonly Forced[]): void
  close(): Promise<void>
}

/** RFC 8030 section 7.2 lets a service refuse what is longer. */
const bodyBytesMax = 4_096
/** The newest are shown; a practice service runs for a day at most. */
const receivedMax = 1_000
const browsersMax = 10_000

type State = {
  origin: string
  readonly received: Received[]
  /** The key that a browser's address belongs to: that of whoever wrote to it first. */
  readonly keys: Map<string, string>
  readonly gone: Set<string>
  readonly forced: Forced[]
}

export async function startPushService({ port }: { readonly port: number }): Promise<PushService> {
  const state: State = { origin: '', received: [], keys: new Map(), gone: new Set(), forced: [] }
  const server = createServer((request, response) => {
    answer(state, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, resolve)
  })
  const address = server.address()
  state.origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`
  return {
    origin: state.origin,
    received: state.received,
    waitingFor(browser) {
      const own = state.received.filter((push) => push.browser === browser)
      return [...new Map(own.map((push) => [push.topic, push])).values()]
    },
    drop: (browser) => void state.gone.add(browser),
    answerNext: (...forced) => void state.forced.push(...forced),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request
  if (method === 'GET' && url === '/received') return send(response, 200, summaryOf(state))
  const browser = /^\/push\/([\w-]{1,128})$/.exec(url)?.[1]
  if (browser === undefined) return send(response, 404)
  if (method !== 'POST') return send(response, 405)
  const bytes = await countBytes(request)
  const forced = state.forced.shift()
  if (forced !== undefined) return send(response, forced.status, undefined, forced.headers)
  if (state.gone.has(browser)) return send(response, 410)
  const refused = take(state, request, browser, bytes)
  if (refused !== undefined) return send(response, refused.status, { error: refused.why })
  send(response, 201, undefined, { location: `${state.origin}/message/${state.received.length}` })
}

/** Keeps a push that is in order. */
function take(
  state: State,
  { headers }: IncomingMessage,
  browser: string,
  bytes: number,
): { readonly status: number; readonly why: string } | undefined {
  const now = Date.now()
  const asker = checkVapid(headers.authorization, state.origin, now)
  if (typeof asker === 'string') return { status: 401, why: asker }
  if ((state.keys.get(browser) ?? asker.key) !== asker.key) return { status: 403, why: 'another key' }
  if (bytes > bodyBytesMax) return { status: 413, why: 'too long' }
  const [life, topic, urgency] = [headers['ttl'], headers['topic'], headers['urgency']]
  if (typeof life !== 'string' || !/^\d+$/.test(life)) return { status: 400, why: 'no TTL' }
  if (typeof topic !== 'string' || !/^[\w-]{1,32}$/.test(topic)) return { status: 400, why: 'no Topic' }
  if (state.keys.size < browsersMax) state.keys.set(browser, asker.key)
  if (state.received.length >= receivedMax) state.received.shift()
  const about = { urgency: String(urgency ?? 'normal'), topic, subject: asker.subject }
  state.received.push({ browser, at: now, bytes, lifeSeconds: Number(life), ...about })
  return undefined
}

/** What the service could tell anybody about: that there were pushes, when, and that they were empty. */
function summaryOf({ received }: State): object {
  return {
    count: received.length,
    bytes: received.reduce((sum, { bytes }) => sum + bytes, 0),
    last: received.slice(-5).map(({ at, bytes, lifeSeconds, urgency }) => ({ at, bytes, lifeSeconds, urgency })),
  }
}

async function countBytes(request: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const chunk of request) {
    const part: unknown = chunk
    if (Buffer.isBuffer(part)) bytes += part.length
    if (bytes > bodyBytesMax) break
  }
  return bytes
}

function send(
  response: ServerResponse,
  status: number,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}
