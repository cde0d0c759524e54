import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Fault } from '../kernel/index.ts'
import { systemClock } from '../platform/index.ts'

// A process of the demo that is not ready by then will not be.
const readyWithinMs = 60_000
// After a polite request to stop, this long until it is ended.
const stopWithinMs = 8_000

/** One of the demo's processes, running. */
export type DemoProcess = {
  readonly name: string
  readonly pid: number
  /** What it said of itself when it was ready. */
  readonly ready: unknown
  /** Settles when the process is gone, with its exit code (null: ended by a signal). */
  readonly gone: Promise<number | null>
  stop(): Promise<void>
}

/** What to start: a script of this build, and where its words go. */
export type DemoProgram = {
  readonly name: string
  readonly script: string
  readonly arguments: readonly string[]
  readonly logFile: string
}

/**
 * Starts a program of this build and waits for its one line of JSON with `"ready":true`. Everything else that it says
 * goes to its log file. Throws `demo/process-failed` when it ends first or takes too long.
 */
export async function startProcess(program: DemoProgram): Promise<DemoProcess> {
  // A group of its own: Ctrl-C reaches the demo alone, which then stops the others in order.
  const child = spawn(process.execPath, [program.script, ...program.arguments], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(program.logFile, { flags: 'a', mode: 0o600 })
  child.stderr.pipe(log)
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const ready = await firstReadyLine(program, child, log, gone)
  return { name: program.name, pid: child.pid ?? 0, ready, gone, stop: () => stopProcess(child, gone) }
}

function firstReadyLine(
  program: DemoProgram,
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  log: NodeJS.WritableStream,
  gone: Promise<number | null>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new Fault(`demo/${program.name}-failed`, { retry: 'never' }))
    const cancel = systemClock.after(readyWithinMs, failed)
    void gone.then(failed)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = readyLine(line)
      if (said === undefined) {
        log.write(`${line}\n`)
        return
      }
      cancel()
      resolve(said)
    })
  })
}

function readyLine(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  try {
    const said: unknown = JSON.parse(line)
    return typeof said === 'object' && said !== null && 'ready' in said && said.ready === true ? said : undefined
  } catch {
    return undefined // an ordinary line of the log
  }
}

async function stopProcess(child: ChildProcess, gone: Promise<number | null>): Promise<void> {
  child.kill('SIGTERM')
  const cancel = systemClock.after(stopWithinMs, () => child.kill('SIGKILL'))
  await gone
  cancel()
}
