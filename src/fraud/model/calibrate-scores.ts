/** A margin becomes a probability by 1 / (1 + e^−(slope · margin + offset)); the slope is above 0, so the order of uses stays. */
export type Calibration = { readonly slope: number; readonly offset: number }

/** The margin taken at its word. */
export const uncalibrated: Calibration = { slope: 1, offset: 0 }

/** Held-out frauds below this tell too little to bend the scores by. */
const fraudsMin = 20
const stepsMax = 100
/** A fit beyond these bends scores by what can only be chance. */
const slopeMin = 1e-3
export const slopeMax = 1e3
/** A step is halved so often before it is given up. */
const halvingsMax = 30

/**
 * Fits a calibration to rows that no tree has seen (Platt 1999, by Newton's method, with his smoothed targets so that a clean
 * split gives no certainty). Too few frauds, or margins that say nothing, leave it as it is.
 */
export function calibrateScores(margins: Float64Array, labels: Uint8Array, weights: Float64Array): Calibration {
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  if (frauds < fraudsMin || labels.length - frauds < fraudsMin) return uncalibrated
  const targets = { fraud: (frauds + 1) / (frauds + 2), genuine: 1 / (labels.length - frauds + 2) }
  const held: HeldOut = {
    margins,
    targets: Float64Array.from(labels, (label) => (label === 1 ? targets.fraud : targets.genuine)),
    weights,
  }
  let best = { ...uncalibrated, loss: lossOf(held, uncalibrated) }
  for (let step = 0; step < stepsMax; step += 1) {
    const next = takeStep(held, best)
    if (next === undefined) break
    const isDone = best.loss - next.loss < 1e-12 * Math.abs(best.loss)
    best = next
    if (isDone) break
  }
  return best.slope > slopeMin && best.slope < slopeMax ? { slope: best.slope, offset: best.offset } : uncalibrated
}

/** The calibrated probability of a margin. */
export function probabilityOf({ slope, offset }: Calibration, margin: number): number {
  return 1 / (1 + Math.exp(-(slope * margin + offset)))
}

type HeldOut = { readonly margins: Float64Array; readonly targets: Float64Array; readonly weights: Float64Array }
type Fit = Calibration & { readonly loss: number }

/** One step of Newton's method, halved until it helps; undefined when none does. */
function takeStep(held: HeldOut, from: Fit): Fit | undefined {
  const { margins, targets, weights } = held
  // Gradient and Hessian by slope (a) and offset (b).
  let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12]
  for (let row = 0; row < margins.length; row += 1) {
    const margin = margins[row] ?? 0
    const weight = weights[row] ?? 0
    const likely = probabilityOf(from, margin)
    const first = weight * (likely - (targets[row] ?? 0))
    const second = weight * likely * (1 - likely)
    ga += first * margin
    gb += first
    haa += second * margin * margin
    hab += second * margin
    hbb += second
  }
  const determinant = haa * hbb - hab * hab
  if (!(determinant > 0)) return undefined
  const slopeStep = (hbb * ga - hab * gb) / determinant
  const offsetStep = (haa * gb - hab * ga) / determinant
  for (let part = 1, halvings = 0; halvings < halvingsMax; part /= 2, halvings += 1) {
    const next = { slope: from.slope - part * slopeStep, offset: from.offset - part * offsetStep }
    const loss = lossOf(held, next)
    if (loss < from.loss) return { ...next, loss }
  }
  return undefined
}

function lossOf({ margins, targets, weights }: HeldOut, { slope, offset }: Calibration): number {
  let loss = 0
  for (let row = 0; row < margins.length; row += 1) {
    const score = slope * (margins[row] ?? 0) + offset
    const likely = Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)))
    loss += (weights[row] ?? 0) * (likely - (targets[row] ?? 0) * score)
  }
  return loss
}
