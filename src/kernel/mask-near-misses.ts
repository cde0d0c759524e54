import { unseen } from './mask-fold.ts'
import type { DigitGroup, DigitRun } from './mask-runs.ts'

/** Whether these digits are written as something that is no card number: a phone number, dates and times, amounts. */
export function saysSomethingElse(folded: string, run: DigitRun): boolean {
  return isPhone(folded, run) || areDates(run.groups) || areAmounts(run.groups)
}

/** The longest international phone number, without the digits that are dialled to leave a country (ITU-T E.164). */
const phoneDigitsMax = 15

/** Written internationally: "+49 …", "0049 …", "011 44 …". A card's digits after a plus would have to be an American Express number. */
export function isPhone(folded: string, { start, digits, groups }: DigitRun): boolean {
  if (hasPlusBefore(folded, start)) return digits.length <= phoneDigitsMax && !/^3[47]\d{13}$/.test(digits)
  const isGrouped = groups.length > 1 && groups.some(({ digits }) => digits.length > 1)
  return isGrouped && /^(?:00|011)[1-9]/.test(digits) && digits.length <= phoneDigitsMax
}

function hasPlusBefore(folded: string, start: number): boolean {
  let place = start - 1
  while (folded[place] === unseen) place -= 1
  return folded[place] === '+'
}

/** One date after the other, with or without a time: every digit has its place in one. */
export function areDates(groups: readonly DigitGroup[]): boolean {
  let place = 0
  let isSure = false
  while (place < groups.length) {
    const whole = dateAt(groups, place, isYear)
    const taken = whole === 0 ? dateAt(groups, place, isShortYear) : whole
    if (taken === 0) return false
    isSure ||= whole > 0
    place += taken
    if (dateAt(groups, place, isYear) === 0) place += timeAt(groups, place)
  }
  // Pairs of digits alone could be anything.
  return isSure
}

function dateAt(groups: readonly DigitGroup[], place: number, isYear: (group: DigitGroup) => boolean): number {
  const [first, second, third] = groups.slice(place, place + 3)
  if (first === undefined) return 0
  if (/^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(first.digits)) return 1
  if (second === undefined || third === undefined || second.joint !== third.joint || !/^[-./] ?$/.test(second.joint))
    return 0
  const isYearFirst = isYear(first) && isBelow(second, 12) && isBelow(third, 31)
  const isYearLast =
    isYear(third) && ((isBelow(first, 31) && isBelow(second, 12)) || (isBelow(first, 12) && isBelow(second, 31)))
  return isYearFirst || isYearLast ? 3 : 0
}

// Hours, minutes and seconds after a date; minutes and seconds may be missing.
function timeAt(groups: readonly DigitGroup[], place: number): number {
  const [hour, ...rest] = groups.slice(place, place + 3)
  if (hour?.joint !== ' ') return 0
  if (/^(?:[01]\d|2[0-3])(?:[0-5]\d){1,2}$/.test(hour.digits)) return 1
  if (!/^(?:[01]?\d|2[0-3])$/.test(hour.digits)) return 0
  const minutes = rest.findIndex(({ digits, joint }) => joint !== '.' || !/^[0-5]\d$/.test(digits))
  return 1 + (minutes === -1 ? rest.length : minutes)
}

function isYear({ digits }: DigitGroup): boolean {
  return /^(?:19|20)\d\d$/.test(digits)
}

function isShortYear({ digits }: DigitGroup): boolean {
  return digits.length === 2
}

function isBelow({ digits }: DigitGroup, most: number): boolean {
  return digits.length <= 2 && Number(digits) >= 1 && Number(digits) <= most
}

/** One amount after the other, each with two decimals behind a point, blanks between. */
export function areAmounts(groups: readonly DigitGroup[]): boolean {
  if (groups.length < 4) return false
  let place = 0
  while (place < groups.length) {
    const taken = amountAt(groups, place)
    // The last one may go on behind a comma: "48.71 66,909.58".
    if (taken === 0) return place === groups.length - 1 && place >= 4 && (groups[place]?.digits.length ?? 0) <= 3
    place += taken
  }
  return true
}

function amountAt(groups: readonly DigitGroup[], place: number): number {
  const [whole, decimals] = groups.slice(place, place + 2)
  if (whole === undefined || (place > 0 && !/^[ /-]+$/.test(whole.joint)) || whole.digits.length > 6) return 0
  return decimals?.joint === '.' && decimals.digits.length === 2 ? 2 : 0
}
