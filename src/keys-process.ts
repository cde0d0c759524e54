import type { KeystoreConfig } from './config.ts'
import { Secret } from './kernel/index.ts'
import { readKeystoreAddress, startKeystore } from './keystore/index.ts'
import {
  catchLastResort,
  createLogger,
  createMetrics,
  openDatabase,
  systemClock,
  systemRandom,
} from './platform/index.ts'

/** `parley keys serve`: the keystore as a process of its own, until it is told to stop. */
export async function startKeys(config: KeystoreConfig): Promise<void> {
  const metrics = createMetrics()
  const logger = createLogger({ role: 'keys', destination: process.stderr, metrics })
  const { host, port, database: name, prepare, passwords } = config.database
  const password = new Secret(passwords.parley_keystore ?? '')
  const database = openDatabase({
    connection: { host, port, database: name, user: 'parley_keystore', password },
    prepare,
    logger,
    metrics,
  })
  const keystore = await startKeystore(
    { database, clock: systemClock, random: systemRandom, logger, metrics },
    {
      folder: config.folder,
      listen: readKeystoreAddress(config.address),
      bearers: Object.fromEntries(
        Object.entries(config.secrets).map(([caller, secret]) => [caller, new Secret(secret ?? '')]),
      ),
      origins: config.relyingParty.origins,
      rpId: config.relyingParty.id,
      recoveryWaitMs: config.recoveryWaitHours * 60 * 60 * 1000,
      rotationMs: config.rotationHours * 60 * 60 * 1000,
      backupMs: config.backupDays * 24 * 60 * 60 * 1000,
    },
  )
  const stop = async (): Promise<void> => {
    await keystore.stop()
    await database.close()
  }
  catchLastResort(logger, stop)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
}
