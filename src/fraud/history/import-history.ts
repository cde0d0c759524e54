import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { CardHistory } from '../evaluate/card-history.ts'
import { readHistory } from '../evaluate/read-history.ts'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'
import { fileHash, readManifest, setFiles } from './history-manifest.ts'
import type { HistoryManifest } from './history-manifest.ts'
import { pseudonymsOf } from './pseudonyms.ts'
import type { PseudonymKey, Pseudonyms } from './pseudonyms.ts'
import type { KeptUse } from './read-history-set.ts'

const dayMs = 86_400_000

export type ImportWish = {
  readonly files: readonly string[]
  readonly labels: readonly string[]
  /** The set: a folder that is not there yet. */
  readonly into: string
  readonly key: PseudonymKey
  /** Days from now on that it may be read. */
  readonly keepDays: number
}

export type ImportDeps = {
  readonly nowMs: number
  readonly onProgress: (stage: 'reading' | 'writing', done: number, of?: number) => void
}

/**
 * Makes a set of a bank's own files: everything is read and checked first, and written under other names then; the folder appears when it is
 * whole, so nothing is ever half imported. Throws {@link UnreadableFile} with the line.
 */
export async function importHistory({ nowMs, onProgress }: ImportDeps, wish: ImportWish): Promise<HistoryManifest> {
  const into = resolve(wish.into)
  const taken = await readdir(into).then(
    () => true,
    () => false,
  )
  if (taken)
    throw new UnreadableFile('fraud/history-exists', { file: wish.into, line: 0 }, 'there is something already')
  const { files, labels } = wish
  const { history, customers } = await readHistory({ files, labels, nowMs }, (rows) => onProgress('reading', rows))
  if (history.length === 0)
    throw new UnreadableFile('fraud/file-empty', { file: wish.into, line: 0 }, 'no uses to import')
  const names = pseudonymsOf(wish.key)
  const folder = await besides(into)
  try {
    await writeUses(join(folder, setFiles.uses), history, names, onProgress)
    const manifest: HistoryManifest = {
      format: 'parley-card-history',
      v: 1,
      importedAt: new Date(nowMs).toISOString(),
      keepUntil: new Date(nowMs + wish.keepDays * dayMs).toISOString().slice(0, 10),
      key: names.fingerprint,
      ...countsOf(history, customers),
      sha256: await fileHash(join(folder, setFiles.uses)),
    }
    await writeWhole(join(folder, setFiles.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`)
    await rename(folder, into)
    return manifest
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    if (thrown instanceof UnreadableFile) throw thrown
    throw new UnreadableFile('fraud/file-unwritable', { file: wish.into, line: 0 }, 'the set cannot be written', { cause: thrown }) // prettier-ignore
  }
}

/** Removes a set: its two files and the folder. Anything else in it stays, and is told of. Throws {@link UnreadableFile}. */
export async function deleteHistory(folder: string): Promise<HistoryManifest> {
  const manifest = await readManifest(folder)
  await unlink(join(folder, setFiles.uses)).catch(ignoreMissing)
  // The manifest last: a set whose removal was cut short is still one, and can be removed again.
  await unlink(join(folder, setFiles.manifest))
  try {
    await rmdir(folder)
  } catch (cause) {
    throw new UnreadableFile('fraud/file-unwritable', { file: folder, line: 0 }, 'the set is gone, and something else is in its folder', { cause }) // prettier-ignore
  }
  return manifest
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
}

/** A folder in the same place, so that its rename is one step. */
async function besides(into: string): Promise<string> {
  try {
    await mkdir(dirname(into), { recursive: true })
    return await mkdtemp(join(dirname(into), `.${basename(into)}-`))
  } catch (cause) {
    throw new UnreadableFile('fraud/file-unwritable', { file: into, line: 0 }, 'its place cannot be written to', {
      cause,
    })
  }
}

async function writeUses(
  file: string,
  history: CardHistory,
  names: Pseudonyms,
  onProgress: ImportDeps['onProgress'],
): Promise<void> {
  function* lines(): Generator<string> {
    for (let row = 0; row < history.length; row += 1) {
      yield `${JSON.stringify(kept(history, row, names))}\n`
      onProgress('writing', row + 1, history.length)
    }
  }
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600, flush: true }))
}

/** A use under other names. Merchants keep theirs: lists of rules name them, and a shop is no customer. */
function kept(history: CardHistory, row: number, names: Pseudonyms): KeptUse {
  const { id, of, customer, device, ...same } = history.useAt(row)
  const knownAtMs = history.knownAtMs(row)
  return {
    use: {
      ...same,
      id: names.of('use', id),
      customer: names.of('card', customer),
      ...(of === undefined ? {} : { of: names.of('use', of) }),
      ...(device === undefined ? {} : { device: names.of('device', device) }),
    },
    truth: history.truth(row),
    ...(knownAtMs === undefined ? {} : { knownAtMs }),
  }
}

function countsOf(
  history: CardHistory,
  cards: number,
): Pick<HistoryManifest, 'uses' | 'cards' | 'frauds' | 'unlabelled' | 'from' | 'to'> {
  let [frauds, unlabelled] = [0, 0]
  for (let row = 0; row < history.length; row += 1) {
    const truth = history.truth(row)
    if (truth === 'fraud') frauds += 1
    if (truth === 'unknown') unlabelled += 1
  }
  const day = (row: number): string => new Date(history.atMs(row)).toISOString()
  return { uses: history.length, cards, frauds, unlabelled, from: day(0), to: day(history.length - 1) }
}

async function writeWhole(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
