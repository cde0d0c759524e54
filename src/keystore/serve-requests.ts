import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { Fault } from '../kernel/index.ts'
import { elapsedMs } from '../platform/index.ts'
import type { Logger, Metrics } from '../platform/index.ts'
import { allowedRoutes, routes } from './answer-route.ts'
import type { RouteDeps } from './answer-route.ts'
import type { Caller } from './callers.ts'
import { keystoreCodes } from './codes.ts'
import { keystoreFault } from './fault.ts'
import { requests, wireBytesMax } from './wire.ts'
import type { RequestOf, Route } from './wire.ts'

export type ServeDeps = RouteDeps & {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly callerOf: (authorization: string | undefined) => Caller | undefined
  readonly isReady: () => Promise<boolean>
}

/** The gateway's processes keep a few dozen connections; a flood of others is turned away. */
const connectionsMax = 256
/** A request is one small JSON text on the same machine. */
const requestTimeoutMs = 5_000
/** Longer than any caller keeps an idle connection. */
const keepAliveMs = 120_000
/** Requests in work at once; more are told to come back. */
const workingMax = 512

/** The keystore's HTTP server; not listening yet. Bodies, headers and answers are never logged. */
export function createRequestServer(deps: ServeDeps): Server {
  const seconds = deps.metrics.histogram({
    name: 'parley_keystore_request_seconds',
    help: 'How long the keystore took for a request.',
    labels: ['route', 'outcome'],
  })
  let working = 0
  const server = createServer(
    { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveMs },
    (incoming, outgoing) => {
      const startedAt = elapsedMs()
      const route = routeOf(incoming.url)
      working += 1
      void answer(deps, incoming, route, working > workingMax).then((reply) => {
        working -= 1
        seconds.observe((elapsedMs() - startedAt) / 1000, { route: route ?? 'other', outcome: reply.outcome })
        // While stopping, an idle connection would keep the process waiting.
        if (!server.listening) outgoing.setHeader('connection', 'close')
        send(outgoing, reply)
      })
    },
  )
  server.headersTimeout = requestTimeoutMs
  server.maxConnections = connectionsMax
  return server
}

const shapes: { readonly [Name in Route]: z.ZodType<RequestOf<Name>> } = requests

type Reply = { readonly status: number; readonly outcome: string; readonly type: string; readonly body: string }

async function answer(
  deps: ServeDeps,
  incoming: IncomingMessage,
  route: Route | undefined,
  isBusy: boolean,
): Promise<Reply> {
  try {
    if (incoming.method === 'GET') return await answerProbe(deps, incoming.url)
    if (isBusy) throw keystoreFault('keystore/busy')
    const caller = deps.callerOf(incoming.headers.authorization)
    if (caller === undefined) throw keystoreFault('keystore/caller-unknown')
    if (incoming.method !== 'POST' || route === undefined) throw keystoreFault('keystore/not-found')
    if (!allowedRoutes[caller].includes(route)) throw keystoreFault('keystore/caller-not-allowed')
    return await answerRoute(deps, route, await readBody(incoming), caller)
  } catch (thrown) {
    return problemOf(deps, thrown)
  }
}

async function answerRoute<Name extends Route>(
  deps: ServeDeps,
  route: Name,
  body: unknown,
  caller: Caller,
): Promise<Reply> {
  const parsed = shapes[route].safeParse(body)
  if (!parsed.success) throw keystoreFault('keystore/request-malformed')
  const outcome = await routes[route](deps, parsed.data, caller)
  return outcome.ok ? jsonOf(200, 'ok', outcome.value) : problem(outcome.code)
}

// Says how the process is, and nothing about anybody; so no secret is asked for.
async function answerProbe(deps: ServeDeps, url: string | undefined): Promise<Reply> {
  if (url === '/livez') return jsonOf(200, 'ok', { status: 'ok' })
  if (url === '/readyz') {
    const isReady = await deps.isReady()
    return jsonOf(isReady ? 200 : 503, isReady ? 'ok' : 'not-ready', { status: isReady ? 'ok' : 'down' })
  }
  if (url === '/metrics') {
    const { contentType, text } = await deps.metrics.render()
    return { status: 200, outcome: 'ok', type: contentType, body: text }
  }
  throw keystoreFault('keystore/not-found')
}

function routeOf(url: string | undefined): Route | undefined {
  return url !== undefined && isRoute(url) ? url : undefined
}

function isRoute(url: string): url is Route {
  return Object.hasOwn(requests, url)
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming) {
    if (!Buffer.isBuffer(part)) throw keystoreFault('keystore/request-malformed')
    size += part.length
    if (size > wireBytesMax) throw keystoreFault('keystore/request-malformed')
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (cause) {
    throw keystoreFault('keystore/request-malformed', cause)
  }
}

// A presenter: what is thrown becomes an answer here, and the process goes on only for what is known to do no harm.
function problemOf(deps: ServeDeps, thrown: unknown): Reply {
  if (thrown instanceof Fault && isKeystoreCode(thrown.code)) {
    if (keystoreCodes[thrown.code].status >= 500) deps.logger.fault('keystore.fault', thrown)
    return problem(thrown.code)
  }
  deps.logger.fault('keystore.fault', thrown)
  return problem('keystore/unavailable')
}

function problem(code: keyof typeof keystoreCodes): Reply {
  const { status } = keystoreCodes[code]
  return { ...jsonOf(status, code, { type: 'about:blank', status, code }), type: 'application/problem+json' }
}

function isKeystoreCode(code: string): code is keyof typeof keystoreCodes {
  return Object.hasOwn(keystoreCodes, code)
}

function jsonOf(status: number, outcome: string, value: unknown): Reply {
  return { status, outcome, type: 'application/json', body: JSON.stringify(value) }
}

function send(outgoing: ServerResponse, reply: Reply): void {
  // After a refusal the body may not have been read to its end; the connection then is of no further use.
  if (reply.status >= 400 && !outgoing.req.complete) outgoing.setHeader('connection', 'close')
  outgoing.writeHead(reply.status, {
    'content-type': reply.type,
    'content-length': Buffer.byteLength(reply.body),
    'cache-control': 'no-store',
  })
  outgoing.end(reply.body)
}
