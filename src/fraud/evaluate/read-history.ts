import { type CardHistory, buildHistory } from './card-history.ts'
import { readCardEvents } from './read-card-events.ts'
import { readHandbookCsv } from './read-handbook-csv.ts'
import { readLabels } from './read-labels.ts'
import { readLines } from './read-lines.ts'
import { UnreadableFile } from './unreadable-file.ts'

/** Files with uses, of one kind or the other, and files with what became of them. */
export type HistoryFiles = { readonly files: readonly string[]; readonly labels: readonly string[] }

export type CountedHistory = { readonly history: CardHistory; readonly customers: number }

/**
 * A bank's own history: CSV with the handbook's columns (which say what is fraud), or card events as NDJSON with labels beside them. Each file
 * is told by its first line. Throws {@link UnreadableFile}.
 */
export async function readHistory(
  { files, labels }: HistoryFiles,
  onRow: (rows: number) => void,
): Promise<CountedHistory> {
  const history = buildHistory()
  for (const file of files) {
    if (await startsLikeJson(file)) await readCardEvents(history, file, onRow)
    else await readHandbookCsv(history, file, onRow)
  }
  for (const file of labels) await readLabels(history, file)
  const { customers } = history
  return { history: history.finish(), customers }
}

async function startsLikeJson(file: string): Promise<boolean> {
  for await (const { text } of readLines(file)) if (text.trim() !== '') return text.trimStart().startsWith('{')
  throw new UnreadableFile('fraud/file-empty', { file, line: 0 }, 'the file is empty')
}
