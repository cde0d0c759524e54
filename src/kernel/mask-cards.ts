import { isKnownCard, passesLuhn } from './mask-issuers.ts'
import type { DigitGroup, DigitRun } from './mask-runs.ts'
import { saysSomethingElse } from './mask-near-misses.ts'

/** A piece of a text, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number }

/** A card number in a text. */
export type CardSpan = Span & { readonly lastFour: string }

/** Lengths of card numbers (ISO/IEC 7812-1). */
export const cardDigitsMin = 13
export const cardDigitsMax = 19

/** Every card number among a text's digits. `folded`: see `foldText`. */
export function findCards(folded: string, runs: readonly DigitRun[]): readonly CardSpan[] {
  return runs.flatMap((run) => {
    if (run.digits.length < cardDigitsMin || saysSomethingElse(folded, run)) return []
    const whole = run.digits.length <= cardDigitsMax && passesLuhn(run.digits)
    return whole ? [spanOf(run.groups)] : cardsWithin(run)
  })
}

/**
 * Card numbers that stand beside other digits with no word between: "4111 1111 1111 1111 12/27 123", two numbers in two lines, a number
 * after its place in a list. A piece counts if it passes the check and is written as people write card numbers; chance alone would find
 * one in every longer row of digits otherwise.
 */
function cardsWithin(run: DigitRun): readonly CardSpan[] {
  const found: CardSpan[] = []
  let rest: DigitGroup[] = []
  let first = 0
  while (first < run.groups.length) {
    const count = cardLengthAt(run, first)
    const groups = run.groups.slice(first, first + Math.max(count, 1))
    if (count > 0) {
      found.push(...cardOf(rest), spanOf(groups))
      rest = []
    } else {
      rest.push(...groups)
    }
    first += groups.length
  }
  return found.length === 0 ? [] : [...found, ...cardOf(rest)]
}

// What is left beside a card number can be one too, however it is grouped.
function cardOf(groups: readonly DigitGroup[]): readonly CardSpan[] {
  const digits = groups.map(({ digits }) => digits).join('')
  const isCard = digits.length >= cardDigitsMin && digits.length <= cardDigitsMax && passesLuhn(digits)
  return isCard ? [spanOf(groups)] : []
}

/** How many groups, from this one on, make a card number; 0 where they make none. */
function cardLengthAt(run: DigitRun, first: number): number {
  let digits = ''
  for (let last = first; last < run.groups.length; last += 1) {
    digits += run.groups[last]?.digits ?? ''
    if (digits.length > cardDigitsMax) return 0
    if (digits.length < cardDigitsMin || !passesLuhn(digits)) continue
    const count = last + 1 - first
    if (isKnownCard(digits) && standsApart(run, first, last)) return count
  }
  return 0
}

/** What stands beside a number is looked at as far as month, year and code go. */
const besideMax = 4

function standsApart(run: DigitRun, first: number, last: number): boolean {
  const after = run.groups.slice(last + 1, last + 1 + besideMax)
  if (first === 0 && isExpiry(after)) return true
  const sizes = run.groups.slice(first, last + 1).map(({ digits }) => digits.length)
  if (run.digits.length > cardDigitsMax) return isPrinted(sizes) || isEven(sizes)
  if (!isPrinted(sizes)) return false
  // So few digits that all of them could be one number which fails the check: only what often stands beside a card counts.
  const isCode = first === 0 && after.length === 1 && /^\d{3,4}$/.test(after[0]?.digits ?? '')
  const isListed = after.length === 0 && first === 1 && (run.groups[0]?.digits.length ?? 0) <= 2
  return isCode || isListed
}

// Month and year, with or without the code beside them.
function isExpiry(after: readonly DigitGroup[]): boolean {
  const [month, year, code] = after.map(({ digits }) => digits)
  if (month === undefined || year === undefined || after.length > 3) return false
  const isYear = /^(?:20)?[2-4]\d$/.test(year)
  return /^(?:0?[1-9]|1[0-2])$/.test(month) && isYear && (code === undefined || /^\d{3,4}$/.test(code))
}

// How card numbers are printed and mostly typed: fours, 4-6-5, 4-6-4, halves, without any gap.
function isPrinted(sizes: readonly number[]): boolean {
  return /^(?:(?:4-){3,4}[1-5]|4-6-[45]|8-8|1[4-9])$/.test(sizes.join('-'))
}

// Pairs, or one by one.
function isEven(sizes: readonly number[]): boolean {
  const last = sizes.at(-1) ?? 0
  return (
    sizes.every((size) => size === 1) ||
    (sizes.slice(0, -1).every((size) => size === 2) && last <= 2) ||
    sizes.length === 1
  )
}

function spanOf(groups: readonly DigitGroup[]): CardSpan {
  const digits = groups.map(({ digits }) => digits).join('')
  return { start: groups[0]?.start ?? 0, end: groups.at(-1)?.end ?? 0, lastFour: digits.slice(-4) }
}
