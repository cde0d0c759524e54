import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../kernel/index.ts'
import { systemClock } from '../platform/index.ts'

const processShape = z.object({ name: z.string(), pid: z.number().int().positive(), script: z.string() })
const shape = z.object({ demo: processShape, started: z.array(processShape) })

/** A process that a demo started, as written down for a demo that comes after a kill. */
export type StartedProcess = z.infer<typeof processShape>

// A leftover that ignores a polite request is ended after this long.
const politeMs = 3_000

/** Writes down what runs, so that whatever survives a kill of the demo can be found. */
export function writeStarted(dataDir: string, started: readonly StartedProcess[]): void {
  // Its command line may name the script by another path than the one it has.
  const demo = { name: 'demo', pid: process.pid, script: basename(process.argv[1] ?? '') }
  writeFileSync(fileIn(dataDir), JSON.stringify({ demo, started }), { mode: 0o600 })
}

/** Forgets what ran: everything was stopped in order. */
export function forgetStarted(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true })
}

/**
 * Ends the processes that a killed demo left behind on this folder, and tells which. The database is not among them: its
 * launcher adopts it. A process counts only while its command line still names the script that we started, since the
 * number may belong to a stranger by now. Throws `demo/already-running` when the demo itself still lives.
 */
export async function endLeftovers(dataDir: string): Promise<readonly string[]> {
  const written = readStarted(dataDir)
  if (written === undefined) return []
  if (written.demo.pid !== process.pid && isStill(written.demo))
    throw new Fault('demo/already-running', { retry: 'never' })
  const left = written.started.filter((one) => isStill(one))
  for (const one of left) signal(one.pid, 'SIGTERM')
  const deadline = systemClock.now() + politeMs
  while (left.some(isStill) && systemClock.now() < deadline) await systemClock.sleep(50)
  for (const one of left.filter(isStill)) signal(one.pid, 'SIGKILL')
  forgetStarted(dataDir)
  return left.map((one) => one.name)
}

function readStarted(dataDir: string): z.infer<typeof shape> | undefined {
  const file = fileIn(dataDir)
  if (!existsSync(file)) return undefined
  const parsed = shape.safeParse(readJson(file))
  return parsed.success ? parsed.data : undefined
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // cut off by the kill: nothing can be learned from it
  }
}

function isStill(one: StartedProcess): boolean {
  const commandLine = `/proc/${one.pid}/cmdline`
  // Elsewhere than on Linux there is no such file: then only the number speaks.
  if (existsSync('/proc/self/cmdline'))
    return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(one.script)
  return signal(one.pid, 0)
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false // gone already, or somebody else's: either way not ours to end
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'running.json')
}
