import { join } from 'node:path'
import { z } from 'zod'
import type { HistoryBuilder } from '../evaluate/card-history.ts'
import { readLines } from '../evaluate/read-lines.ts'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'
import { fileHash, isExpired, readManifest, setFiles } from './history-manifest.ts'

const name = z.string().min(1).max(256)

const keptUse = z.strictObject({
  use: z.strictObject({
    id: name,
    kind: z.enum(['authorization', 'completion', 'advice', 'reversal', 'refund']),
    of: name.exactOptional(),
    customer: name,
    merchant: name,
    terminal: name,
    atMs: z.number().int(),
    amountMinor: z.number().int().min(0),
    category: z.string().max(16),
    country: z.string().max(2),
    latitude: z.number().exactOptional(),
    longitude: z.number().exactOptional(),
    presence: z.enum(['in-person', 'online', 'recurring', 'unknown']),
    device: name.exactOptional(),
  }),
  truth: z.enum(['genuine', 'fraud', 'unknown']),
  knownAtMs: z.number().int().exactOptional(),
})

/** One use as a set keeps it, with what became of it. */
export type KeptUse = z.infer<typeof keptUse>

/**
 * Adds an imported set to a history. A set whose days are over is not read, nor one that is not as it was written. Throws {@link UnreadableFile}.
 */
export async function readHistorySet(
  history: HistoryBuilder,
  folder: string,
  { nowMs, onRow }: { readonly nowMs: number; readonly onRow: (rows: number) => void },
): Promise<void> {
  const manifest = await readManifest(folder)
  const wrong = (code: 'fraud/history-expired' | 'fraud/history-damaged', problem: string) =>
    new UnreadableFile(code, { file: folder, line: 0 }, problem)
  if (isExpired(manifest, nowMs)) {
    throw wrong(
      'fraud/history-expired',
      `could be kept until ${manifest.keepUntil}: "parley fraud history delete" removes it`,
    )
  }
  const file = join(folder, setFiles.uses)
  if ((await fileHash(file).catch(() => '')) !== manifest.sha256) {
    throw wrong('fraud/history-damaged', 'its uses are not those that were imported')
  }
  for await (const { text, number } of readLines(file)) {
    const { use, truth, knownAtMs } = keptUse.parse(JSON.parse(text))
    if (history.has(use.id)) {
      throw new UnreadableFile('fraud/payment-twice', { file, line: number }, 'this payment was read before')
    }
    history.add(use, truth)
    if (knownAtMs !== undefined) history.label(use.id, truth, knownAtMs)
    onRow(history.length)
  }
}
