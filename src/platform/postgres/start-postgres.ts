import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ConnectionConfig } from '../database/connection.ts'
import { platformFault } from '../fault.ts'
import type { Logger } from '../logger.ts'
import { serverAccount } from './account.ts'
import { waitForAnswer } from './ask-server.ts'
import { findBinaries } from './binaries.ts'
import { makeCluster, adminUser } from './make-cluster.ts'
import { isServerOf, isTaken, readPostmasterFile } from './postmaster-file.ts'
import { startPostmaster, stopPostmaster } from './postmaster.ts'
import type { Postmaster } from './postmaster.ts'
import { adminPassword, openServerFolder, sharedState } from './server-folder.ts'
import type { ServerFolder } from './server-folder.ts'
import type { ServerTuning } from './server-settings.ts'
import { withStartLock } from './start-lock.ts'

export type PostgresOptions = ServerTuning & {
  /** Everything of the server goes here; made when missing. As root, below a private folder, it becomes a link. */
  readonly dataDir: string
  readonly logger: Logger
}

export type RunningPostgres = {
  /** The bootstrap superuser, in database `postgres`. */
  readonly admin: ConnectionConfig
  /** Whether a server left behind by a killed process was taken over instead of a new one started. */
  readonly adopted: boolean
  readonly pid: number
  /** Ends sessions and stops (fast, 10 s at most, then the hard way; nothing acknowledged is lost either way). */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL from the npm binaries on a socket in its data folder, or takes over the one that already serves it.
 * Runs as root too: the server then has an account of its own. Throws `platform/postgres-…` faults.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const account = serverAccount()
  const folder = openServerFolder(options.dataDir, account)
  return withStartLock(folder.lock, async () => {
    const password = adminPassword(folder)
    const admin = { host: folder.socket, port: 5432, database: 'postgres', user: adminUser, password }
    const running = await findRunning(folder, admin)
    if (running !== undefined) {
      options.logger.info('postgres.adopted', { pid: running.postmaster.pid })
      return {
        ...running,
        adopted: true,
        pid: running.postmaster.pid,
        stop: () => stopPostmaster(folder.cluster, running.postmaster),
      }
    }
    const binaries = findBinaries(account, join(account === undefined ? folder.root : sharedState, 'programs'))
    await makeCluster({ folder, binaries, account, password, durable: options.durable !== false })
    const { postmaster, connection } = await startPostmaster({ folder, binaries, account, admin, tuning: options })
    options.logger.info('postgres.started', { pid: postmaster.pid, version: binaries.major })
    return {
      admin: connection,
      adopted: false,
      pid: postmaster.pid,
      stop: () => stopPostmaster(folder.cluster, postmaster),
    }
  })
}

/** A server that serves the folder already; undefined once there surely is none. */
async function findRunning(
  folder: ServerFolder,
  admin: ConnectionConfig,
): Promise<{ readonly admin: ConnectionConfig; readonly postmaster: Postmaster } | undefined> {
  const found = readPostmasterFile(folder.cluster)
  if (found === undefined) return undefined
  if (!isServerOf(found.pid, folder.cluster)) {
    // Killed by force or with the machine. If its number is somebody else's by now, a new server would take that for
    // a rival; a number of nobody it sees through by itself.
    if (isTaken(found.pid)) rmSync(join(folder.cluster, 'postmaster.pid'), { force: true })
    return undefined
  }
  const connection =
    found.socket === ''
      ? { ...admin, host: found.address, port: found.port }
      : { ...admin, host: found.socket, port: found.port }
  const answered = await waitForAnswer(connection, () => isServerOf(found.pid, folder.cluster))
  if (answered) return { admin: connection, postmaster: { pid: found.pid } }
  // It went away while we waited: it was stopping.
  if (!isServerOf(found.pid, folder.cluster)) return undefined
  throw platformFault('platform/postgres-folder-in-use')
}
