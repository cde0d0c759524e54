import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isServerOf, readPostmasterFile } from './postmaster-file.ts'
import { stopPostmaster } from './postmaster.ts'
import { socketFolder } from './server-folder.ts'

/** Stops the server that serves this folder, if one does, and deletes all of its files wherever they had to go. */
export async function removePostgres(dataDir: string): Promise<void> {
  const wanted = resolve(dataDir)
  if (existsSync(wanted)) {
    const root = realpathSync(wanted)
    const cluster = join(root, 'cluster')
    const found = readPostmasterFile(cluster)
    if (found !== undefined && isServerOf(found.pid, cluster)) await stopPostmaster(cluster, { pid: found.pid })
    rmSync(socketFolder(root), { recursive: true, force: true })
    rmSync(root, { recursive: true, force: true })
  }
  // Where the server had to live elsewhere, this was a link.
  if (lstatSync(wanted, { throwIfNoEntry: false }) !== undefined) rmSync(wanted, { recursive: true, force: true })
}
