import { type Mask, maskMark, replaceAll } from './mask.ts'
import { findCardDetails } from './mask-card-details.ts'
import { cardDigitsMax, cardDigitsMin } from './mask-cards.ts'
import { foldText } from './mask-fold.ts'
import { type Evidence, isWithheld, readEvidence } from './mask-held-evidence.ts'
import { isKnownCard, mayBeginCard, passesLuhn } from './mask-issuers.ts'
import { type DigitGroup, type DigitRun, findDigitRuns } from './mask-runs.ts'

/** The first or last digits of a message's text, as it is stored. */
export type Edge = Pick<DigitRun, 'start' | 'end'> & { readonly groups: readonly DigitGroup[]; readonly typed: string }

/**
 * What of a message may be part of a card number that is split over several: its first and its last digits. `isOne`: these are the same, so a
 * number can go through it. `hidden`: what stood where the stored text now shows {@link maskMark}; the next message decides.
 */
export type DigitPart = {
  readonly message: string
  /** Milliseconds since 1970 by the messenger's clock: the order in which a number was typed. */
  readonly sentAt: number
  readonly head: Edge
  readonly tail: Edge
  readonly isOne: boolean
  readonly evidence: Evidence
  readonly hidden: string | undefined
}

/** A change to the stored text of an earlier message; `was`: what must stand there, or it is another text by now. */
export type Correction = Mask & { readonly message: string; readonly was: string }

/** What a new message means for itself and for those before it. */
export type DigitStep = {
  /** What is stored of the new one. */
  readonly text: string
  /** What to keep of it for the next one; undefined where it has no digits. */
  readonly part: DigitPart | undefined
  readonly corrections: readonly Correction[]
  /** Earlier ones that are decided: nothing of them needs to be kept any more. */
  readonly settled: readonly string[]
  /** Earlier ones whose hidden digits were none of a card's: given back by a correction, still looked at with what comes next. */
  readonly released: readonly DigitPart[]
}

/** Parts that are looked at together: a number typed digit by digit. */
export const digitPartsMax = 20

/**
 * Puts a new message (already masked by itself) beside what earlier ones of its conversation left. Together they are a card number: all its parts
 * are masked. Or it ends in what may be the beginning of one: that is hidden until the next message decides. Or neither: what was hidden
 * before is given back. `known` in any order; what was typed when decides, not what arrived when. Pure.
 */
export function stepDigits(
  known: readonly DigitPart[],
  fresh: { readonly message: string; readonly sentAt: number; readonly text: string },
): DigitStep {
  const part = readPart(fresh)
  const earlier = known.filter(({ message }) => message !== fresh.message).slice(-digitPartsMax)
  if (part === undefined) return { text: fresh.text, part, settled: [], ...giveBack(earlier, fresh) }
  const parts = [...earlier, part].sort((left, right) => left.sentAt - right.sentAt)
  const join = findJoin(parts, parts.indexOf(part))
  return join === undefined ? withoutJoin(parts, part, fresh.text) : withJoin(join, part, fresh)
}

/** The digits at a text's edges; undefined where it has none. The four digits that a masked card number keeps are none. */
export function readPart(fresh: {
  readonly message: string
  readonly sentAt: number
  readonly text: string
}): DigitPart | undefined {
  const { message, sentAt, text } = fresh
  const folded = foldText(text)
  const runs = findDigitRuns(folded).filter(({ start }) => !text.slice(0, start).endsWith(`${maskMark} `))
  const edges = [runs[0], runs.at(-1)].map((run) => run && { ...run, typed: text.slice(run.start, run.end) })
  const [head, tail] = edges
  if (head === undefined || tail === undefined) return undefined
  return {
    message,
    sentAt,
    head,
    tail,
    isOne: runs.length === 1,
    evidence: readEvidence(folded, tail),
    hidden: undefined,
  }
}

/** Some parts in a row whose digits are one card number: from a group of the first one's last digits to one of the last one's first. */
type Join = { readonly parts: readonly DigitPart[]; readonly from: number; readonly to: number }

function findJoin(parts: readonly DigitPart[], fresh: number): Join | undefined {
  const joins: Join[] = []
  for (let first = fresh; first >= 0; first -= 1) {
    for (let last = Math.max(fresh, first + 1); last < parts.length; last += 1) {
      const row = parts.slice(first, last + 1)
      if (row.slice(1, -1).every(({ isOne }) => isOne)) joins.push(...joinsOf(row))
    }
  }
  // The one that leaves the fewest digits over is the one that was meant.
  return joins.sort((left, right) => leftOver(left) - leftOver(right))[0]
}

function joinsOf(row: readonly DigitPart[]): readonly Join[] {
  const [first] = row
  const last = row.at(-1)
  if (first === undefined || last === undefined) return []
  const middle = row
    .slice(1, -1)
    .map(({ tail }) => digitsOf(tail.groups))
    .join('')
  return first.tail.groups.flatMap((_, from) =>
    last.head.groups.flatMap((_group, place): readonly Join[] => {
      const to = place + 1
      const digits = digitsOf(first.tail.groups.slice(from)) + middle + digitsOf(last.head.groups.slice(0, to))
      const isCard =
        digits.length >= cardDigitsMin && digits.length <= cardDigitsMax && isKnownCard(digits) && passesLuhn(digits)
      return isCard ? [{ parts: row, from, to }] : []
    }),
  )
}

function leftOver({ parts, from, to }: Join): number {
  return from + (parts.at(-1)?.head.groups.length ?? 0) - to
}

function withJoin(
  join: Join,
  part: DigitPart,
  fresh: { readonly message: string; readonly sentAt: number; readonly text: string },
): DigitStep {
  const masks = join.parts.map((one, index) => ({ one, mask: maskOf(join, index) }))
  const own = masks.find(({ one }) => one === part)?.mask
  const text = own === undefined ? fresh.text : replaceAll(fresh.text, [own, ...detailsBehind(fresh.text, own)])
  return {
    text,
    // Other digits of the same message may begin another number.
    part: readPart({ ...fresh, text }),
    corrections: masks.flatMap(({ one, mask }) =>
      one === part || one.hidden !== undefined ? [] : [{ message: one.message, ...mask, was: typedAt(one, mask) }],
    ),
    settled: join.parts.filter((one) => one !== part).map(({ message }) => message),
    released: [],
  }
}

function typedAt({ head, tail }: DigitPart, { start, end }: Mask): string {
  const edge = start >= tail.start ? tail : head
  return edge.typed.slice(start - edge.start, end - edge.start)
}

function maskOf({ parts, from, to }: Join, index: number): Mask {
  const part = parts[index]
  if (part === undefined) throw new RangeError('no such part')
  const { head, tail } = part
  if (index < parts.length - 1) {
    return { start: tail.groups[index === 0 ? from : 0]?.start ?? tail.start, end: tail.end, shown: maskMark }
  }
  const groups = head.groups.slice(0, to)
  return { start: head.start, end: groups.at(-1)?.end ?? head.end, shown: `${maskMark} ${digitsOf(groups).slice(-4)}` }
}

function detailsBehind(text: string, own: Mask): readonly Mask[] {
  const behind = findCardDetails(foldText(text), [{ start: own.start, end: own.end, lastFour: '' }])
  const ordered = behind.filter(({ start }) => start >= own.end).sort((left, right) => left.start - right.start)
  return ordered
    .filter(({ start }, index) => start >= (ordered[index - 1]?.end ?? 0))
    .map(({ start, end }) => ({ start, end, shown: maskMark }))
}

function withoutJoin(parts: readonly DigitPart[], part: DigitPart, text: string): DigitStep {
  const place = parts.indexOf(part)
  const rows = rowsUpTo(parts, place)
  const isHidden = rows.some((row) =>
    isWithheld(
      row.map(({ groups, part: { evidence, hidden } }) => ({ groups, evidence, isHidden: hidden !== undefined })),
    ),
  )
  // Undecided still: the number may go on through this one.
  const goesOn = isHidden || part.evidence === 'bare' || part.evidence === 'code'
  const open = rows.filter((row) => goesOn && mayBeginCard(digitsOf(row))).flatMap((row) => row.map(({ part }) => part))
  const before = parts.slice(0, place).filter((one) => !open.includes(one))
  const { start, end } = part.tail
  return {
    text: isHidden ? replaceAll(text, [{ start, end, shown: maskMark }]) : text,
    part: isHidden ? { ...part, hidden: text.slice(start, end) } : part,
    settled: [],
    ...giveBack(before, part),
  }
}

/** Digits of parts in a row, the last of them this one's: what together may be the beginning of a card number. */
type Row = readonly { readonly part: DigitPart; readonly groups: readonly DigitGroup[] }[]

function rowsUpTo(parts: readonly DigitPart[], place: number): readonly Row[] {
  const rows: Row[] = []
  for (let first = place; first >= 0; first -= 1) {
    const row = parts.slice(first, place + 1)
    if (!row.slice(1).every(({ isOne }) => isOne)) break
    const [begin, ...rest] = row
    if (begin === undefined) break
    const after = rest.map((part) => ({ part, groups: part.tail.groups }))
    begin.tail.groups.forEach((_, from) => {
      rows.push([{ part: begin, groups: begin.tail.groups.slice(from) }, ...after])
    })
  }
  return rows
}

// A later message decides about those that were typed before it.
function giveBack(
  known: readonly DigitPart[],
  fresh: { readonly sentAt: number },
): Pick<DigitStep, 'corrections' | 'released'> {
  const due = known.filter(({ hidden, sentAt }) => hidden !== undefined && sentAt <= fresh.sentAt)
  return {
    corrections: due.map(({ message, tail: { start }, hidden = '' }) => ({
      message,
      start,
      end: start + maskMark.length,
      shown: hidden,
      was: maskMark,
    })),
    released: due.map((part) => ({ ...part, hidden: undefined })),
  }
}

function digitsOf(groups: readonly DigitGroup[] | Row): string {
  return groups.map((one) => ('digits' in one ? one.digits : digitsOf(one.groups))).join('')
}

/**
 * For a message after one whose held digits cannot be read any more: in doubt its first digits are hidden, where they are enough to be the
 * rest of a card number.
 */
export function hideHead(text: string, part: DigitPart): string {
  const { start, end, groups } = part.head
  return digitsOf(groups).length < restDigitsMin ? text : replaceAll(text, [{ start, end, shown: maskMark }])
}

/** Fewer digits than these are a card number's last ones, which may be seen. */
const restDigitsMin = 5
