import { type ByteSource, drawUniform, gaveUp, triesMax } from './draw-uniform.ts'
import { type Rational, rational } from './rational.ts'

/** True with this probability, a fraction from 0 to 1. */
export function drawBernoulli(source: ByteSource, { top, over }: Rational): boolean {
  return drawUniform(source, over) < top
}

/**
 * True with probability exp(−gamma), gamma a fraction not below zero; exact, without ever computing that number.
 * Canonne, Kamath, Steinke: The Discrete Gaussian for Differential Privacy (2020, arXiv 2004.00010), algorithm 1.
 */
export function drawBernoulliExp(source: ByteSource, gamma: Rational): boolean {
  const whole = gamma.top / gamma.over
  for (let at = 0n; at < whole; at += 1n) if (!drawSmallExp(source, rational(1n))) return false
  return drawSmallExp(source, rational(gamma.top - whole * gamma.over, gamma.over))
}

// The algorithm's own case: gamma from 0 to 1. The length of a run whose k-th step succeeds with gamma / k is odd or even with exp(−gamma).
function drawSmallExp(source: ByteSource, gamma: Rational): boolean {
  for (let k = 1n; k < triesMax; k += 1n) {
    if (!drawBernoulli(source, { top: gamma.top, over: gamma.over * k })) return k % 2n === 1n
  }
  throw gaveUp()
}
