import { readFileSync, readdirSync } from 'node:fs'
import { createLogger, startPostgres } from '../../src/platform/index.ts'
import type { ConnectionConfig, RunningPostgres } from '../../src/platform/index.ts'
import { eventually } from './eventually.ts'

/** A PostgreSQL of a test's own that can be killed with all of its processes. */
export type KillablePostgres = {
  /** The bootstrap superuser, in database `postgres`. */
  readonly admin: ConnectionConfig
  /** The server's processes: the first one and its children, as they are now. */
  pids(): readonly number[]
  /** `kill -9` of the first process and of every backend. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts PostgreSQL with real durability, as the product does. Linux only: the processes are found in /proc. */
export async function startKillablePostgres(dataDir: string): Promise<KillablePostgres> {
  const logger = createLogger({ role: 'test', level: 'error', destination: process.stderr })
  const start = (): Promise<RunningPostgres> => startPostgres({ dataDir, logger })
  let running = await start()
  // A test that breaks leaves nothing running.
  const endWithUs = (): void => end(running.pid)
  process.once('exit', endWithUs)
  const pids = (): readonly number[] => [running.pid, ...childrenOf(running.pid)]
  return {
    admin: running.admin,
    pids,
    async kill() {
      const all = pids()
      // The first process last, so that it cannot clean up after a child's end.
      process.kill(running.pid, 'SIGSTOP')
      for (const pid of [...all, ...childrenOf(running.pid)].reverse()) end(pid)
      await eventually('PostgreSQL is gone', () => all.every((pid) => !isThere(pid)))
    },
    async start() {
      if (!isThere(running.pid)) running = await start()
    },
    async stop() {
      process.off('exit', endWithUs)
      await running.stop()
    },
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent)
}

function isThere(pid: number): boolean {
  const stat = statOf(pid)
  return stat !== undefined && stat.state !== 'Z'
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined // it ended meanwhile
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
