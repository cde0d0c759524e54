import { drawDiscreteGaussian } from './draw-discrete-gaussian.ts'
import { drawDiscreteLaplace } from './draw-discrete-laplace.ts'
import type { ByteSource } from './draw-uniform.ts'
import { type Rational, rational, rationals } from './rational.ts'

/** What is added to each count of a question. */
export type Noise =
  { readonly kind: 'gaussian'; readonly variance: Rational } | { readonly kind: 'laplace'; readonly scale: Rational }

/** One draw; every cell gets its own. */
export function drawNoise(source: ByteSource, noise: Noise): bigint {
  return noise.kind === 'gaussian'
    ? drawDiscreteGaussian(source, noise.variance)
    : drawDiscreteLaplace(source, noise.scale)
}

/**
 * What one table with this noise costs a customer who counts in at most `bound` of its cells, by one each, as rho of zero-concentrated
 * differential privacy (Bun and Steinke 2016), when that customer is added to or taken from everybody counted. Gaussian: the L2
 * sensitivity is the root of `bound`, so rho = bound / (2 variance). Laplace: the L1 sensitivity is `bound`, so epsilon = bound / scale
 * and rho = epsilon² / 2 (their proposition 1.4). Costs of several tables add up (lemma 1.7).
 */
export function costOf(noise: Noise, bound: bigint): Rational {
  const two = rational(2n)
  if (noise.kind === 'gaussian') return rationals.divide(rational(bound), rationals.multiply(two, noise.variance))
  const epsilon = rationals.divide(rational(bound), noise.scale)
  return rationals.divide(rationals.multiply(epsilon, epsilon), two)
}

/**
 * The probability of each number from 0 up to so large that what is beyond does not show in a double. For widths and tests: nothing that
 * is drawn comes from here.
 */
export function probabilitiesOf(noise: Noise): readonly number[] {
  const weightOf =
    noise.kind === 'gaussian'
      ? (x: number): number => Math.exp((-x * x) / (2 * rationals.toNumber(noise.variance)))
      : (x: number): number => Math.exp(-x / rationals.toNumber(noise.scale))
  const weights = [1]
  for (let x = 1; (weights.at(-1) ?? 0) > 1e-18; x += 1) weights.push(weightOf(x))
  const total = weights.reduce((sum, weight, x) => sum + (x === 0 ? weight : 2 * weight), 0)
  return weights.map((weight) => weight / total)
}

/** The smallest h for which the noise lies between −h and +h with 95 % probability or more. */
export function halfWidthOf(noise: Noise): bigint {
  const [middle = 0, ...others] = probabilitiesOf(noise)
  let inside = middle
  let width = 0n
  for (const probability of others) {
    if (inside >= 0.95) break
    inside += 2 * probability
    width += 1n
  }
  return width
}
