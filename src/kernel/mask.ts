import { findCardDetails } from './mask-card-details.ts'
import { type Span, findCards } from './mask-cards.ts'
import { foldText, unseen } from './mask-fold.ts'
import { findIbans } from './mask-ibans.ts'
import { findNamedSecrets } from './mask-named.ts'
import { findDigitRuns } from './mask-runs.ts'

/** What stands in a stored text for what must not be there. A card number keeps its last four digits behind it, as banks print them. */
export const maskMark = '••••'

/** A piece of a text and what stands in its place. */
export type Mask = Span & { readonly shown: string }

/**
 * The text with card numbers, IBANs, social security numbers and secrets named as such (PIN, password, code) hidden, before anybody stores
 * it; the same text when there is none. Digits of every script count. The time grows with the text's length and nothing else.
 */
export function maskSecrets(text: string): string {
  return replaceAll(text, findSecrets(text))
}

/** Where a text must be masked: pieces in order that do not overlap. */
export function findSecrets(text: string): readonly Mask[] {
  const folded = foldText(text)
  const ibans = findIbans(folded)
  const runs = findDigitRuns(folded).filter((run) => !meets(run, [...ibans.valid, ...ibans.shaped]))
  const cards = findCards(folded, runs)
  const hidden = [...ibans.valid, ...findNamedSecrets(folded), ...findCardDetails(folded, cards)]
  const masks = [
    ...cards.map(({ start, end, lastFour }) => ({ start, end, shown: `${maskMark} ${lastFour}` })),
    ...hidden.map(({ start, end }) => ({ start, end, shown: maskMark })),
  ]
  return withoutOverlaps(masks.map((mask) => ({ ...mask, end: endOfUnseen(folded, mask.end) })))
}

// What nobody sees behind a digit belongs to it: the second half of a character, an emoji's frame.
function endOfUnseen(folded: string, end: number): number {
  let place = end
  while (folded[place] === unseen) place += 1
  return place
}

/** Puts what is shown in the place of each piece. */
export function replaceAll(text: string, masks: readonly Mask[]): string {
  let shown = ''
  let place = 0
  for (const mask of masks) {
    shown += text.slice(place, mask.start) + mask.shown
    place = mask.end
  }
  return shown + text.slice(place)
}

// Whoever comes first in the list wins what two claim; what is left of the other is hidden all the same.
function withoutOverlaps(masks: readonly Mask[]): readonly Mask[] {
  const ordered = masks
    .map((mask, rank) => ({ mask, rank }))
    .sort((left, right) => left.mask.start - right.mask.start || left.rank - right.rank)
  const kept: Mask[] = []
  for (const { mask } of ordered) {
    const last = kept.at(-1)
    if (last === undefined || mask.start >= last.end) kept.push(mask)
    else if (mask.end > last.end) kept.push({ start: last.end, end: mask.end, shown: '' })
  }
  return kept
}

function meets(span: Span, others: readonly Span[]): boolean {
  return others.some(({ start, end }) => span.start < end && span.end > start)
}
