import { drawBernoulliExp } from './draw-bernoulli.ts'
import { drawDiscreteLaplace } from './draw-discrete-laplace.ts'
import { type ByteSource, gaveUp, triesMax } from './draw-uniform.ts'
import { type Rational, floorOfRoot, rational, rationals } from './rational.ts'

/**
 * A whole number from the discrete Gaussian distribution: P(x) proportional to exp(−x² / (2 variance)), variance a fraction above zero.
 * Exact. Canonne, Kamath, Steinke 2020, algorithm 3: a discrete Laplace number, kept with the probability that makes it Gaussian. On
 * counts of L2 sensitivity D it is D²/(2 variance)-zCDP (their theorem 4).
 */
export function drawDiscreteGaussian(source: ByteSource, variance: Rational): bigint {
  const t = floorOfRoot(variance) + 1n
  const centre = rationals.divide(variance, rational(t))
  for (let tried = 0; tried < triesMax; tried += 1) {
    const y = drawDiscreteLaplace(source, rational(t))
    const off = rationals.subtract(rational(y < 0n ? -y : y), centre)
    const gamma = rationals.divide(rationals.multiply(off, off), rationals.multiply(rational(2n), variance))
    if (drawBernoulliExp(source, gamma)) return y
  }
  throw gaveUp()
}
