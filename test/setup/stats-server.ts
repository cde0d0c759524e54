import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHash } from 'node:crypto'
import { assets } from '../../src/pages/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { staffPageLimits } from '../../src/staff-pages/index.ts'
import { addStatisticsPages, statsCodes } from '../../src/stats/index.ts'
import type { StatsWorld } from './stats-world.ts'

const web = fileURLToPath(new URL('../../web/', import.meta.url))

/** The style sheets as they are written: none of these pages needs a script. */
function styleSheets(): ReturnType<typeof assets.load> {
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css'))
    .map((name) => ({ name: name.split('/').at(-1) ?? name, bytes: readFileSync(join(web, name)) }))
    .map(({ name, bytes }) => {
      const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
      return { name, path: `/assets/${name.replace('.css', '')}-${hash}.css`, type: 'text/css; charset=utf-8', bytes }
    })
  return { path: (name) => files.find((file) => file.name === name)?.path ?? '/assets/none.css', files }
}

/** The pages and the API of totals over a world of people to count; asked without a network, or listening on a free port. */
export async function serveStatistics(
  world: StatsWorld,
): Promise<{ readonly server: HttpServer; listen(): Promise<string>; readonly log: () => string }> {
  const lines: string[] = []
  const logger = createLogger({ role: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } })
  const metrics = createMetrics({ processMetrics: false })
  const server = await createServer(
    { logger, metrics, random: systemRandom },
    {
      title: 'test',
      version: '0',
      limits: staffPageLimits,
      statusOf: (code) => Object.entries(statsCodes).find(([name]) => name === code)?.[1].status,
    },
  )
  const sheets = styleSheets()
  assets.add(server, sheets)
  const origin = 'http://localhost'
  await addStatisticsPages(server, {
    random: systemRandom,
    clock: systemClock,
    logger,
    metrics,
    timeZone: 'UTC',
    assets: sheets,
    origin,
    party: { id: 'localhost', name: 'Parley', origin },
    database: world.clone.connect('console'),
    statistics: world.statistics,
  })
  await server.ready()
  return {
    server,
    log: () => lines.join(''),
    async listen() {
      await server.listen({ host: '127.0.0.1', port: 0 })
      const address = server.server.address()
      if (address === null || typeof address === 'string') throw new Error('no port')
      return `http://localhost:${address.port}`
    },
  }
}
