import { spawn } from 'node:child_process'
import type { Account } from './account.ts'

/** What the server's programs get to see: no secrets of ours, one language, one time zone. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'], TEMP: process.env['TEMP'] } : {}
  return { ...kept, PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}

/** How much of a failing program's complaint is kept. */
const complaintMax = 2_000

/** Runs a program to its end; rejects with the last of what it wrote when it fails or takes too long. */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly account: Account | undefined; readonly deadlineMs: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(path, args, {
      ...options.account,
      cwd: process.platform === 'win32' ? undefined : '/',
      env: bareEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: options.deadlineMs,
      killSignal: 'SIGKILL',
    })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-complaintMax)
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(complaint.trim() || `ended with ${code}`)),
    )
  })
}
