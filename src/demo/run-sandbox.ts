import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Where each program of the sandboxes lies, below their folder. */
const PROGRAMS = { bank: 'bank', messenger: 'messenger', push: 'push', generate: 'bank/payments' } as const

/** Runs a program of the sandboxes in the foreground with the words of the command line; resolves with its exit code. */
export function runSandbox(name: keyof typeof PROGRAMS, words: readonly string[]): Promise<number> {
  const script = join(import.meta.dirname, '..', '..', 'sandbox', PROGRAMS[name], 'main.js')
  const child = spawn(process.execPath, [script, ...words], { stdio: 'inherit' })
  // Ctrl-C reaches the sandbox as well, which stops in its own time; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}
