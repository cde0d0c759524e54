import type { Instant } from '../../kernel/index.ts'
import { refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { Days, Transaction } from '../facts.ts'
import type { Unreadable } from './read-field.ts'

/**
 * Pure: one account's lines as a person knows them. A pending payment and its booking have two ids, and the booking names the
 * pending one (`referenceTransactionId`): once it is booked, the pending line is gone, so that no purchase counts twice. Newest
 * first, those of the asked days only.
 */
export function joinTransactions(
  lines: readonly Transaction[],
  days: Days,
): Outcome<readonly Transaction[], Unreadable> {
  const known = new Map<string, Transaction>()
  for (const line of lines) {
    const other = known.get(line.id)
    // Pages may overlap where something arrives in between; the same id with another content can be trusted in neither form.
    if (other !== undefined && !isSame(line, other)) return refusal('banks/unreadable')
    known.set(line.id, line)
  }
  const all = [...known.values()]
  const completed = new Set(all.filter(completes).map(({ referenceId }) => referenceId))
  const isAsked = withinDays(days)
  return success(
    all.filter((line) => !(line.status === 'pending' && completed.has(line.id)) && isAsked(line.at)).sort(newestFirst),
  )

  // A line that takes the place of an earlier one goes the same way as that; one that goes the other way gives money back.
  function completes(line: Transaction): boolean {
    if (line.referenceId === undefined || line.referenceId === line.id) return false
    const earlier = known.get(line.referenceId)
    return earlier?.direction === line.direction && !(line.status === 'pending' && earlier.referenceId === line.id)
  }
}

function isSame(line: Transaction, other: Transaction): boolean {
  const [mine, theirs] = [line.amount.reveal(), other.amount.reveal()]
  return (
    line.status === other.status &&
    line.direction === other.direction &&
    line.at === other.at &&
    mine.minor === theirs.minor &&
    mine.currency === theirs.currency
  )
}

function newestFirst(a: Transaction, b: Transaction): number {
  return b.at - a.at || (a.id < b.id ? -1 : 1)
}

/** Whether a moment lies on the asked days, as the calendar of their time zone has it. */
function withinDays({ from, to, timeZone = 'UTC' }: Days): (at: Instant) => boolean {
  // Swedish writes dates as banks do: 2026-11-22.
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (at) => {
    const day = calendar.format(at)
    return day >= from && day <= to
  }
}
