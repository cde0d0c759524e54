import { open, readFile, rename, truncate } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** Lines that may wait for the disk at once; beyond it the bank says so instead of eating memory. */
const LINES_WAITING_MAX = 100_000

/**
 * An append-only text file with group commit: lines handed over while a write is under way share the next one.
 * `append` resolves once the line is with the operating system, so it survives the death of this process (not a power cut).
 */
export type AppendFile = {
  append(line: string): Promise<void>
  /** Replaces the whole content in one step (write beside, rename). */
  rewrite(lines: Iterable<string>): Promise<void>
  /** Moves the present content to another path and starts empty. */
  moveTo(path: string): Promise<void>
  bytes(): number
  close(): Promise<void>
}

type Waiting = { readonly text: string; readonly done: () => void; readonly failed: (error: unknown) => void }

/** Opens (or creates, mode 0600) the file; a torn last line left by a crash is cut off first. */
export async function openAppendFile(path: string): Promise<AppendFile> {
  await cutTornLine(path)
  let handle: FileHandle = await open(path, 'a', 0o600)
  let bytes = (await handle.stat()).size
  let waiting: Waiting[] = []
  let turn: Promise<void> = Promise.resolve()
  let pumping = false

  /** Runs one piece of work after the previous one, whatever became of that. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const content = Buffer.from(batch.map((each) => each.text).join(''))
      try {
        await handle.appendFile(content)
        bytes += content.byteLength
        for (const each of batch) each.done()
      } catch (error) {
        for (const each of batch) each.failed(error)
      }
    }
    pumping = false
  }

  return {
    append(line) {
      if (waiting.length >= LINES_WAITING_MAX)
        return Promise.reject(new Error('too many lines are waiting for the disk'))
      return new Promise((done, failed) => {
        waiting.push({ text: `${line}\n`, done, failed })
        if (pumping) return
        pumping = true
        void inTurn(pump)
      })
    },
    rewrite(lines) {
      return inTurn(async () => {
        const beside = `${path}.new`
        const fresh = await open(beside, 'w', 0o600)
        bytes = 0
        for (const chunk of chunks(lines)) {
          await fresh.appendFile(chunk)
          bytes += Buffer.byteLength(chunk)
        }
        await fresh.sync()
        await fresh.close()
        await rename(beside, path)
        await handle.close()
        handle = await open(path, 'a', 0o600)
      })
    },
    moveTo(target) {
      return inTurn(async () => {
        await handle.close()
        await rename(path, target)
        handle = await open(path, 'a', 0o600)
        bytes = 0
      })
    },
    bytes: () => bytes,
    close: () => inTurn(() => handle.close()),
  }
}

/** Lines joined into writes of about 1 MB. */
function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length > 1_000_000) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}

async function cutTornLine(path: string): Promise<void> {
  const handle = await open(path, 'a+', 0o600)
  const { size } = await handle.stat()
  const last = Buffer.alloc(1)
  if (size > 0) await handle.read(last, 0, 1, size - 1)
  await handle.close()
  if (size === 0 || last[0] === 0x0a) return
  const content = await readFile(path)
  await truncate(path, content.lastIndexOf(0x0a) + 1)
}
