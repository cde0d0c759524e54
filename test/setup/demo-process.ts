import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoFile, readDemoFile } from '../../src/demo/demo-file.ts'
import { type DemoFolder, demoFolder } from '../../src/demo/settings.ts'

/** A demo as a person starts it: the built command line, in a data folder of its own. */
export type StartedDemo = {
  readonly demo: DemoFile
  readonly folder: DemoFolder
  /** What it printed so far. */
  readonly said: () => string
  /** Ctrl-C, then the end; gives the exit code. */
  stop(): Promise<number | null>
  /** Ends it without a chance to clean up, as a crash would. */
  kill(): Promise<void>
  /** Deletes the data folder. */
  forget(): void
}

const readyWithinMs = 120_000
const main = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js')

/** Starts `parley demo` with these words and waits for its final block. Rejects with what it said when it ends first. */
export async function startDemoProcess(
  words: readonly string[] = [],
  dataDir: string = mkdtempSync(join(tmpdir(), 'parley-journey-')),
): Promise<StartedDemo> {
  const child = spawn(
    process.execPath,
    [main, 'demo', '--no-open', '--data-dir', dataDir, '--port-base', '4300', ...words],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no final block in time:\n${said}`)), readyWithinMs)
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('utf8')
      if (!said.includes('Ctrl-C stops')) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`ended with ${code}:\n${said}`))
    })
  })
  const folder = demoFolder(dataDir)
  return {
    demo: readDemoFile(folder),
    folder,
    said: () => said,
    stop() {
      child.kill('SIGINT')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    forget: () => rmSync(dataDir, { recursive: true, force: true }),
  }
}
