/**
 * An entry's amount and marks in one word. Amounts up to 67,108,862 minor units, and hundred times that where the last two digits are
 * zeros, fit; wider ones stand beside (PagePool.wide).
 */
const mantissaMask = 0x3ff_ffff
const hundred = 0x400_0000
const scale = 100
const wideMantissa = mantissaMask

/** The use counts in sums: it was not taken back. */
export const countedMark = 0x800_0000
/** The amount was odd for its card when it was seen. */
export const oddMark = 0x1000_0000
/** No later use of the card is at the same merchant. */
export const latestMark = 0x2000_0000
export const genuineMark = 0x4000_0000
export const fraudMark = 0x8000_0000
/** Marks as they are kept in a snapshot: a number from 0 to 31. */
export const marksShift = 27

/** Larger amounts count as this much: squares and sums of a card's uses stay exact. 2^40 minor units. */
export const amountMinorMax = 2 ** 40 - 1

/** The word without marks; `wideWord` where the amount does not fit. */
export function amountWord(amount: number): number {
  if (amount < wideMantissa) return amount
  if (amount % scale === 0 && amount / scale < wideMantissa) return hundred | (amount / scale)
  return wideMantissa
}

export function isWide(word: number): boolean {
  return (word & (hundred | mantissaMask)) === wideMantissa
}

/** The amount of a word that is not wide. */
export function amountOf(word: number): number {
  const mantissa = word & mantissaMask
  return (word & hundred) === 0 ? mantissa : mantissa * scale
}

/** The word's marks alone. */
export function marksOf(word: number): number {
  return (word & ~(hundred | mantissaMask)) >>> 0
}
