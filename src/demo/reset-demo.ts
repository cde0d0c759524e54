import { existsSync, rmSync } from 'node:fs'
import { Fault } from '../kernel/index.ts'
import { createLogger, removePostgres, startPostgres } from '../platform/index.ts'
import { endLeftovers } from './leftovers.ts'
import { demoFolder } from './settings.ts'

/**
 * `parley reset`: ends what a demo left running and deletes its data folder. Deletes nothing that does not look like
 * one: `demo/not-a-demo-folder`.
 */
export async function resetDemo(dataDir: string): Promise<'deleted' | 'nothing-there'> {
  if (!existsSync(dataDir)) return 'nothing-there'
  const folder = demoFolder(dataDir)
  if (!existsSync(folder.secrets)) throw new Fault('demo/not-a-demo-folder', { retry: 'never' })
  await endLeftovers(dataDir)
  if (existsSync(folder.postgres)) {
    // A server that survived its demo is adopted first, so that it can be stopped instead of losing its files.
    const postgres = await startPostgres({
      dataDir: folder.postgres,
      logger: createLogger({ role: 'reset', level: 'error', destination: process.stderr }),
    })
    await postgres.stop()
    await removePostgres(folder.postgres)
  }
  rmSync(dataDir, { recursive: true, force: true })
  return 'deleted'
}
