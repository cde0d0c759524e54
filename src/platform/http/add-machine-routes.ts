import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Secret } from '../../kernel/index.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import type { HttpServer } from './http-server.ts'
import { sendProblem } from './problem.ts'

/** Whether a part that this process needs works: rejects or gives false when it does not. */
export type ReadyCheck = { readonly name: string; readonly check: () => Promise<boolean> }

export type MachineRoutes = {
  readonly checks: readonly ReadyCheck[]
  readonly metricsToken: Secret<string> | undefined
  readonly isClosing: () => boolean
}

/** A check that takes longer counts as failed. */
const checkMs = 1_000

const readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
})

/** `/livez`: the process runs. `/readyz`: what it needs works, and it is not stopping. `/metrics`, `/openapi.json`. */
export function addMachineRoutes(
  server: HttpServer,
  deps: { readonly logger: Logger; readonly metrics: Metrics },
  options: MachineRoutes,
): void {
  server.get('/livez', { schema: { hide: true } }, (_request, reply) => reply.type('text/plain').send('ok\n'))

  server.get(
    '/readyz',
    { schema: { hide: true, response: { 200: readiness, 503: readiness } } },
    async (_request, reply) => {
      const results = await Promise.all(options.checks.map((one) => runCheck(deps.logger, one)))
      const ready = results.every(([, result]) => result === 'ok') && !options.isClosing()
      return reply
        .status(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not-ready', checks: Object.fromEntries(results) })
    },
  )

  server.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (options.metricsToken !== undefined && !carries(request, options.metricsToken)) {
      return sendProblem(reply.header('www-authenticate', 'Bearer'), { status: 401, code: 'http/unauthorized' })
    }
    const { contentType, text } = await deps.metrics.render()
    return reply.header('content-type', contentType).send(text)
  })

  server.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(server.swagger()))
}

async function runCheck(logger: Logger, one: ReadyCheck): Promise<readonly [string, 'ok' | 'failed']> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), checkMs)
  })
  try {
    return [one.name, (await Promise.race([one.check(), late])) ? 'ok' : 'failed']
  } catch (error) {
    logger.fault('http.check-failed', error, { check: one.name })
    return [one.name, 'failed']
  } finally {
    clearTimeout(timer)
  }
}

/** Compared by hash, so that the time taken says nothing. */
function carries(request: FastifyRequest, token: Secret<string>): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(request.headers.authorization ?? ''), hash(`Bearer ${token.reveal()}`))
}
