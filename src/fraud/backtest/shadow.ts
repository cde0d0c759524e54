import type { FraudLabel } from '../card-use.ts'
import type { RuleRow } from '../rules/compile-rule.ts'
import type { CompiledRules } from '../rules/compile-rules.ts'
import { judgeRow } from '../rules/judge-row.ts'
import type { Judgement } from '../rules/judge-row.ts'
import { dayOf } from './figures.ts'

/** Of which part of a set a count is: all that is asked, one outcome, the score alone, or one rule (all uses it holds for). */
export type ShadowLine = 'asked' | 'allow' | 'block' | 'review' | 'score' | `rule ${string}`

/** What is added to the counts of a set, a day and a line since it was last taken. */
export type ShadowCount = {
  /** The set's id, as it was given. */
  readonly set: string
  /** Days since 1970, UTC. */
  readonly day: number
  readonly line: ShadowLine
  readonly uses: number
  /** Customers on that day; each once, as long as this process lives. */
  readonly customers: number
  readonly frauds: number
  readonly fraudMinor: number
  readonly genuine: number
}

/** Judges real uses by sets that have no effect, and counts. The live set is counted beside them, or there is nothing to compare with. */
export type Shadow = {
  /** `judgement`: what the live set said, so that it is not asked twice. */
  note(row: RuleRow, judgement: Judgement): void
  /** What became known of a use that was noted. */
  label(label: Pick<FraudLabel, 'use' | 'isFraud'>): void
  /** The counts since the last time, to be added to those that are kept. */
  take(): readonly ShadowCount[]
}

/** Uses of which a label is waited for, all sets together; older ones stay unlabelled in the counts. */
export const shadowUsesMax = 200_000

type Noted = {
  readonly day: number
  readonly amountMinor: number
  readonly lines: readonly string[]
  isFraud?: boolean
}
type Sum = { -readonly [Field in Exclude<keyof ShadowCount, 'set' | 'day' | 'line'>]: number }

/** @param sets candidates by id; `live` the one that decides */
export function createShadow(
  live: { readonly id: string; readonly rules: CompiledRules },
  candidates: readonly { readonly id: string; readonly rules: CompiledRules }[],
): Shadow {
  const noted = new Map<string, Noted>()
  const sums = new Map<string, Sum>()
  let customersOfDay = { day: -1, seen: new Set<string>() }

  function sumOf(day: number, line: string): Sum {
    const key = `${day} ${line}`
    let sum = sums.get(key)
    if (sum === undefined) sums.set(key, (sum = { uses: 0, customers: 0, frauds: 0, fraudMinor: 0, genuine: 0 }))
    return sum
  }

  function isFirstToday(day: number, line: string, customer: string): boolean {
    if (day !== customersOfDay.day) customersOfDay = { day, seen: new Set() }
    const key = `${line} ${customer}`
    if (customersOfDay.seen.has(key) || customersOfDay.seen.size >= shadowUsesMax) return false
    customersOfDay.seen.add(key)
    return true
  }

  return {
    note(row, judgement) {
      const lines = linesOf(live, row, judgement)
      for (const candidate of candidates) lines.push(...linesOf(candidate, row, judgeRow(candidate.rules, row)))
      if (lines.length === 0) return
      const { id, atMs, amountMinor, customer } = row.use
      const day = dayOf(atMs)
      for (const line of lines) {
        const sum = sumOf(day, line)
        sum.uses += 1
        if (isFirstToday(day, line, customer)) sum.customers += 1
      }
      noted.set(id, { day, amountMinor, lines })
      const [oldest] = noted.size > shadowUsesMax ? noted.keys() : []
      if (oldest !== undefined) noted.delete(oldest)
    },
    label({ use, isFraud }) {
      const known = noted.get(use)
      if (known === undefined || known.isFraud === isFraud) return
      for (const line of known.lines) {
        const sum = sumOf(known.day, line)
        if (known.isFraud !== undefined) addLabel(sum, known, known.isFraud, -1) // the later word counts
        addLabel(sum, known, isFraud, 1)
      }
      known.isFraud = isFraud
    },
    take() {
      const taken = [...sums].map(([key, sum]) => ({ ...placeOf(key), ...sum }))
      sums.clear()
      return taken
    },
  }
}

function addLabel(sum: Sum, { amountMinor }: Noted, isFraud: boolean, times: 1 | -1): void {
  if (!isFraud) sum.genuine += times
  else {
    sum.frauds += times
    sum.fraudMinor += times * amountMinor
  }
}

function linesOf(
  { id, rules }: { readonly id: string; readonly rules: CompiledRules },
  row: RuleRow,
  judgement: Judgement,
): string[] {
  const lines = rules.rules.filter((rule) => rule.holds(row)).map((rule) => `${id} rule ${rule.id}`)
  if (judgement.outcome === 'pass') return lines
  lines.push(`${id} ${judgement.outcome}`)
  if (judgement.outcome !== 'allow') lines.push(`${id} asked`)
  if (judgement.by === 'score') lines.push(`${id} score`)
  return lines
}

/** Back from `day id line`: neither days nor ids have spaces. */
function placeOf(key: string): Pick<ShadowCount, 'set' | 'day' | 'line'> {
  const [day = '', set = '', ...line] = key.split(' ')
  return { day: Number(day), set, line: lineOf(line) }
}

function lineOf([first, rule]: readonly string[]): ShadowLine {
  switch (first) {
    case 'asked':
    case 'allow':
    case 'block':
    case 'review':
    case 'score':
      return first
    default:
      return `rule ${rule ?? ''}`
  }
}
