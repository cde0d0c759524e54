import { drawBernoulli, drawBernoulliExp } from './draw-bernoulli.ts'
import { type ByteSource, drawUniform, gaveUp, triesMax } from './draw-uniform.ts'
import { type Rational, rational } from './rational.ts'

/**
 * A whole number from the discrete Laplace distribution: P(x) proportional to exp(−|x| / scale), scale a fraction above zero. Exact.
 * Canonne, Kamath, Steinke 2020, algorithm 2 (there scale is t/s). On counts that one customer changes by one it is 1/scale-DP.
 */
export function drawDiscreteLaplace(source: ByteSource, scale: Rational): bigint {
  const { top: t, over: s } = scale
  for (let tried = 0; tried < triesMax; tried += 1) {
    const drawn = tryDraw(source, t, s)
    if (drawn !== undefined) return drawn
  }
  throw gaveUp()
}

const one = rational(1n)
const half = rational(1n, 2n)

function tryDraw(source: ByteSource, t: bigint, s: bigint): bigint | undefined {
  const u = drawUniform(source, t)
  if (!drawBernoulliExp(source, { top: u, over: t })) return undefined
  let v = 0n
  while (drawBernoulliExp(source, one)) {
    v += 1n
    if (v > triesMax) throw gaveUp()
  }
  const y = (u + t * v) / s
  const isNegative = drawBernoulli(source, half)
  // Zero would come twice, once for each sign.
  if (isNegative && y === 0n) return undefined
  return isNegative ? -y : y
}
