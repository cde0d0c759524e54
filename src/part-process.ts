import { openConsent, openStatistics, requireCredentialsOf } from './app/index.ts'
import type { Eyes, PartName } from './app/index.ts'
import { loadConsentConfig, loadStatisticsConfig } from './config.ts'
import { catchLastResort, createLogger, createMetrics, systemRandom } from './platform/index.ts'

/** Starts one part of the gateway alone, with its own credentials and no others (`parley serve --only`); docs/operations.md. */
export async function startPart(part: PartName, file: string): Promise<void> {
  const metrics = createMetrics()
  const logger = createLogger({ role: part, destination: process.stderr, metrics })
  const eyes: Eyes = { logger, metrics, origin: systemRandom.uuid() }
  const { config, opened } = await open(part, file, eyes)
  const { server, databases, keystores } = opened
  const running = await opened.start()
  const stop = async (): Promise<void> => {
    await server.close()
    await running.stop()
    for (const keystore of keystores) keystore.close()
    await Promise.all(databases.map((database) => database.close()))
  }
  catchLastResort(logger, stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
  await server.listen({ host: config.listen.host, port: config.listen.port })
  logger.info('app.started', { mode: config.mode })
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
}

async function open(part: PartName, file: string, eyes: Eyes) {
  if (part === 'statistics') {
    const config = loadStatisticsConfig(file)
    requireCredentialsOf(part, config)
    return { config, opened: await openStatistics(config, eyes) }
  }
  const config = loadConsentConfig(file)
  requireCredentialsOf(part, config)
  return { config, opened: await openConsent(config, eyes) }
}
