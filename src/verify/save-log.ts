import { open, rename, rm } from 'node:fs/promises'
import { archiveEnd, archivePart } from '../kernel/index.ts'
import type { LogSource } from '../kernel/index.ts'
import { unreadable } from './log-source.ts'

/** A source that writes down whatever is read from it, as one archive. */
export type SavingSource = LogSource & {
  /** Puts the file in place; or, when the log does not hold, away. */
  end(isKept: boolean): Promise<void>
}

/** Saves a log while it is verified: the same bytes that were judged, nothing else. The file appears only at the end. */
export async function savingSource(source: LogSource, file: string): Promise<SavingSource> {
  const part = `${file}.part`
  const handle = await open(part, 'w').catch((cause: unknown) => {
    throw unreadable(cause)
  })
  const written = new Set<string>()
  let writing: Promise<unknown> = Promise.resolve()

  function add(path: string, bytes: Uint8Array): void {
    if (written.has(path)) return
    written.add(path)
    writing = writing.then(() => handle.appendFile(archivePart(path, bytes)))
  }

  return {
    name: source.name,
    async read(path) {
      const bytes = await source.read(path)
      if (bytes !== undefined) add(path, bytes)
      await writing
      return bytes
    },
    async checkpoints() {
      const notes = await source.checkpoints()
      for (const [at, note] of notes.entries()) add(`checkpoint.${at + 1}`, note)
      return notes
    },
    async end(isKept) {
      try {
        await writing
        if (isKept) await handle.appendFile(archiveEnd)
      } finally {
        await handle.close()
      }
      await (isKept ? rename(part, file) : rm(part))
    },
  }
}
