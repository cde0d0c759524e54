/** How many of a class's sentences a sentence is compared with: the nearest ones. */
const nearestCount = 3

/** Sentences that were learned from: vectors of length 1, and the number of each one's class. */
export type KnownSentences = {
  readonly vectors: readonly Float32Array[]
  readonly classes: Uint8Array
  readonly classCount: number
}

/** How near a sentence lies to each class: the mean cosine of the nearest few of the class's sentences. */
export function nearnessTo({ vectors, classes, classCount }: KnownSentences, sentence: Float32Array): Float64Array {
  const nearest = Array.from({ length: classCount }, () => new Float64Array(nearestCount))
  vectors.forEach((vector, at) => {
    const best = nearest[classes[at] ?? 0]
    if (best !== undefined) keepBest(best, dot(vector, sentence))
  })
  return Float64Array.from(nearest, (best) => best.reduce((sum, cosine) => sum + cosine, 0) / nearestCount)
}

/** Puts a value among the greatest so far, the greatest first. */
function keepBest(best: Float64Array, value: number): void {
  let carried = value
  for (const [at, one] of best.entries()) {
    if (carried <= one) continue
    best[at] = carried
    carried = one
  }
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0
  for (let at = 0; at < left.length; at += 1) sum += (left[at] ?? 0) * (right[at] ?? 0)
  return sum
}
