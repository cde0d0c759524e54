import { unseen } from './mask-fold.ts'
import type { Span } from './mask-cards.ts'

// How long each country's IBAN is (IBAN registry, release 99).
const lengths: Readonly<Record<string, number>> = {
  ad: 24, ae: 23, al: 28, at: 20, az: 28, ba: 20, be: 16, bg: 22, bh: 22, bi: 27, br: 29, by: 28, ch: 21, cr: 22, cy: 28,
  cz: 24, de: 22, dj: 27, dk: 18, do: 28, ee: 20, eg: 29, es: 24, fi: 18, fk: 18, fo: 18, fr: 27, gb: 22, ge: 22, gi: 23,
  gl: 18, gr: 27, gt: 28, hn: 28, hr: 21, hu: 28, ie: 22, il: 23, iq: 23, is: 26, it: 27, jo: 30, kw: 30, kz: 20, lb: 28,
  lc: 32, li: 21, lt: 20, lu: 20, lv: 21, ly: 25, mc: 27, md: 24, me: 22, mk: 19, mn: 20, mr: 27, mt: 31, mu: 30, ni: 28,
  nl: 18, no: 15, om: 23, pk: 24, pl: 28, ps: 29, pt: 25, qa: 29, ro: 24, rs: 22, ru: 33, sa: 24, sc: 31, sd: 18, se: 24,
  si: 19, sk: 24, sm: 27, so: 23, st: 25, sv: 28, tl: 23, tn: 24, tr: 26, ua: 29, va: 22, vg: 24, xk: 20, ye: 30,
} // prettier-ignore

/** What of a text is an IBAN, and what only looks like one, whose digits are then nothing else either. */
export type Ibans = { readonly valid: readonly Span[]; readonly shaped: readonly Span[] }

/** Finds IBANs (ISO 13616) in a folded text, spaced or not. */
export function findIbans(folded: string): Ibans {
  const valid: Span[] = []
  const shaped: Span[] = []
  let free = 0
  for (const match of folded.matchAll(/(?<![a-z0-9])([a-z]{2})(?=[ -]?\d)/g)) {
    const length = lengths[match[1] ?? '']
    if (length === undefined || match.index < free) continue
    const read = readIban(folded, match.index, length)
    if (read === undefined) continue
    const span = { start: match.index, end: read.end }
    if (remainderOf(read.characters) === 1) valid.push(span)
    else if (read.isPrinted) shaped.push(span)
    else continue
    free = read.end
  }
  return { valid, shaped }
}

type Read = { readonly characters: string; readonly end: number; readonly isPrinted: boolean }

// As many letters and digits as this country's have, two separators at most between any two.
function readIban(folded: string, start: number, length: number): Read | undefined {
  let characters = ''
  let groups = '0'
  let gap = 0
  let place = start
  for (; place < folded.length && characters.length < length; place += 1) {
    const unit = folded[place] ?? ''
    if (/[a-z0-9]/.test(unit)) {
      groups = gap > 0 ? `${groups}-1` : groups.replace(/\d+$/, (size) => String(Number(size) + 1))
      characters += unit
      gap = 0
    } else if (unit === ' ' || unit === '-' || unit === '.') {
      gap += 1
      if (gap > 2) return undefined
    } else if (unit !== unseen) return undefined
  }
  if (
    characters.length < length ||
    /[a-z0-9]/.test(folded[place] ?? '') ||
    !/^[a-z]{2}\d\d/.test(characters) ||
    hasWord(folded.slice(start, place))
  )
    return undefined
  return { characters, end: place, isPrinted: /^(?:\d+|4(?:-4)+(?:-[1-3])?)$/.test(groups) }
}

// Letters within an IBAN are a bank's four, or stand among digits: "467 still" is a sentence that goes on.
function hasWord(piece: string): boolean {
  return piece
    .slice(2)
    .split(/[ .-]+/)
    .some((group) => /^[a-z]+$/.test(group) && group.length !== 4)
}

// ISO 7064, mod 97-10: letters count from 10, the first four characters stand at the end.
function remainderOf(characters: string): number {
  let remainder = 0
  for (const character of characters.slice(4) + characters.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder
}
