import type { Genuine } from '../windows/card-windows.ts'
import { roundedSquares } from '../windows/exact-squares.ts'

/**
 * A use is odd from this many times the card's usual amount on. Of amounts that spread by half of their mean (the public handbook's
 * simulation), eight in a thousand genuine ones are; of those multiplied by five, 87 in 100.
 */
export const oddRatio = 2.2
/** The history of a card counts against that of all cards as if all had this many uses in it. */
export const shrinkUses = 2
/** Without history, amounts are taken to spread by this share of their mean. */
const spreadByDefault = 0.5

export type Usual = { readonly mean: number; readonly deviation: number }

/**
 * What a card usually pays: the mean of its genuine uses, drawn towards the mean of all cards (`overall`), and how far they spread around
 * that mean.
 */
export function usualAmount(genuine: Genuine, overall: number): Usual {
  const weight = genuine.count + shrinkUses
  const mean = (genuine.sum + shrinkUses * overall) / weight
  // The sum of (amount − mean)², which rounding may bring below zero.
  const apart = Math.max(0, roundedSquares(genuine) - 2 * mean * genuine.sum + genuine.count * mean * mean)
  return { mean, deviation: Math.sqrt((apart + shrinkUses * (spreadByDefault * mean) ** 2) / weight) }
}
