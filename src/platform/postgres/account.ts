import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { platformFault } from '../fault.ts'

/** As whom the server runs when it may not run as us. */
export type Account = { readonly uid: number; readonly gid: number }

/** PostgreSQL refuses to run as root; the first of these that exists is taken then. */
const accountNames = ['parley', 'nobody'] as const

/** The account for the server: undefined when it can run as ourselves. It needs a passwd entry, initdb looks for one. */
export function serverAccount(passwdFile = '/etc/passwd'): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync(passwdFile, 'utf8').split('\n')
  for (const name of accountNames) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined && Number(uid) !== 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw platformFault('platform/postgres-no-account')
}

/** Whether the account can walk down to this (existing) folder: every folder on the way lets it pass. */
export function canReach(account: Account | undefined, folder: string): boolean {
  if (account === undefined) return true
  const { uid, gid, mode } = statSync(folder)
  const mask = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
  const parent = dirname(folder)
  return (mode & mask) !== 0 && (parent === folder || canReach(account, parent))
}
