import { readFile } from 'node:fs/promises'
import { scorerOf } from '../evaluate/fraud-files.ts'
import { readHistory } from '../evaluate/read-history.ts'
import type { HistoryFiles } from '../evaluate/read-history.ts'
import { labelAfter } from '../evaluate/replay-history.ts'
import { readLines } from '../evaluate/read-lines.ts'
import { splitFields } from '../evaluate/split-fields.ts'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'
import { compileRules } from '../rules/compile-rules.ts'
import { createRuleLists } from '../rules/rule-lists.ts'
import type { ListEntry } from '../rules/rule-lists.ts'
import { ruleNames } from '../rules/rule-names.ts'
import { nextVersion } from '../rules/rule-set.ts'
import type { RuleDraft } from '../rules/rule-set.ts'
import { runBacktest } from './run-backtest.ts'
import type { Backtest } from './run-backtest.ts'

/** What a backtest over files is told. */
export type BacktestWish = {
  readonly candidate: RuleDraft
  /** What decides now. */
  readonly live: RuleDraft | undefined
  /** CSV `list,key`: what the named lists hold. */
  readonly listsFile: string | undefined
  /** Without a model sentences that name `score` never hold. */
  readonly model: { readonly file: string | undefined } | 'none'
  readonly delayDays: number
  readonly countFromMs: number
  /** Where customers live whom nobody said anything else of; '' unknown. */
  readonly homeCountry: string
}

const dayMs = 86_400_000

/** Backtests over files of a bank's history. Throws what `fraudFiles.troubleOf` understands. */
export async function backtestFiles(
  files: HistoryFiles,
  wish: BacktestWish,
  onProgress: (stage: 'reading' | 'features', done: number, of?: number) => void,
): Promise<Backtest> {
  const scorer = wish.model === 'none' ? undefined : await scorerOf(wish.model.file)
  const lists = createRuleLists(wish.listsFile === undefined ? [] : await readListEntries(wish.listsFile))
  const { history } = await readHistory(files, (rows) => onProgress('reading', rows))
  const live = wish.live && nextVersion(wish.live, 1, undefined)
  const candidate = nextVersion(wish.candidate, live === undefined ? 1 : 2, live)
  return runBacktest({
    history,
    labelling: labelAfter(history, wish.delayDays * dayMs),
    candidate: compileRules(candidate, lists),
    live: live && compileRules(live, lists),
    scorer,
    homeCountryOf: () => wish.homeCountry,
    countFromMs: wish.countFromMs,
    onProgress: (done, of) => onProgress('features', done, of),
  })
}

/** A rule file's text. Throws what `fraudFiles.troubleOf` understands. */
export async function readRuleText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UnreadableFile('fraud/file-missing', { file, line: 0 }, 'there is no such file, or it may not be read', {
      cause,
    })
  }
}

async function readListEntries(file: string): Promise<readonly ListEntry[]> {
  const entries: ListEntry[] = []
  for await (const { text, number } of readLines(file)) {
    if (text.trim() === '' || (number === 1 && text.trim() === 'list,key')) continue
    const [list = '', key = '', ...more] = splitFields(text) ?? []
    const source = ruleNames.get(list.trim())?.source
    if (source?.from !== 'list' || key.trim() === '' || more.length > 0) {
      throw new UnreadableFile(
        'fraud/value-wrong',
        { file, line: number },
        'not list,key, such as trusted_merchants,m-100',
      )
    }
    entries.push({ list: source.list, key: key.trim() })
  }
  return entries
}
