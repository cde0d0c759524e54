import type { HistoryBuilder } from './card-history.ts'
import { readLines } from './read-lines.ts'
import { splitFields } from './split-fields.ts'
import { UnreadableFile } from './unreadable-file.ts'

/**
 * Adds what became of the uses of a history: CSV with the columns `reference,fraud` (1 or 0) and, where the bank knows it, `reported_at`
 * (a time with its zone). Other columns are not looked at. Throws {@link UnreadableFile}.
 */
export async function readLabels(history: HistoryBuilder, file: string): Promise<void> {
  let at: { readonly reference: number; readonly fraud: number; readonly reportedAt: number } | undefined
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === '') continue
    const wrong = (problem: string) => new UnreadableFile('fraud/value-wrong', { file, line: number }, problem)
    const fields = splitFields(text)?.map((field) => field.trim())
    if (fields === undefined) throw wrong('a quote is never closed')
    if (at === undefined) {
      at = {
        reference: fields.indexOf('reference'),
        fraud: fields.indexOf('fraud'),
        reportedAt: fields.indexOf('reported_at'),
      }
      if (at.reference >= 0 && at.fraud >= 0) continue
      throw new UnreadableFile(
        'fraud/column-missing',
        { file, line: number },
        'the first line must name the columns reference and fraud',
      )
    }
    const [reference, fraud, reportedAt] = [fields[at.reference] ?? '', fields[at.fraud], fields[at.reportedAt] ?? '']
    if (fraud !== '0' && fraud !== '1') throw wrong('fraud is neither 0 nor 1')
    const known = history.label(reference, fraud === '1' ? 'fraud' : 'genuine', timeOf(reportedAt, wrong))
    if (!known)
      throw new UnreadableFile('fraud/label-unknown', { file, line: number }, 'no use of this reference was read')
  }
  if (at === undefined) throw new UnreadableFile('fraud/file-empty', { file, line: 0 }, 'the file is empty')
}

function timeOf(text: string, wrong: (problem: string) => UnreadableFile): number | undefined {
  if (text === '') return undefined
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw wrong('reported_at is not a time such as 2026-11-22T18:03:11Z')
  return ms
}
