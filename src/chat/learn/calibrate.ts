import { confidences } from '../understand/classify.ts'

/** Scores of phrases that were held out, and the class that each one really is. */
export type HeldOut = { readonly scores: readonly Float64Array[]; readonly classes: Uint8Array }

/** Slopes beyond these mean that something is wrong with the scores. */
const slopeMin = 0.5
const slopeMax = 20
/** Enough for a thousandth. */
const steps = 21
const goldenRatio = (Math.sqrt(5) - 1) / 2

/**
 * The slope at which confidences of held-out phrases are most likely what they are (least mean of −ln of the confidence in the right
 * class): Platt's idea (1999) for many classes at once. Golden section search, rounded to a thousandth.
 */
export function fitSlope(heldOut: HeldOut): number {
  const at = (slope: number): Tried => ({ slope, surprise: surprise(heldOut, slope) })
  let [low, high] = [slopeMin, slopeMax]
  let left = at(high - goldenRatio * (high - low))
  let right = at(low + goldenRatio * (high - low))
  for (let step = 0; step < steps; step += 1) {
    if (left.surprise < right.surprise) {
      high = right.slope
      right = left
      left = at(high - goldenRatio * (high - low))
    } else {
      low = left.slope
      left = right
      right = at(low + goldenRatio * (high - low))
    }
  }
  return Math.round(1000 * ((low + high) / 2)) / 1000
}

type Tried = { readonly slope: number; readonly surprise: number }

function surprise({ scores, classes }: HeldOut, slope: number): number {
  const sum = scores.reduce((all, row, at) => {
    const right = confidences(row, slope)[classes[at] ?? 0] ?? 0
    return all - Math.log(Math.max(right, Number.MIN_VALUE))
  }, 0)
  return sum / scores.length
}

/**
 * The threshold of one class, here out_of_scope: how far it may fall behind the best other class and still be chosen, so that at least
 * this share of its own held-out phrases is found. In hundredths; never below 0.
 */
export function fitLead({ scores, classes }: HeldOut, wanted: number, share: number): number {
  const behind = scores
    .filter((_, at) => classes[at] === wanted)
    .map((row) => Math.max(...row.filter((_, one) => one !== wanted)) - (row[wanted] ?? 0))
    .sort((left, right) => left - right)
  const needed = behind[Math.ceil(share * behind.length) - 1] ?? 0
  return Math.max(0, Math.ceil(100 * needed) / 100)
}

/** The same scores with one class raised. */
export function raise(scores: readonly Float64Array[], wanted: number, by: number): readonly Float64Array[] {
  return scores.map((row) => row.map((score, one) => (one === wanted ? score + by : score)))
}
