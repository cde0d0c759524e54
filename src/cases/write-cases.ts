import { decimalText } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { ListedCase } from './case-store.ts'
import { deadlinesOf, nextDeadline } from './regulatory-clock.ts'
import type { BankClock } from './regulatory-clock.ts'
import { boundsOf } from './risk-step.ts'

/** A case as it is taken out: what the list shows, and no word of the customer's and nothing of the evidence. */
export type CaseTakenOut = Readonly<Record<(typeof columns)[number], string>>

const columns = [
  'case', 'kind', 'bank', 'state', 'opened_at', 'closed_at', 'next_step', 'next_step_by', 'at_risk_from', 'at_risk_below', 'currency',
  'assigned_to', 'finding', 'refund_recommended', 'similar_cases', 'joined_cases',
] as const // prettier-ignore

/** The fields of one case. */
export function takenOut(
  each: ListedCase,
  at: { readonly now: Instant; readonly clocks: { readonly [institution: string]: BankClock } },
): CaseTakenOut {
  const isOver = each.state === 'closed' || each.state === 'decided'
  const next = isOver
    ? undefined
    : nextDeadline(deadlinesOf(each.kind, each.openedAt, at.clocks[each.institution ?? ''] ?? {}), at.now)
  const bounds = each.risk && boundsOf(each.risk)
  return {
    case: each.number,
    kind: each.kind,
    bank: each.institutionName ?? '',
    state: each.state,
    opened_at: new Date(each.openedAt).toISOString(),
    closed_at: each.closedAt === undefined ? '' : new Date(each.closedAt).toISOString(),
    next_step: next?.what ?? '',
    next_step_by: next === undefined ? '' : new Date(next.at).toISOString().slice(0, 10),
    at_risk_from: bounds === undefined ? '' : decimalText(bounds.from),
    at_risk_below: bounds?.below === undefined ? '' : decimalText(bounds.below),
    currency: each.risk?.currency ?? '',
    assigned_to: each.assignedTo ?? '',
    finding: each.finding ?? '',
    refund_recommended: each.refund ?? '',
    similar_cases: String(each.similar),
    joined_cases: String(each.joined),
  }
}

/** Cases as CSV (RFC 4180), with their names in the first line. */
export function writeCaseCsv(cases: readonly CaseTakenOut[]): string {
  const lines = [columns, ...cases.map((each) => columns.map((column) => each[column]))]
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

/** One cell: a spreadsheet takes a text that begins like this for a formula and runs it, so it gets an apostrophe before it. A bank chooses its name. */
export function cell(text: string): string {
  const safe = /^[\s]*[=+\-@]|^[\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
