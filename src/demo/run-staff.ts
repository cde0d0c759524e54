import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../kernel/index.ts'
import type { DemoFolder } from './settings.ts'

/**
 * Runs `parley staff add` for the demo's people. Whoever has a passkey already stays as they are. Throws `demo/staff-failed`;
 * the log in the data folder says why.
 */
export async function addDemoStaff(folder: DemoFolder): Promise<void> {
  const script = join(import.meta.dirname, '..', 'main.js')
  const words = ['staff', 'add', '--config', folder.staffConfig, '--people', folder.staffPeople]
  // What it prints are the codes, and those are in demo.json already.
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.pipe(createWriteStream(join(folder.logs, 'staff.log'), { flags: 'a', mode: 0o600 }))
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Fault('demo/staff-failed', { retry: 'never' })
}
