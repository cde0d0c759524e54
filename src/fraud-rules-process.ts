import { ConfigFault } from './config.ts'
import { falsePer1000, fraudFiles, ruleFiles, ruleLanguage, ruleSets } from './fraud/index.ts'
import type { Backtest, BacktestWish, FileProblem, Figures, RuleDraft } from './fraud/index.ts'
import { decimalText } from './kernel/index.ts'
import { systemClock } from './platform/index.ts'

type Write = (text: string) => void

/** What the command line hands in: where results go, where progress goes, and whether a person watches it. */
export type RulesDeps = { readonly write: Write; readonly say: Write; readonly isWatched: boolean }

/** Exit codes: 0 done, 1 the rules have problems, 2 misused, 3 a file cannot be read. */
const exitCodes = { done: 0, problems: 1, misused: 2, unreadable: 3 } as const

export type RulesFlags = { readonly json: boolean }
export type BacktestFlags = RulesFlags & {
  readonly files: readonly string[]
  readonly live?: string
  readonly labels?: readonly string[]
  readonly lists?: string
  /** A file; false: no model at all. */
  readonly model?: string | false
  readonly delayDays: string
  readonly from?: string
  readonly homeCountry: string
}

/** `parley fraud rules check`. */
async function check(deps: RulesDeps, file: string, { json }: RulesFlags): Promise<number> {
  return await answering(deps, json, async () => {
    const read = ruleLanguage.readFile(await ruleFiles.text(file))
    if (!read.ok) return tellProblems(deps, json, [{ file, problems: read.problems }])
    const { draft } = read
    deps.write(
      json
        ? `${JSON.stringify({ ok: true, ...draft })}\n`
        : `${draft.rules.length} rules, all of them meant.\n\n${ruleLanguage.printFile(draft)}`,
    )
    return exitCodes.done
  })
}

/** `parley fraud rules complete`: for editors. `at` is line:column, both from 1. */
async function complete(deps: RulesDeps, file: string, flags: RulesFlags & { readonly at: string }): Promise<number> {
  const [line, column, ...more] = flags.at.split(':').map(Number)
  if (line === undefined || column === undefined || more.length > 0 || !(line >= 1) || !(column >= 1)) {
    throw new ConfigFault(['--at: a line and a column from 1, such as 3:17'])
  }
  return await answering(deps, flags.json, async () => {
    const text = await ruleFiles.text(file)
    const before = text.split('\n').slice(0, line - 1)
    const cursor = Math.min(text.length, before.join('\n').length + (before.length > 0 ? 1 : 0) + column - 1)
    const found = ruleLanguage.completeFile(text, cursor)
    const width = Math.max(0, ...found.suggestions.map((each) => each.text.length))
    deps.write(
      flags.json
        ? `${JSON.stringify(found)}\n`
        : found.suggestions.map((each) => `${each.text.padEnd(width)}  ${each.about}\n`).join(''),
    )
    return exitCodes.done
  })
}

/** `parley fraud rules diff`. */
async function diff(
  deps: RulesDeps,
  files: { readonly before: string; readonly after: string },
  { json }: RulesFlags,
): Promise<number> {
  return await answering(deps, json, async () => {
    const drafts = await readDrafts(deps, json, [files.before, files.after])
    const [before, after] = drafts ?? []
    if (before === undefined || after === undefined) return exitCodes.problems
    const found = ruleSets.diff(before, after)
    deps.write(json ? `${JSON.stringify(found)}\n` : sayDiff(found))
    return exitCodes.done
  })
}

/** `parley fraud rules backtest`. */
async function backtest(deps: RulesDeps, file: string, flags: BacktestFlags): Promise<number> {
  const delayDays = /^\d{1,4}$/.test(flags.delayDays) ? Number(flags.delayDays) : Number.NaN
  const countFromMs = flags.from === undefined ? -Infinity : Date.parse(`${flags.from}T00:00:00Z`)
  if (Number.isNaN(delayDays)) throw new ConfigFault(['--delay-days: a whole number of days'])
  if (Number.isNaN(countFromMs)) throw new ConfigFault(['--from: a day such as 2018-07-25'])
  return await answering(deps, flags.json, async () => {
    const drafts = await readDrafts(deps, flags.json, [file, ...(flags.live === undefined ? [] : [flags.live])])
    const [candidate, live] = drafts ?? []
    if (candidate === undefined) return exitCodes.problems
    const wish: BacktestWish = {
      candidate,
      live,
      listsFile: flags.lists,
      model: flags.model === false ? 'none' : { file: flags.model },
      delayDays,
      countFromMs,
      homeCountry: flags.homeCountry,
    }
    const show = (stage: string, done: number): void => {
      if (deps.isWatched) deps.say(`\r${stage}: ${done.toLocaleString('en')} uses `)
    }
    const found = await ruleFiles.backtest(
      { files: flags.files, labels: flags.labels ?? [], nowMs: systemClock.now() },
      wish,
      show,
    )
    if (deps.isWatched) deps.say('\r\u001b[K')
    deps.write(flags.json ? `${JSON.stringify(found)}\n` : sayBacktest(found, candidate.currency))
    return exitCodes.done
  })
}

/** What `parley fraud rules` does; each gives its exit code. */
export const fraudRules = { check, complete, diff, backtest } as const

async function answering(deps: RulesDeps, json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (thrown) {
    const trouble = fraudFiles.troubleOf(thrown)
    if (trouble === undefined) throw thrown
    if (json) deps.write(`${JSON.stringify({ error: { code: trouble.code, message: trouble.message } })}\n`)
    else deps.say(`${trouble.message}\n`)
    return exitCodes.unreadable
  }
}

async function readDrafts(
  deps: RulesDeps,
  json: boolean,
  files: readonly string[],
): Promise<readonly RuleDraft[] | undefined> {
  const drafts: RuleDraft[] = []
  const broken: { readonly file: string; readonly problems: readonly FileProblem[] }[] = []
  for (const file of files) {
    const read = ruleLanguage.readFile(await ruleFiles.text(file))
    if (read.ok) drafts.push(read.draft)
    else broken.push({ file, problems: read.problems })
  }
  if (broken.length === 0) return drafts
  tellProblems(deps, json, broken)
  return undefined
}

function tellProblems(
  deps: RulesDeps,
  json: boolean,
  files: readonly { readonly file: string; readonly problems: readonly FileProblem[] }[],
): number {
  const all = files.flatMap(({ file, problems }) =>
    problems.map((problem) => ({ file, ...problem, message: ruleLanguage.say(problem) })),
  )
  if (json) deps.write(`${JSON.stringify({ ok: false, problems: all })}\n`)
  else deps.say(all.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}\n`).join(''))
  return exitCodes.problems
}

function sayDiff({ added, removed, changed, isReordered, head }: ReturnType<typeof ruleSets.diff>): string {
  const lines = [
    ...head.map(({ what, before, after }) => `~ ${what}: ${before} → ${after}`),
    ...added.map(({ id, sentence }) => `+ ${id}: ${sentence}`),
    ...removed.map(({ id, sentence }) => `- ${id}: ${sentence}`),
    ...changed.flatMap(({ id, before, after }) => [`~ ${id}: ${before}`, `${' '.repeat(id.length)}  → ${after}`]),
    ...(isReordered ? ['~ the same rules in another order'] : []),
  ]
  return lines.length === 0 ? 'No difference.\n' : `${lines.join('\n')}\n`
}

function sayBacktest(found: Backtest, currency: string): string {
  const { candidate, live, more, less } = found
  const row = (name: string, figures: Figures): string => {
    const caught = decimalText({ minor: BigInt(figures.fraudMinor), currency })
    const share = found.frauds === 0 ? '-' : `${((figures.frauds / found.frauds) * 100).toFixed(1)}%`
    const troubled = falsePer1000(figures, found).toFixed(2)
    return `${name.padEnd(28)} ${String(figures.uses).padStart(9)} ${String(figures.frauds).padStart(8)} ${share.padStart(7)} ${caught.padStart(14)} ${troubled.padStart(10)}`
  }
  const heads = `${''.padEnd(28)} ${'uses'.padStart(9)} ${'frauds'.padStart(8)} ${'share'.padStart(7)} ${`caught, ${currency}`.padStart(14)} ${'false/1000'.padStart(10)}`
  return `${[
    `${found.uses} uses of ${found.customers} customers on ${found.days} days (${found.from ?? '-'} to ${found.to ?? '-'}), ${found.frauds} of them fraud.`,
    'false/1000: customers asked for nothing, for each 1,000 customers and day.',
    '',
    heads,
    row('asked, all together', candidate.asked),
    ...(live === null ? [] : [row('asked by the live set', live.asked)]),
    ...(more === null || less === null
      ? []
      : [row('  asked by this one only', more), row('  asked by the live one only', less)]),
    ...(['block', 'review', 'allow'] as const).map((outcome) => row(outcome, candidate.byOutcome[outcome])),
    row('asked by the score alone', candidate.byScore),
    '',
    'Each rule by itself, whatever else holds; then where it decided:',
    ...candidate.rules.flatMap(({ id, sentence, alone, decided }) => [
      `${id}: ${sentence}`,
      row('  holds', alone),
      row('  decides', decided),
    ]),
  ].join('\n')}\n`
}
