import { checkRule } from './check-rule.ts'
import { parseRule } from './parse-rule.ts'
import { printRule } from './print-rule.ts'
import { ruleLimits } from './rule-limits.ts'
import type { RuleProblem, RuleProblemCode, Span } from './rule-problem.ts'
import { defaultThresholds, isRuleId } from './rule-set.ts'
import type { RuleDraft, Thresholds } from './rule-set.ts'

/** A problem and its line in the file; `from` and `to` count within the whole file's text. */
export type FileProblem = RuleProblem & { readonly line: number; readonly column: number; readonly rule?: string }

/** A rule file, read: the draft with each sentence in its one form, or everything that is wrong with it. */
export type ReadFile =
  { readonly ok: true; readonly draft: RuleDraft } | { readonly ok: false; readonly problems: readonly FileProblem[] }

/**
 * Reads a rule file: one `id: sentence` a line, going on where the next line is indented; `#` begins a comment; the heads `amounts in USD`,
 * `ask from score 50%` and `decline from score 95%` come first, each at most once.
 */
export function readRuleFile(file: string): ReadFile {
  if (file.length > ruleLimits.fileChars) return tooLong(file)
  const reader: Reader = {
    file,
    problems: [],
    currency: 'USD',
    ask: undefined,
    decline: undefined,
    rules: [],
    ids: new Set(),
  }
  for (const entry of entriesOf(file)) readEntry(reader, entry)
  const { problems, currency, ask, decline, rules } = reader
  if (problems.length > 0) return { ok: false, problems }
  const thresholds: Thresholds = { ask: ask ?? defaultThresholds.ask, ...(decline === undefined ? {} : { decline }) }
  return { ok: true, draft: { currency, thresholds, rules } }
}

/** A draft as a file, which is read back as the same draft. */
export function printRuleFile({ currency, thresholds, rules }: RuleDraft): string {
  const heads = [`amounts in ${currency}`, `ask from score ${percentOf(thresholds.ask)}%`]
  if (thresholds.decline !== undefined) heads.push(`decline from score ${percentOf(thresholds.decline)}%`)
  return `${[...heads, '', ...rules.map(({ id, sentence }) => `${id}: ${sentence}`)].join('\n')}\n`
}

/** One head or rule of a file, over one line or several. */
export type Entry = { readonly text: string; readonly from: number }
type Reader = {
  readonly file: string
  readonly problems: FileProblem[]
  currency: string
  ask: number | undefined
  decline: number | undefined
  readonly rules: { readonly id: string; readonly sentence: string }[]
  readonly ids: Set<string>
}

/** The file's entries with the places where they begin. Comments become spaces, so that places in an entry are places in the file. */
export function entriesOf(file: string): readonly Entry[] {
  const entries: { text: string; from: number }[] = []
  let from = 0
  for (const line of file.split('\n')) {
    const isComment = line.trimStart().startsWith('#')
    const text = isComment ? ' '.repeat(line.length) : line
    const open = entries.at(-1)
    const goesOn = text.trim() === '' || text.startsWith(' ') || text.startsWith('\t')
    if (!goesOn) entries.push({ text, from })
    else if (open !== undefined) open.text += `\n${text}`
    else if (text.trim() !== '') entries.push({ text, from })
    from += line.length + 1
  }
  return entries.map(({ text, from: start }) => ({ text: text.trimEnd(), from: start }))
}

function readEntry(reader: Reader, entry: Entry): void {
  const words = entry.text.trim().split(/\s+/)
  if (words[0] === 'amounts' && words[1] === 'in' && words.length === 3)
    return readCurrency(reader, entry, words[2] ?? '')
  if (
    (words[0] === 'ask' || words[0] === 'decline') &&
    words[1] === 'from' &&
    words[2] === 'score' &&
    words.length === 4
  ) {
    return readThreshold(reader, entry, words[0], words[3] ?? '')
  }
  readRule(reader, entry)
}

function readCurrency(reader: Reader, entry: Entry, currency: string): void {
  const isCode = currency.length === 3 && [...currency].every((letter) => letter >= 'A' && letter <= 'Z')
  if (!isCode) return tellWhole(reader, entry, 'bad-value', { what: 'a currency: three capitals, such as USD' })
  if (reader.rules.length > 0)
    return tellWhole(reader, entry, 'expected', { what: 'the currency before the first rule' })
  reader.currency = currency
}

function readThreshold(reader: Reader, entry: Entry, which: 'ask' | 'decline', text: string): void {
  const share = shareOf(text)
  if (share === undefined) return tellWhole(reader, entry, 'bad-share', {})
  if (reader[which] !== undefined) return tellWhole(reader, entry, 'same-id', {})
  reader[which] = share
}

function readRule(reader: Reader, entry: Entry): void {
  const colon = entry.text.indexOf(':')
  const id = (colon < 0 ? '' : entry.text.slice(0, colon)).trim()
  const idAt = { from: entry.from, to: entry.from + colon }
  if (colon < 0) return tellWhole(reader, entry, 'expected', { what: 'a rule as "id: sentence"' })
  if (!isRuleId(id)) return tell(reader, undefined, problemAt('bad-id', idAt, entry.text.slice(0, colon)))
  if (reader.ids.has(id)) return tell(reader, id, problemAt('same-id', idAt, id))
  reader.ids.add(id)
  const sentence = entry.text.slice(colon + 1)
  const parsed = parseRule(sentence)
  const found = parsed.ok ? checkRule(parsed.sentence, sentence, reader) : [parsed.problem]
  const shift = entry.from + colon + 1
  for (const problem of found) tell(reader, id, { ...problem, from: problem.from + shift, to: problem.to + shift })
  if (parsed.ok && found.length === 0) reader.rules.push({ id, sentence: printRule(parsed.sentence) })
  if (reader.ids.size === ruleLimits.rules + 1) {
    tell(reader, id, problemAt('too-many', idAt, id, { what: 'rules in a set', max: String(ruleLimits.rules) }))
  }
}

function tellWhole(
  reader: Reader,
  { text, from }: Entry,
  code: RuleProblemCode,
  details: RuleProblem['details'],
): void {
  tell(reader, undefined, problemAt(code, { from, to: from + text.length }, text, details))
}

function tell(reader: Reader, rule: string | undefined, problem: RuleProblem): void {
  const before = reader.file.slice(0, problem.from).split('\n')
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  reader.problems.push({ ...problem, ...place, ...(rule === undefined ? {} : { rule }) })
}

function problemAt(
  code: RuleProblemCode,
  { from, to }: Span,
  words: string,
  details: RuleProblem['details'] = {},
): RuleProblem {
  return { code, from, to, words, details }
}

function tooLong({ length }: string): ReadFile {
  const details = { max: String(ruleLimits.fileChars) }
  return {
    ok: false,
    problems: [{ ...problemAt('too-long', { from: 0, to: length }, '', details), line: 1, column: 1 }],
  }
}

/** A percentage of at most four decimals as a share; such a one is printed and read again as itself. */
function shareOf(text: string): number | undefined {
  const percent = text.endsWith('%') && text.length <= 12 ? Number(text.slice(0, -1)) : Number.NaN
  const isPlain = percent > 0 && percent <= 100 && Math.round(percent * 1e4) / 1e4 === percent
  return isPlain ? Math.round(percent * 1e4) / 1e6 : undefined
}

function percentOf(share: number): string {
  return String(Math.round(share * 1e6) / 1e4)
}
