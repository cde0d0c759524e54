import { constants, setPriority } from 'node:os'
import { buildModules, createRunners, openLogins, openServer, requireWithout, startSweeps } from './app/index.ts'
import type { PartName } from './app/index.ts'
import type { GatewayConfig } from './config.ts'
import { catchLastResort, createLogger, createMetrics, jobTopic, systemRandom } from './platform/index.ts'

/** Parts of the gateway that can have a process of their own. */
export type { PartName }

/** `serve` answers requests and works; `accept` only answers requests; `work` only works. */
export type Role = 'serve' | 'accept' | 'work'

/**
 * The composition root: builds every module in the order of the ladder, starts them, and stops them in reverse. Its rooms are in
 * `app/`: logins, modules, who does which job, what is swept, what is served. Parts that have a process of their own (`part-process.ts`) are left out.
 */
export async function startApp(
  config: GatewayConfig,
  role: Role,
  without: ReadonlySet<PartName> = new Set(),
): Promise<void> {
  requireWithout(without, config)
  // Beside processes that acknowledge: whoever waits for a 200 goes before whoever waits for a reply.
  if (role === 'work') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const metrics = createMetrics()
  const logger = createLogger({ role, destination: process.stderr, metrics })
  const eyes = { logger, metrics, origin: systemRandom.uuid() }
  const logins = openLogins(config, eyes)
  const modules = buildModules(config, eyes, logins)
  const runners = createRunners(config, eyes, logins, { modules, without })
  const server = role === 'work' ? undefined : await openServer(config, eyes, logins, { modules, without })
  const sweeping = startSweeps(eyes, logins, modules, without)
  const { log, messenger, bankNotices } = modules
  const databases = Object.values(logins.databases)

  const stop = async (): Promise<void> => {
    await server?.close()
    await sweeping.stop()
    await bankNotices.stop()
    modules.labels.stop()
    modules.deciders.stop()
    await messenger.stop()
    await Promise.all(runners.map((runner) => runner.stop()))
    await modules.merchants.stop()
    await log.stop()
    modules.closePush()
    modules.closeBanks()
    modules.cardEvents.close()
    for (const keystore of Object.values(logins.keystores)) keystore.close()
    await Promise.all(databases.map((database) => database.close()))
  }
  catchLastResort(logger, stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())

  // Jobs that one login adds for another's worker: told inside this process, sooner than the database could.
  for (const database of databases) {
    database.onAnnounced(jobTopic, (kinds) => runners.forEach((runner) => runner.wake(kinds)))
  }
  // Before the first use of a card is counted.
  await modules.merchants.restore()
  if (role !== 'accept') await Promise.all(runners.map((runner) => runner.start()))
  log.start()
  messenger.start()
  bankNotices.start()
  modules.labels.start()
  modules.deciders.start()
  modules.merchants.start()
  await server?.listen({ host: config.listen.host, port: config.listen.port })
  logger.info('app.started', { mode: config.mode })
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
}
