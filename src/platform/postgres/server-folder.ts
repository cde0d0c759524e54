import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Secret } from '../../kernel/index.ts'
import { platformFault } from '../fault.ts'
import { canReach } from './account.ts'
import type { Account } from './account.ts'

/** One server's places. */
export type ServerFolder = {
  readonly root: string
  /** PGDATA, the server's own. */
  readonly cluster: string
  readonly socket: string
  readonly log: string
  readonly lock: string
}

/** Unix socket addresses end at 107 bytes on Linux and 103 elsewhere; the server adds `/.s.PGSQL.5432`. */
const socketFolderBytesMax = 103 - '/.s.PGSQL.5432'.length

/** Where root keeps what the server's account must reach when the wanted place lies in a private folder. */
export const sharedState = process.platform === 'darwin' ? '/var/db/parley' : '/var/lib/parley'

/** Makes the folder, or follows it to where it had to go, and hands the server its parts. */
export function openServerFolder(dataDir: string, account: Account | undefined): ServerFolder {
  const root = reachableRoot(resolve(dataDir), account)
  const cluster = join(root, 'cluster')
  const folder = {
    root,
    cluster,
    socket: socketFolder(root),
    log: join(root, 'postgres.log'),
    lock: join(root, 'starting'),
  }
  makePrivate(folder.socket, account)
  return folder
}

function reachableRoot(wanted: string, account: Account | undefined): string {
  if (existsSync(wanted)) {
    const root = realpathSync(wanted)
    if (!canReach(account, root)) throw platformFault('platform/postgres-folder-unreachable')
    return root
  }
  mkdirSync(dirname(wanted), { recursive: true })
  if (canReach(account, realpathSync(dirname(wanted)))) {
    mkdirSync(wanted, { mode: 0o711 })
    chmodSync(wanted, 0o711)
    return realpathSync(wanted)
  }
  // Below a private home: the server lives beside it, and a link shows where.
  const elsewhere = join(sharedState, `postgres-${randomBytes(6).toString('hex')}`)
  mkdirSync(elsewhere, { recursive: true, mode: 0o711 })
  chmodSync(sharedState, 0o755)
  chmodSync(elsewhere, 0o711)
  symlinkSync(elsewhere, wanted)
  return elsewhere
}

/** Where a server's socket goes: into its folder when the path is short enough. */
export function socketFolder(root: string): string {
  const inside = join(root, 'socket')
  if (Buffer.byteLength(inside) <= socketFolderBytesMax) return inside
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12)
  const short = join(tmpdir(), `parley-${name}`)
  if (Buffer.byteLength(short) <= socketFolderBytesMax) return short
  throw platformFault('platform/postgres-socket-path-too-long')
}

/** A folder for the server's account alone; refuses one that somebody else prepared. */
function makePrivate(folder: string, account: Account | undefined): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  const found = lstatSync(folder)
  const us = process.getuid?.()
  if (!found.isDirectory() || (us !== undefined && found.uid !== us && found.uid !== account?.uid)) {
    throw platformFault('platform/postgres-folder-broken')
  }
  chmodSync(folder, 0o700)
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
}

/** The bootstrap superuser's password: made once, readable for us alone. */
export function adminPassword(folder: ServerFolder): Secret<string> {
  const file = join(folder.root, 'admin-password')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return new Secret(readFileSync(file, 'utf8').trim())
}
