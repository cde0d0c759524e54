/** The payments that share one score. */
export type ScoreStep = { readonly score: number; readonly fraudCount: number; readonly genuineCount: number }

/** The distinct scores, highest first, with how many frauds and genuine payments have each. Throws on a score that is not a number. */
export function orderByScore(scores: Float64Array, isFraud: Uint8Array): readonly ScoreStep[] {
  if (scores.length !== isFraud.length) throw new RangeError('as many scores as labels')
  if (scores.some(Number.isNaN)) throw new RangeError('a score is not a number')
  const order = new Uint32Array(scores.length).map((_, row) => row)
  order.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0))
  const steps: { score: number; fraudCount: number; genuineCount: number }[] = []
  for (const row of order) {
    const score = scores[row] ?? 0
    let step = steps.at(-1)
    if (step === undefined || step.score !== score) steps.push((step = { score, fraudCount: 0, genuineCount: 0 }))
    if (isFraud[row] === 1) step.fraudCount += 1
    else step.genuineCount += 1
  }
  return steps
}
