import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'

/** The two files of a set. The manifest is what makes a folder one. */
export const setFiles = { manifest: 'manifest.json', uses: 'uses.ndjson.gz' } as const

const count = z.number().int().min(0)
const manifestShape = z.strictObject({
  format: z.literal('parley-card-history'),
  v: z.literal(1),
  importedAt: z.iso.datetime(),
  /** The last day (UTC) on which a command reads the set. */
  keepUntil: z.iso.date(),
  /** Which key the names in it were made with. */
  key: z.string(),
  uses: count,
  cards: count,
  frauds: count,
  unlabelled: count,
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Of the file with the uses, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What stands beside an imported history: what it holds, and how long it may be kept. */
export type HistoryManifest = z.infer<typeof manifestShape>

/** Whether a path is a folder, and so meant as a set. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** The manifest of a set. Throws {@link UnreadableFile} for any other folder. */
export async function readManifest(folder: string): Promise<HistoryManifest> {
  const file = join(folder, setFiles.manifest)
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'))
    return manifestShape.parse(json)
  } catch (cause) {
    throw new UnreadableFile('fraud/history-damaged', { file, line: 0 }, 'not a history that was imported', { cause })
  }
}

/** Whether the last day of a set is over. */
export function isExpired({ keepUntil }: Pick<HistoryManifest, 'keepUntil'>, nowMs: number): boolean {
  return new Date(nowMs).toISOString().slice(0, 10) > keepUntil
}

/** The SHA-256 of a file in hex. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
