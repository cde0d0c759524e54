import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../kernel/index.ts'
import type { LogSource } from '../kernel/index.ts'
import type { HttpClient } from '../platform/index.ts'

/** Something cannot be read now: nothing was found wrong, and nothing was shown right. */
export function unreadable(cause?: unknown): Fault {
  return new Fault('verify/source-unreadable', { retry: 'later', cause })
}

/** A log in a folder; earlier checkpoints are files named `checkpoint.…` beside `checkpoint`. */
export function folderSource(folder: string): LogSource {
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return await readFile(join(folder, path))
    } catch (cause) {
      if (isMissing(cause)) return undefined
      throw unreadable(cause)
    }
  }
  return {
    name: folder,
    read,
    async checkpoints() {
      const names = (await readdir(folder)).filter((name) => name.startsWith('checkpoint.'))
      const notes = await Promise.all(names.map(read))
      return notes.filter((note) => note !== undefined)
    },
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

/** A log behind an address. The client decides which origins may be asked. */
export function urlSource(http: Pick<HttpClient, 'send'>, url: string): LogSource {
  const prefix = url.replace(/\/+$/, '')
  return {
    name: url,
    async read(path) {
      const answer = await http.send({ method: 'GET', url: `${prefix}/${path}` })
      if (answer.status === 404 || answer.status === 410) return undefined
      if (answer.status !== 200) throw unreadable()
      return answer.body
    },
    checkpoints: () => Promise.resolve([]),
  }
}
