import { startWitness } from './audit/index.ts'
import type { WitnessConfig } from './config.ts'
import { catchLastResort, createLogger, createMetrics, systemClock, systemRandom } from './platform/index.ts'

/** `parley witness`: signs, for banks and platforms that want to watch a log, only trees that continue the one before. */
export async function runWitness(config: WitnessConfig): Promise<void> {
  const metrics = createMetrics()
  const logger = createLogger({ role: 'witness', destination: process.stderr, metrics })
  const witness = await startWitness({ clock: systemClock, random: systemRandom, logger, metrics }, config)
  catchLastResort(logger, witness.stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void witness.stop())
  logger.info('app.started', { port: witness.port })
  process.stdout.write(`${JSON.stringify({ ready: true, vkey: witness.verifierKey, port: witness.port })}\n`)
}
