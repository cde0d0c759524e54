import { addDays } from './days.ts'
import type { Movement } from './movements.ts'

/** Two charges that lie further apart are two purchases. */
const hoursApartMax = 24
/** A merchant who took the same amount twice within a day this often before is paid that way. */
const habitTimesMin = 2

/** A payment and the one before it that it seems to repeat. */
export type Twice = { readonly first: Movement; readonly again: Movement }

/**
 * Payments that look charged twice: same merchant, account and amount, within a day. What people do twice a day (fares, cash), what
 * moves between own accounts, what happens at a merchant habitually, and what was given back already is none. `since`: the day from
 * which the second charge counts.
 */
export function findTwice(movements: readonly Movement[], since: string): readonly Twice[] {
  const groups = new Map<string, Movement[]>()
  for (const movement of movements.filter(isCharge)) {
    const { key, amount, transaction } = movement
    const name = `${transaction.accountId}|${key}|${amount.currency}|${amount.minor}`
    groups.set(name, [...(groups.get(name) ?? []), movement])
  }
  return [...groups.values()].flatMap((group) => {
    const pairs = pairsOf([...group].sort((a, b) => a.transaction.at - b.transaction.at))
    const fresh = pairs.filter(({ again }) => again.day >= since)
    if (pairs.length - fresh.length >= habitTimesMin) return []
    return fresh.filter(({ again }) => !isGivenBack(again, movements))
  })
}

// ISO 18245: passenger transport and tolls, parking. The way back costs what the way there did.
const fareCodes = /^(41|47|752)/

function isCharge({ transaction, own, category }: Movement): boolean {
  const repeats = fareCodes.test(transaction.category ?? '') || category === 'cash' || category === 'fees'
  return transaction.direction === 'debit' && !own && !repeats
}

// Each payment is the second of one pair at most, so three in a row are two repetitions.
function pairsOf(sorted: readonly Movement[]): readonly Twice[] {
  return sorted.slice(1).flatMap((again, index): readonly Twice[] => {
    const first = sorted[index]
    if (first === undefined) return []
    const hours = (again.transaction.at - first.transaction.at) / 3_600_000
    return hours <= hoursApartMax ? [{ first, again }] : []
  })
}

/** Money back counts for a charge until so many days after it. */
const givenBackDaysMax = 14

function isGivenBack(charge: Movement, movements: readonly Movement[]): boolean {
  return movements.some(
    ({ refund, key, amount, day }) =>
      refund &&
      key === charge.key &&
      amount.currency === charge.amount.currency &&
      amount.minor === charge.amount.minor &&
      day >= charge.day &&
      day <= addDays(charge.day, givenBackDaysMax),
  )
}
