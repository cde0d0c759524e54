import { createHash } from 'node:crypto'
import { chmod, readdir, unlink } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Server } from 'node:net'
import { isAbsolute, join, relative } from 'node:path'
import type { Random } from '../platform/index.ts'
import { keystoreFault } from './fault.ts'
import { isMissing } from './files.ts'

/** Holds a folder for this process until released, or until the process is gone however it went. */
export type FolderLock = { release(): Promise<void> }

const lockName = /^lock-[0-9a-f]{8}$/

/**
 * Makes sure that no two keystores share a folder: fault `keystore/folder-in-use`. Each first announces itself by a
 * socket of its own in the folder and only then looks for others that answer, so of two that start at the same time at
 * most one goes on. A dead process's socket refuses, and is removed; names are never used twice.
 */
export async function lockFolder(folder: string, random: Random): Promise<FolderLock> {
  if (process.platform === 'win32') return await lockPipe(folder)
  const own = `lock-${Buffer.from(random.bytes(4)).toString('hex')}`
  const server = await listen(shortPath(join(folder, own)))
  const release = async (): Promise<void> => {
    await closeServer(server)
    await removeIfThere(join(folder, own))
  }
  await chmod(join(folder, own), 0o600)
  if (await isAnotherAlive(folder, own)) {
    await release()
    throw keystoreFault('keystore/folder-in-use')
  }
  return { release }
}

async function isAnotherAlive(folder: string, own: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (!lockName.test(name) || name === own) continue
    if (await answers(shortPath(join(folder, name)))) return true
    await removeIfThere(join(folder, name))
  }
  return false
}

async function lockPipe(folder: string): Promise<FolderLock> {
  const name = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32)
  const server = await listen(`\\\\.\\pipe\\parley-keys-${name}`)
  return { release: () => closeServer(server) }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (cause) => reject(keystoreFault('keystore/folder-in-use', cause)))
    server.listen(path, () => resolve(server.unref()))
  })
}

/** Whether somebody listens on a socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((cause) => (cause === undefined ? resolve() : reject(cause)))
  })
}

/** Removes a file that may be gone already. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
  }
}

/** Socket paths hold about a hundred bytes, so a deep folder is named from here if that is shorter. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return isAbsolute(fromHere) || fromHere.length > path.length ? path : fromHere
}
