import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Secret } from '../../kernel/index.ts'
import { platformFault } from '../fault.ts'
import type { Account } from './account.ts'
import { program } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { runProgram } from './run-program.ts'
import type { ServerFolder } from './server-folder.ts'

/** The bootstrap superuser. */
export const adminUser = 'postgres'

/** Half a second as a rule; five were seen under heavy load. */
const initDeadlineMs = 120_000

type Parts = {
  readonly folder: ServerFolder
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly password: Secret<string>
  /** False for tests: nothing is forced to disk while the files are made. */
  readonly durable: boolean
}

/** Makes the data files unless they are there; checks that these programs can serve them. */
export async function makeCluster(parts: Parts): Promise<void> {
  const { folder, binaries } = parts
  removeHalfMade(folder)
  if (!existsSync(folder.cluster)) await init(parts)
  const version = Number(readVersion(folder))
  if (version > binaries.major) throw platformFault('platform/postgres-folder-newer')
  if (version < binaries.major) throw platformFault('platform/postgres-folder-older')
}

function readVersion(folder: ServerFolder): string {
  try {
    return readFileSync(join(folder.cluster, 'PG_VERSION'), 'utf8').trim()
  } catch (error) {
    throw platformFault('platform/postgres-folder-broken', error)
  }
}

const halfMade = 'cluster.making-'

function removeHalfMade(folder: ServerFolder): void {
  for (const name of readdirSync(folder.root)) {
    if (name.startsWith(halfMade)) rmSync(join(folder.root, name), { recursive: true, force: true })
  }
}

/** Under another name first, so that a kill in between leaves nothing that looks finished. */
async function init(parts: Parts): Promise<void> {
  const { account, folder } = parts
  const making = join(folder.root, `${halfMade}${randomBytes(6).toString('hex')}`)
  mkdirSync(making, { mode: 0o700 })
  if (account !== undefined) chownSync(making, account.uid, account.gid)
  // In the socket folder only the server's account and we can see it, and it is gone right after.
  const passwordFile = join(folder.socket, `init-${randomBytes(6).toString('hex')}`)
  writeFileSync(passwordFile, parts.password.reveal(), { mode: 0o600, flag: 'wx' })
  try {
    if (account !== undefined) chownSync(passwordFile, account.uid, account.gid)
    await runProgram(program(parts.binaries, 'initdb'), initArguments(making, passwordFile, parts.durable), {
      account,
      deadlineMs: initDeadlineMs,
    })
    renameSync(making, folder.cluster)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    throw platformFault('platform/postgres-init-failed', error)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function initArguments(pgdata: string, passwordFile: string, durable: boolean): readonly string[] {
  return [
    `--pgdata=${pgdata}`,
    `--username=${adminUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]
}
