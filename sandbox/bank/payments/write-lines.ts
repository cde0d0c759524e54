import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** Beside the file until it is whole: who finds the file finds all of it. */
const UNFINISHED = '.part'

/** Writes pieces of text to a file, compressed when its name ends in .gz; a failure leaves nothing behind. */
export async function writeLines(file: string, pieces: Iterable<string>): Promise<void> {
  const unfinished = file + UNFINISHED
  const source = Readable.from(pieces)
  const target = createWriteStream(unfinished)
  try {
    await (file.endsWith('.gz') ? pipeline(source, createGzip(), target) : pipeline(source, target))
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
