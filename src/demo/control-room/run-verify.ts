import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** What `parley verify` said of a log, and how it ended: 0 holds, 1 does not, else it could not be judged. */
export type Verdict = { readonly code: number | null; readonly said: string }

/** After this long a check of a demo's log is stuck. */
const withinMs = 30_000
const saidMax = 4_000

/** Runs the command that anybody would, in a process of its own, against a log and a key got from elsewhere. */
export function runVerify(url: string, key: string): Promise<Verdict> {
  const script = join(import.meta.dirname, '..', '..', 'main.js')
  const child = spawn(process.execPath, [script, 'verify', url, '--key', key], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: withinMs,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      if (said.length < saidMax) said += chunk.toString('utf8')
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, said: said.trim() }))
  })
}
