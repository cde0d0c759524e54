import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** What to start: a script of the build, with its words, and where what it says goes. */
export type Program = {
  readonly name: string
  readonly script: string
  readonly words: readonly string[]
  readonly logFile: string
  /** Words for node itself: a profiler, for example. */
  readonly nodeWords?: readonly string[]
}

/** A process of the product or of a sandbox that a test may end and begin again as it likes. */
export type RunningProgram = {
  readonly name: string
  /** Of the process that runs now. */
  pid(): number
  isAlive(): boolean
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>
  /** Asks it to stop (SIGTERM) and waits; after a minute by force. Gives the exit code, null after force. */
  stop(): Promise<number | null>
  /** Starts it again with the same words, and waits until it says that it is ready. Does nothing while it runs. */
  start(): Promise<void>
}

// They tell a program that hangs from one on a busy machine.
const readyWithinMs = 120_000
const stopWithinMs = 60_000

/** Starts a program and waits for its one line of JSON with `"ready":true`; everything else goes to its log. */
export async function startProgram(program: Program): Promise<RunningProgram> {
  let current = await launch(program)
  return {
    name: program.name,
    pid: () => current.child.pid ?? 0,
    isAlive: () => isRunning(current.child),
    async kill() {
      current.child.kill('SIGKILL')
      await current.gone
    },
    async stop() {
      if (!isRunning(current.child)) return current.child.exitCode
      current.child.kill('SIGTERM')
      const force = setTimeout(() => current.child.kill('SIGKILL'), stopWithinMs)
      const code = await current.gone
      clearTimeout(force)
      return code
    },
    async start() {
      if (!isRunning(current.child)) current = await launch(program)
    },
  }
}

type Launched = { readonly child: ChildProcess; readonly gone: Promise<number | null> }

async function launch(program: Program): Promise<Launched> {
  const { nodeWords = [], script, words } = program
  const child = spawn(process.execPath, [...nodeWords, script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  // A test that breaks leaves nothing running.
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  void gone.then(() => process.off('exit', endWithUs))
  const log = createWriteStream(program.logFile, { flags: 'a', mode: 0o600 })
  child.stderr.pipe(log, { end: false })
  await new Promise<void>((resolve, reject) => {
    const failed = (why: string): void => reject(new Error(`${program.name} ${why}; see ${program.logFile}`))
    const late = setTimeout(() => failed('was not ready in time'), readyWithinMs)
    void gone.then((code) => failed(`ended (${code}) before it was ready`))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/^\{.*"ready":true/.test(line)) {
        clearTimeout(late)
        resolve()
      } else log.write(`${line}\n`)
    })
  })
  return { child, gone }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
