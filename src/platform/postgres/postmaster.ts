import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import type { ConnectionConfig } from '../database/connection.ts'
import { platformFault } from '../fault.ts'
import type { Account } from './account.ts'
import { waitForAnswer } from './ask-server.ts'
import { program } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { isServerOf } from './postmaster-file.ts'
import { bareEnvironment } from './run-program.ts'
import type { ServerFolder } from './server-folder.ts'
import { serverSettings } from './server-settings.ts'
import type { ServerTuning } from './server-settings.ts'

/** The server's first process. */
export type Postmaster = { readonly pid: number }

type Parts = {
  readonly folder: ServerFolder
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly admin: ConnectionConfig
  readonly tuning: ServerTuning
}

/** After a kill, the old server's processes hold its memory for up to two seconds: so it is tried again. */
const triesMax = 20
const againMs = 200

type Started = { readonly postmaster: Postmaster; readonly connection: ConnectionConfig }

/** Starts the server's processes and waits until they answer. */
export async function startPostmaster(parts: Parts): Promise<Started> {
  for (let tries = 1; ; tries += 1) {
    const started = await start(parts)
    if ('postmaster' in started) return started
    if (tries === triesMax || !isStillHeld(started.complaint)) {
      throw platformFault('platform/postgres-start-failed', new Error(started.complaint))
    }
    await new Promise((resolve) => setTimeout(resolve, againMs))
  }
}

async function start(parts: Parts): Promise<Started | { readonly complaint: string }> {
  const tcpPort = process.platform === 'win32' ? await freePort() : undefined
  const log = openLog(parts.folder)
  const logStart = fstatSync(log).size
  const child = spawnServer(parts, serverSettings(parts.folder, parts.tuning, tcpPort), log)
  closeSync(log)
  let ended = false
  const end = (): void => {
    ended = true
  }
  child.once('exit', end).once('error', end).unref()
  const connection = tcpPort === undefined ? parts.admin : { ...parts.admin, host: '127.0.0.1', port: tcpPort }
  const pid = child.pid
  if (pid !== undefined && (await waitForAnswer(connection, () => !ended))) return { postmaster: { pid }, connection }
  return { complaint: lastComplaint(parts.folder, logStart, pid) }
}

function spawnServer(parts: Parts, settings: readonly string[], log: number): ChildProcess {
  return spawn(program(parts.binaries, 'postgres'), ['-D', parts.folder.cluster, ...settings], {
    ...parts.account,
    cwd: process.platform === 'win32' ? undefined : '/',
    env: bareEnvironment(),
    stdio: ['ignore', log, log],
    // In a session of its own: Ctrl-C in a terminal is for us, and we stop the server last.
    detached: true,
    windowsHide: true,
  })
}

const stopMs = 10_000
const pollMs = 10

/** Fast shutdown (sessions are ended, open transactions rolled back), and the immediate one when that takes too long. */
export async function stopPostmaster(cluster: string, postmaster: Postmaster): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isServerOf(postmaster.pid, cluster)) return
    process.kill(postmaster.pid, signal)
    if (await isGone(cluster, postmaster)) return
  }
  throw platformFault('platform/stop-too-slow')
}

async function isGone(cluster: string, postmaster: Postmaster): Promise<boolean> {
  const deadline = performance.now() + stopMs
  while (performance.now() < deadline) {
    if (!isServerOf(postmaster.pid, cluster)) return true
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return false
}

/** The server's own log says little by its settings; past this it starts anew. */
const logBytesMax = 5_000_000

function openLog(folder: ServerFolder): number {
  if (existsSync(folder.log) && statSync(folder.log).size > logBytesMax) truncateSync(folder.log, 0)
  return openSync(folder.log, 'a', 0o600)
}

function isStillHeld(complaint: string): boolean {
  return /still in use|already exists|is another postmaster/.test(complaint)
}

/** What this very process complained of; processes of a killed server may write their farewells between its lines. */
function lastComplaint(folder: ServerFolder, from: number, pid: number | undefined): string {
  const lines = readFileSync(folder.log).subarray(from).toString('utf8').trim().split('\n')
  const own = lines.filter((line) => line.includes(`[${pid}]`) || !/ UTC \[\d+\]/.test(line))
  return own.findLast((line) => /FATAL|PANIC|error while loading/.test(line)) ?? own.at(-1) ?? ''
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
