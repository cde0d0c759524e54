import type { AddressInfo } from 'node:net'
import {
  type HttpClient,
  type HttpServer,
  type Logger,
  createMetrics,
  createServer,
  systemRandom,
} from '../../platform/index.ts'
import { type Tamper, tamperWith } from './tamperings.ts'

/** A copy of the log on a port of its own, as somebody with power over the served files would show it. */
export type AlteredLog = {
  /** Changes the copy from now on; gives its address. The log itself stays as it is. */
  show(tamper: Tamper): Promise<string>
  stop(): Promise<void>
}

type Deps = {
  readonly gateway: string
  /** Speaks to the gateway as anybody may. */
  readonly http: Pick<HttpClient, 'send'>
  readonly logger: Logger
}

const pathMax = 120

/** Nothing is copied before it is asked for, and nothing is kept: each resource is fetched, changed and passed on. */
export function alteredLog(deps: Deps): AlteredLog {
  let running: { readonly server: HttpServer; readonly url: string } | undefined
  let tamper: Tamper = { how: 'alter', entry: 0 }
  return {
    async show(wanted) {
      tamper = wanted
      running ??= await start(deps, () => tamper)
      return running.url
    },
    async stop() {
      await running?.server.close()
      running = undefined
    },
  }
}

async function start(
  { gateway, http, logger }: Deps,
  tamper: () => Tamper,
): Promise<{ readonly server: HttpServer; readonly url: string }> {
  const server = await createServer(
    { logger, metrics: createMetrics({ processMetrics: false }), random: systemRandom },
    { title: 'An altered copy of the log', version: '1' },
  )
  server.get<{ Params: { '*': string } }>('/log/*', { schema: { hide: true } }, async (request, reply) => {
    const path = request.params['*']
    if (path.length > pathMax || !/^[\w/.-]+$/.test(path) || path.includes('..')) return reply.code(404).send()
    const { status, body } = await http.send({ method: 'GET', url: `${gateway}/log/${path}` })
    if (status !== 200) return reply.code(status).send()
    return reply.type('application/octet-stream').send(Buffer.from(tamperWith(tamper(), path, body)))
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return { server, url: `http://127.0.0.1:${portOf(server)}/log` }
}

function portOf(server: HttpServer): number {
  const address: AddressInfo | string | null = server.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
