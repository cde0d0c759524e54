import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  truncateSync,
  write,
  writeFileSync,
  writeSync,
} from 'node:fs'

/** Bytes that may wait for the disk before appending is refused: reached only when the disk stalls. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024
const NEWLINE = 0x0a

/**
 * An append-only file of lines with group flush: lines added in the same turn of the event loop go out in one write.
 * A flushed line is in the kernel, so it outlives `kill -9`; it is not synced, so it may not outlive a power cut.
 */
export type Journal = {
  /** Adds a line; it is on its way, see `flushed`. Throws when an earlier write failed. */
  readonly append: (line: string) => void
  /** Resolves when every line appended so far is in the kernel. */
  readonly flushed: () => Promise<void>
  /** Flushes and closes. */
  readonly close: () => Promise<void>
}

/** Opens the file for appending. Read it with `readJournal` first: that cuts a half-written last line away. */
export function openJournal(path: string): Journal {
  const descriptor = openSync(path, 'a', 0o600)
  let waiting: string[] = []
  let waitingBytes = 0
  let running: Promise<void> | undefined
  let failure: Error | undefined

  function append(line: string): void {
    if (failure) throw failure
    waitingBytes += line.length
    if (waitingBytes > WAITING_BYTES_MAX) throw new Error('The journal cannot keep up with what it is given')
    waiting.push(line)
    running ??= nextTurn().then(drain)
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const bytes = Buffer.from(`${waiting.join('\n')}\n`)
      waiting = []
      waitingBytes = 0
      await writeAll(descriptor, bytes)
    }
    running = undefined
  }

  async function flushed(): Promise<void> {
    while (running) {
      try {
        await running
      } catch (cause) {
        failure = new Error('The journal could not be written', { cause })
        throw failure
      }
    }
  }

  return {
    append,
    flushed,
    close: async () => {
      await flushed()
      closeSync(descriptor)
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

async function writeAll(descriptor: number, bytes: Buffer): Promise<void> {
  let done = 0
  while (done < bytes.length) done += await writeSome(descriptor, bytes, done)
}

function writeSome(descriptor: number, bytes: Buffer, from: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
      if (error) reject(error)
      else resolve(written)
    })
  })
}

/** Bytes read at a time; a journal may be larger than what one string or buffer can hold. */
const READ_BYTES = 1024 * 1024

/** Reads the whole lines of a journal, and at the end cuts a torn last line off the file. */
export function* readJournal(path: string): Generator<string> {
  if (!existsSync(path)) return
  const descriptor = openSync(path, 'r')
  const chunk = Buffer.alloc(READ_BYTES)
  let rest = Buffer.alloc(0)
  let whole = 0
  for (;;) {
    const size = readSync(descriptor, chunk, 0, chunk.length, null)
    if (size === 0) break
    const bytes = Buffer.concat([rest, chunk.subarray(0, size)])
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield bytes.toString('utf8', start, end)
      start = end + 1
    }
    whole += start
    rest = bytes.subarray(start)
  }
  closeSync(descriptor)
  if (rest.length > 0) truncateSync(path, whole)
}

/** Replaces a journal by a shorter one with the same meaning, in one rename. */
export function rewriteJournal(path: string, lines: Iterable<string>): void {
  const draft = `${path}.new`
  writeFileSync(draft, '', { mode: 0o600 })
  const descriptor = openSync(draft, 'a')
  for (const line of lines) writeSync(descriptor, `${line}\n`)
  closeSync(descriptor)
  renameSync(draft, path)
}
