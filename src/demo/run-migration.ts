import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../kernel/index.ts'
import type { DemoFolder } from './settings.ts'

/**
 * Runs `parley migrate` with the administrator's URL in its environment, so that it shows in no list of processes.
 * Throws `demo/schema-failed`; the log in the data folder says why.
 */
export async function runMigration(folder: DemoFolder, adminUrl: string): Promise<void> {
  const script = join(import.meta.dirname, '..', 'main.js')
  const child = spawn(
    process.execPath,
    [script, 'migrate', '--config', folder.gatewayConfig, '--passwords', folder.passwords],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DATABASE_URL: adminUrl },
    },
  )
  const log = createWriteStream(join(folder.logs, 'migrate.log'), { flags: 'a', mode: 0o600 })
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Fault('demo/schema-failed', { retry: 'never' })
}
