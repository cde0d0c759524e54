import { open, readFile, rename, truncate, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { keystoreFault } from './fault.ts'
import { isMissing, syncFolder } from './files.ts'
import { applyRecord, emptyState, recordsOf } from './key-records.ts'
import type { KeyRecord, ShardState } from './key-records.ts'
import type { RootKey } from './root-key.ts'
import { readLine, versionOf, writeLine } from './shard-line.ts'
import { rewrapRecord } from './wrap-key.ts'

/** One of the files that keys live in: appended to, and rewritten only to forget or to change the root key. */
export type Shard = {
  readonly state: () => ShardState
  /** The version of the root key that this file is under, all of it. */
  readonly root: () => RootKey
  /**
   * Resolves once the records are on disk; those that come while the disk is busy share the next sync. They are made when
   * it is their turn, under the root key that the file then has.
   */
  append(make: MakeRecords): Promise<void>
  /** Replaces the file by one that holds `change(state)` and nothing else; changes that come together share one file. */
  rewrite(change: ChangeState): Promise<void>
  /** Replaces the file by one under another version of the root key, after `change`; nothing to do if it has it already. */
  rewrap(root: RootKey, change: ChangeState): Promise<void>
  close(): Promise<void>
}

export type MakeRecords = (root: RootKey) => readonly KeyRecord[]
export type ChangeState = (before: ShardState) => ShardState

/** `roots`: every version that a file may be under, oldest first; a new file begins under the newest. */
export type ShardPlace = { readonly path: string; readonly name: string; readonly roots: readonly RootKey[] }

/** How many appends, or rewrites, may wait for the disk in one shard; more are refused (`keystore/busy`). */
const waitingMax = 2_000

type Waiting<Work> = {
  readonly work: Work
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/**
 * Reads a shard file. Its last line may be cut short (a crash while it was written; nobody was told that it counts) and
 * is then dropped; any other line that is not ours is a fault `keystore/shard-corrupt`, and nothing is changed.
 */
export async function openShard(place: ShardPlace): Promise<Shard> {
  await removeLeftover(`${place.path}.new`)
  let { state, length, root } = await load(place)
  let file: FileHandle | undefined
  let waiting: Waiting<MakeRecords>[] = []
  let forgetting: Waiting<ChangeState>[] = []
  let line: Promise<void> = Promise.resolve()
  let isBroken = false

  return {
    state: () => state,
    root: () => root,
    append: (make) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= waitingMax) return reject(keystoreFault('keystore/busy'))
        waiting.push({ work: make, resolve, reject })
        if (waiting.length === 1) void inLine(flush).catch(reject)
      }),
    rewrite: (change) =>
      new Promise((resolve, reject) => {
        if (forgetting.length >= waitingMax) return reject(keystoreFault('keystore/busy'))
        forgetting.push({ work: change, resolve, reject })
        if (forgetting.length === 1) void inLine(forget).catch(reject)
      }),
    rewrap: (next, change) =>
      inLine(async () => {
        if (root.version === next.version) return
        const from = root
        const rewrapped = emptyState()
        for (const record of recordsOf(change(state))) applyRecord(rewrapped, rewrapRecord(record, from, next))
        // A shard that never had a key has no file, and needs none.
        if (length === 0) root = next
        else await replace(rewrapped, next)
      }),
    close: () => inLine(async () => await file?.close()),
  }

  // One thing at a time, in the order they were asked for; a failure is its caller's and does not stop the line.
  function inLine(work: () => Promise<void>): Promise<void> {
    const turn = line.then(work)
    line = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    const records = batch.flatMap((one) => one.work(root))
    try {
      await write(writeLine(root, place.name, records))
    } catch (cause) {
      rejectAll(batch, cause)
      return
    }
    for (const record of records) applyRecord(state, record)
    for (const one of batch) one.resolve()
  }

  async function forget(): Promise<void> {
    const batch = forgetting
    forgetting = []
    try {
      await replace(
        batch.reduce((before, one) => one.work(before), state),
        root,
      )
    } catch (cause) {
      rejectAll(batch, cause)
      return
    }
    for (const one of batch) one.resolve()
  }

  async function write(text: string): Promise<void> {
    if (isBroken) throw keystoreFault('keystore/storage-failed')
    try {
      file ??= await openForAppend()
      await file.appendFile(text)
      await file.datasync()
      length += Buffer.byteLength(text)
    } catch (cause) {
      // Part of the line may be in the file. Unless it can be cut off again, nothing more is written behind it.
      isBroken = true
      await file?.truncate(length)
      await file?.sync()
      isBroken = false
      throw cause
    }
  }

  async function openForAppend(): Promise<FileHandle> {
    const opened = await open(place.path, 'a', 0o600)
    await syncFolder(dirname(place.path))
    return opened
  }

  async function replace(after: ShardState, under: RootKey): Promise<void> {
    if (isBroken) throw keystoreFault('keystore/storage-failed')
    const text = textOf(place.name, after, under)
    await writeNew(place.path, text)
    isBroken = true // until the new file is surely the one: nothing is appended to a file that lost its name
    await rename(`${place.path}.new`, place.path)
    await syncFolder(dirname(place.path))
    await file?.close()
    file = undefined
    state = after
    root = under
    length = Buffer.byteLength(text)
    isBroken = false
  }
}

function rejectAll(batch: readonly Waiting<unknown>[], cause: unknown): void {
  for (const one of batch) one.reject(keystoreFault('keystore/storage-failed', cause))
}

async function load(place: ShardPlace): Promise<{ state: ShardState; length: number; root: RootKey }> {
  const state = emptyState()
  const bytes = await readIfThere(place.path)
  const root = rootOf(place, bytes)
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start)
    const isLast = end === -1 || end === bytes.length - 1
    const line = bytes.subarray(start, end === -1 ? bytes.length : end)
    const records = end === -1 ? undefined : readLine(root, place.name, line.toString('utf8'))
    if (records === undefined) {
      // A crash leaves a last line without its end, or (a power cut) with holes of zeros in it.
      if (!isLast || (end !== -1 && !line.includes(0))) throw keystoreFault('keystore/shard-corrupt')
      await cutOff(place.path, start)
      return { state, length: start, root }
    }
    for (const record of records) applyRecord(state, record)
    start = end + 1
  }
  return { state, length: bytes.length, root }
}

// A file is whole under one version, since it changes it by being replaced. A first line cut short belongs to none yet.
function rootOf(place: ShardPlace, bytes: Buffer): RootKey {
  const version = bytes.includes(0x0a) ? versionOf(bytes) : undefined
  const newest = place.roots.at(-1)
  const root = version === undefined ? newest : place.roots.find((one) => one.version === version)
  // A whole first line under a version that we do not have: the wrong folder, or a damaged line.
  if (root === undefined) throw keystoreFault('keystore/shard-corrupt')
  return root
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isMissing(cause)) return Buffer.alloc(0)
    throw keystoreFault('keystore/shard-corrupt', cause)
  }
}

async function cutOff(path: string, length: number): Promise<void> {
  await truncate(path, length)
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Lines of a rewritten file hold so many records each. */
const recordsPerLine = 100

function textOf(name: string, state: ShardState, root: RootKey): string {
  const records = recordsOf(state)
  const lines: string[] = []
  for (let start = 0; start < records.length; start += recordsPerLine) {
    lines.push(writeLine(root, name, records.slice(start, start + recordsPerLine)))
  }
  return lines.join('')
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

// A crash between writing and renaming leaves it; the old file still counts, and the erasure was not confirmed.
async function removeLeftover(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (cause) {
    if (!isMissing(cause)) throw keystoreFault('keystore/folder-unsafe', cause)
  }
}
