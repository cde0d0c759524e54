import { type CardHistory, buildHistory } from './card-history.ts'
import { isFolder } from '../history/history-manifest.ts'
import { readHistorySet } from '../history/read-history-set.ts'
import { isBankHeader, readBankCsv } from './read-bank-csv.ts'
import { readCardEvents } from './read-card-events.ts'
import { readHandbookCsv } from './read-handbook-csv.ts'
import { readLabels } from './read-labels.ts'
import { readLines } from './read-lines.ts'
import { UnreadableFile } from './unreadable-file.ts'

/** Files with uses, of one kind or the other, and files with what became of them. */
export type HistoryFiles = {
  readonly files: readonly string[]
  readonly labels: readonly string[]
  /** Today, ms since 1970: an imported set is read until its last day. */
  readonly nowMs: number
}

export type CountedHistory = { readonly history: CardHistory; readonly customers: number }

/**
 * A bank's own history: sets that were imported (folders), CSV with the handbook's columns or with a card event's, or card events as NDJSON with
 * labels beside them. Each file is told by its first line. Throws {@link UnreadableFile}.
 */
export async function readHistory(
  { files, labels, nowMs }: HistoryFiles,
  onRow: (rows: number) => void,
): Promise<CountedHistory> {
  const history = buildHistory()
  for (const file of files) {
    if (await isFolder(file)) {
      await readHistorySet(history, file, { nowMs, onRow })
      continue
    }
    const first = await firstLine(file)
    if (first.trimStart().startsWith('{')) await readCardEvents(history, file, onRow)
    else if (isBankHeader(first)) await readBankCsv(history, file, onRow)
    else await readHandbookCsv(history, file, onRow)
  }
  for (const file of labels) await readLabels(history, file)
  const { customers } = history
  return { history: history.finish(), customers }
}

async function firstLine(file: string): Promise<string> {
  for await (const { text } of readLines(file)) if (text.trim() !== '') return text
  throw new UnreadableFile('fraud/file-empty', { file, line: 0 }, 'the file is empty')
}
