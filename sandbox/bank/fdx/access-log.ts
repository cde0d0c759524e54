import { open, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { z } from 'zod'
import { openAppendFile } from '../state/append-file.ts'

/** Beyond this size the log moves to `access-log.1.jsonl` (one old file is kept). */
const LOG_BYTES_MAX = 512 * 1024 * 1024

const accessLine = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  interactionId: z.string().nullable(),
  actorType: z.string().nullable(),
  consentId: z.string().nullable(),
  clientId: z.string().nullable(),
})

/** One FDX request as the bank remembers it. `path` carries ids but no query. */
export type AccessLine = z.infer<typeof accessLine>

/** The bank's record of every FDX request, written before the answer goes out. */
export type AccessLog = {
  write(line: AccessLine): Promise<void>
  /** The newest lines, oldest first, optionally from an instant on. */
  read(options: { readonly since?: string; readonly limit: number }): Promise<readonly AccessLine[]>
  close(): Promise<void>
}

/** Opens `access-log.jsonl` of the data folder. */
export async function openAccessLog(dataDir: string): Promise<AccessLog> {
  const path = join(dataDir, 'access-log.jsonl')
  const file = await openAppendFile(path)
  let moving: Promise<void> | undefined
  return {
    async write(line) {
      await file.append(JSON.stringify(line))
      if (file.bytes() <= LOG_BYTES_MAX) return
      moving ??= file.moveTo(join(dataDir, 'access-log.1.jsonl')).finally(() => (moving = undefined))
      await moving
    },
    async read({ since, limit }) {
      const newest: AccessLine[] = []
      for await (const line of readSince(path, since ?? '')) {
        newest.push(line)
        if (newest.length > 2 * limit) newest.splice(0, newest.length - limit)
      }
      return newest.slice(-limit)
    },
    close: () => file.close(),
  }
}

/** Lines from an instant on. Lines are in time order, so the start is found by halving the file. */
export async function* readSince(path: string, since: string): AsyncGenerator<AccessLine> {
  const handle = await open(path, 'r')
  try {
    const { size } = await stat(path)
    const start = since === '' ? 0 : await findStart(handle, size, since)
    if (start >= size) return
    const input = handle.createReadStream({ start, end: size - 1, autoClose: false, encoding: 'utf8' })
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = parseLine(text)
      if (line !== undefined && line.at >= since) yield line
    }
  } finally {
    await handle.close()
  }
}

/** A position at or before the first line of the instant, at the start of a line or inside an older one. */
async function findStart(handle: Awaited<ReturnType<typeof open>>, size: number, since: string): Promise<number> {
  let low = 0
  let high = size
  const block = Buffer.alloc(8_192)
  while (high - low > block.byteLength) {
    const middle = Math.floor((low + high) / 2)
    const { bytesRead } = await handle.read(block, 0, block.byteLength, middle)
    const text = block.toString('utf8', 0, bytesRead)
    const lineStart = text.indexOf('\n') + 1
    const line = parseLine(text.slice(lineStart, text.indexOf('\n', lineStart)))
    if (line !== undefined && line.at < since) low = middle
    else high = middle
  }
  return low
}

function parseLine(text: string): AccessLine | undefined {
  try {
    return accessLine.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
