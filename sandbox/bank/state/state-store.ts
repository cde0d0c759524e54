import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { openAppendFile } from './append-file.ts'

/** Live entries: far above a demo or a bench, far below what memory holds. */
const ENTRIES_MAX = 500_000

/** The journal is rewritten with only the live entries when it passes this size and twice its last live size. */
const COMPACT_BYTES_MIN = 16 * 1024 * 1024

/** Key-value state of the bank, kept in memory and in one append-only journal that is replayed at the next start. */
export type StateStore = {
  /** The stored JSON, freshly parsed; undefined when absent or expired. */
  get(key: string): unknown
  /** Stores JSON; resolves when it would survive `kill -9`. `expiresAt` is in ms since 1970. */
  set(key: string, value: unknown, expiresAt?: number): Promise<void>
  delete(key: string): Promise<void>
  /** Live keys with the prefix. */
  keys(prefix: string): readonly string[]
  close(): Promise<void>
}

type Entry = { readonly json: string; readonly expiresAt: number | undefined }

const line = z.union([
  z.tuple([z.literal('set'), z.string(), z.string(), z.number().nullable()]),
  z.tuple([z.literal('delete'), z.string()]),
])

/** Opens the journal at `path`, replays it and compacts it. */
export async function openStateStore(path: string, now: () => number): Promise<StateStore> {
  const file = await openAppendFile(path)
  const entries = replay(await readFile(path, 'utf8'))
  let compactAt = 0

  function* liveLines(): Generator<string> {
    for (const [key, entry] of entries) {
      if (isDead(entry)) entries.delete(key)
      else yield setLine(key, entry)
    }
  }

  function isDead(entry: Entry): boolean {
    return entry.expiresAt !== undefined && entry.expiresAt <= now()
  }

  async function compact(): Promise<void> {
    compactAt = Number.POSITIVE_INFINITY
    await file.rewrite(liveLines())
    compactAt = Math.max(COMPACT_BYTES_MIN, 2 * file.bytes())
  }

  async function write(text: string): Promise<void> {
    await file.append(text)
    if (file.bytes() > compactAt) await compact()
  }

  await compact()
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined || isDead(entry)) return undefined
      const value: unknown = JSON.parse(entry.json)
      return value
    },
    set(key, value, expiresAt) {
      if (entries.size >= ENTRIES_MAX) throw new Error('the sandbox bank is full: reset its data folder')
      const entry = { json: JSON.stringify(value), expiresAt }
      entries.set(key, entry)
      return write(setLine(key, entry))
    },
    async delete(key) {
      if (!entries.delete(key)) return
      await write(JSON.stringify(['delete', key]))
    },
    keys(prefix) {
      const found: string[] = []
      for (const [key, entry] of entries) if (key.startsWith(prefix) && !isDead(entry)) found.push(key)
      return found
    },
    close: () => file.close(),
  }
}

function setLine(key: string, entry: Entry): string {
  return JSON.stringify(['set', key, entry.json, entry.expiresAt ?? null])
}

function replay(content: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const text of content.split('\n')) {
    if (text === '') continue
    const parsed = line.parse(JSON.parse(text))
    if (parsed[0] === 'delete') entries.delete(parsed[1])
    else entries.set(parsed[1], { json: parsed[2], expiresAt: parsed[3] ?? undefined })
  }
  return entries
}
