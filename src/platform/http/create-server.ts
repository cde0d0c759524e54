import swagger from '@fastify/swagger'
import fastify from 'fastify'
import type { FastifyRequest } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Secret } from '../../kernel/index.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { Random } from '../random.ts'
import { addMachineRoutes } from './add-machine-routes.ts'
import type { ReadyCheck } from './add-machine-routes.ts'
import { answerBrokenRequest } from './answer-broken-request.ts'
import { addRateLimits } from './add-rate-limits.ts'
import type { RateLimit } from './add-rate-limits.ts'
import type { HttpServer } from './http-server.ts'
import { createKnownPaths } from './known-paths.ts'
import { plainHeaders } from './page-headers.ts'
import { presentThrown } from './present-thrown.ts'
import { sendProblem } from './problem.ts'

export type HttpServerDeps = { readonly logger: Logger; readonly metrics: Metrics; readonly random: Random }

export type HttpServerOptions = {
  readonly title: string
  readonly version: string
  /** Most routes' limit; a route may set its own `bodyLimit`. 256 KB unless given. */
  readonly bodyBytesMax?: number
  /** How many proxies in front may say whom they speak for (`X-Forwarded-For`); none unless given. */
  readonly proxiesInFront?: number
  readonly checks?: readonly ReadyCheck[]
  /** Named limits for `config: { limit: name }` on routes. */
  readonly limits?: Readonly<Record<string, RateLimit>>
  /** When given, `/metrics` asks for it as a bearer token. */
  readonly metricsToken?: Secret<string>
  /** Status of codes of other modules, for faults that reach the presenter. */
  readonly statusOf?: (code: string) => number | undefined
}

const bodyBytesDefault = 256 * 1024
/** A client gets this long for its headers, and this long for the whole request: a slow one holds nothing up. */
const headersMs = 10_000
const requestMs = 20_000
/** How often clients past their time are looked for. */
const checkEveryMs = 1_000
/** Nothing moved on a connection for this long: it is closed. Longer than any outside call may take. */
const idleMs = 60_000
/** A little longer than the proxies' usual minute, so that they close first. */
const keepAliveMs = 65_000
/** Past this, connecting is refused: memory ends somewhere. */
const connectionsMax = 4_000
/** How long `close` waits for requests under way. */
const closeMs = 10_000

/**
 * Makes a server with problem documents, strict headers, limits, `/livez`, `/readyz`, `/metrics` and `/openapi.json`.
 * Routes are added to it afterwards, then `listen`. `close` lets running requests end, 10 s at most.
 */
export async function createServer(deps: HttpServerDeps, options: HttpServerOptions): Promise<HttpServer> {
  let closing = false
  const server: HttpServer = fastify({
    logger: false,
    // Never the client's own: it stands in our logs.
    requestIdHeader: false,
    genReqId: () => deps.random.uuid(),
    bodyLimit: options.bodyBytesMax ?? bodyBytesDefault,
    trustProxy: (_address, hop) => hop < (options.proxiesInFront ?? 0),
    requestTimeout: requestMs,
    connectionTimeout: idleMs,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    http: { headersTimeout: headersMs, connectionsCheckingInterval: checkEveryMs },
    frameworkErrors: (_error, request, reply) => {
      reply.headers(plainHeaders).header('x-request-id', request.id)
      sendProblem(reply, { status: 400, code: 'http/invalid-request' })
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket),
  }).withTypeProvider<ZodTypeProvider>()
  server.server.maxConnections = connectionsMax
  server.setValidatorCompiler(validatorCompiler)
  server.setSerializerCompiler(serializerCompiler)

  addPresenter(server, deps, options.statusOf ?? (() => undefined))
  addObservation(server, deps)
  await addRateLimits(server, options.limits ?? {})
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: options.title, version: options.version } },
    transform: jsonSchemaTransform,
  })
  addMachineRoutes(server, deps, {
    checks: options.checks ?? [],
    metricsToken: options.metricsToken,
    isClosing: () => closing,
  })
  server.addHook('preClose', (done) => {
    closing = true
    setTimeout(() => server.server.closeAllConnections(), closeMs).unref()
    done()
  })
  return server
}

function addPresenter(server: HttpServer, deps: HttpServerDeps, statusOf: (code: string) => number | undefined): void {
  const paths = createKnownPaths()
  server.addHook('onRoute', (route) => [route.method].flat().forEach((method) => paths.add(route.url, method)))
  server.setErrorHandler((thrown, request, reply) => {
    const { refused, ours, retryAfterSeconds } = presentThrown(thrown, statusOf)
    if (ours) deps.logger.fault('http.failed', thrown, { requestId: request.id, route: routeOf(request) })
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
    return sendProblem(reply, refused)
  })
  server.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) return sendProblem(reply, { status: 404, code: 'http/not-found' })
    return sendProblem(reply.header('allow', methods.join(', ')), { status: 405, code: 'http/method-not-allowed' })
  })
}

function addObservation(server: HttpServer, deps: HttpServerDeps): void {
  const seconds = deps.metrics.histogram({
    name: 'parley_http_request_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labels: ['method', 'route', 'status'],
  })
  server.addHook('onRequest', (request, reply, next) => {
    reply.headers(plainHeaders).header('x-request-id', request.id)
    next()
  })
  server.addHook('onResponse', (request, reply, next) => {
    const fields = { method: request.method, route: routeOf(request), status: reply.statusCode }
    seconds.observe(reply.elapsedTime / 1000, { ...fields, status: String(fields.status) })
    deps.logger.debug('http.answered', { ...fields, requestId: request.id, durationMs: Math.round(reply.elapsedTime) })
    next()
  })
}

/** The route as it was written, never the path: that may hold a token. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none'
}
