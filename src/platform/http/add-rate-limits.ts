import rateLimit from '@fastify/rate-limit'
import { platformFault } from '../fault.ts'
import type { HttpServer } from './http-server.ts'

/** How many requests of one address (for IPv6 its /64) pass in a time. */
export type RateLimit = { readonly max: number; readonly windowMs: number }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The name of a limit given to `createServer`; routes that share a name share the count. */
    limit?: string
  }
}

/** Addresses remembered for each limit; the least recently seen is forgotten first. */
const addressesMax = 20_000

/** Applies named limits to routes with `config: { limit: name }`. A name that does not exist fails at start. */
export async function addRateLimits(server: HttpServer, limits: Readonly<Record<string, RateLimit>>): Promise<void> {
  await server.register(rateLimit, { global: false, cache: addressesMax })
  const checks = new Map(
    Object.entries(limits).map(([name, { max, windowMs }]) => [
      name,
      server.createRateLimit({ max, timeWindow: windowMs, ipv6Subnet: 64 }),
    ]),
  )
  server.addHook('onRoute', (route) => {
    const name = route.config?.limit
    if (name !== undefined && !checks.has(name)) throw platformFault('platform/limit-unknown', new Error(name))
  })
  server.addHook('onRequest', async (request, reply) => {
    const check = checks.get(request.routeOptions.config.limit ?? '')
    if (check === undefined) return
    const result = await check(request)
    if (result.isAllowed || !result.isExceeded) return
    reply.header('retry-after', result.ttlInSeconds)
    throw new TooManyRequests()
  })
}

class TooManyRequests extends Error {
  readonly statusCode = 429
}
