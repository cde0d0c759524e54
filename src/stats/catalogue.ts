import { type Noise, costOf, halfWidthOf } from './noise.ts'
import { type Rational, rational, rationals } from './rational.ts'

/** Rho is written down in whole numbers of this fraction. */
export const unitsOfRho = 3600n

/**
 * What each platform may spend of each customer in a year (an ISO year of the weeks asked about): rho = 1/4. There are two platforms, so
 * that nothing that is ever released about a customer's acts of one year costs more than rho = 1/2.
 */
export const yearlyCapUnits = 900

const regions = ['north-america', 'latin-america', 'europe', 'asia-pacific', 'africa-middle-east', 'unnamed'] as const
/** Kinds of questions that people ask; `note-answer` of chat maps every question to one. */
const kinds = [
  'balances', 'payments', 'spending', 'places', 'bills', 'cards', 'regular-payments', 'account-facts', 'other',
] as const // prettier-ignore
const bands = ['minute', 'five-minutes', 'half-hour', 'four-hours', 'later', 'none'] as const

/**
 * A question of the catalogue. Its sensitivity, when one customer is added or taken away: they count in at most `bound` cells, by one
 * each, so L1 = bound and L2 = root of bound. Cells are fixed: an empty one is released like every other.
 */
export type Question = {
  readonly name: QuestionName
  readonly cells: readonly string[]
  readonly bound: bigint
  readonly noise: Noise
  /** What a release costs each customer. */
  readonly rho: Rational
  /** The same in {@link unitsOfRho}ths; the database's own figure must be this one. */
  readonly costUnits: number
  /** 95 of 100 numbers lie at most this far from the count behind them. */
  readonly halfWidth: bigint
}

/** The names of all questions there are. */
export const questionNames = ['people-answered', 'people-by-region', 'questions-by-kind', 'alert-response'] as const
export type QuestionName = (typeof questionNames)[number]

const gaussian = (variance: bigint): Noise => ({ kind: 'gaussian', variance: rational(variance) })

/**
 * Every question, once; the same catalogue stands in migrations/0037_statistics.sql, and a test compares the two.
 * - `people-answered`: people who got at least one answer in the week. One cell; bound 1.
 * - `people-by-region`: the same, by the region of the bank that answered; whoever asked banks of several counts in the first. Bound 1.
 * - `questions-by-kind`: people who asked about each kind of thing at least once, three kinds at most. Bound 3.
 * - `alert-response`: people by how soon they answered their first question about a card payment. Bound 1. Laplace noise: a payment
 *   that somebody doubted is the rarest fact here, and gets the guarantee without a delta.
 */
export const catalogue: Readonly<Record<QuestionName, Question>> = {
  'people-answered': question('people-answered', ['all'], 1n, gaussian(200n)),
  'people-by-region': question('people-by-region', regions, 1n, gaussian(200n)),
  'questions-by-kind': question('questions-by-kind', kinds, 3n, gaussian(600n)),
  'alert-response': question('alert-response', bands, 1n, { kind: 'laplace', scale: rational(15n) }),
}

function question(name: QuestionName, cells: readonly string[], bound: bigint, noise: Noise): Question {
  const rho = costOf(noise, bound)
  // Rounded up, so that what is written down is never less than what it costs.
  const units = rationals.multiply(rho, rational(unitsOfRho))
  const costUnits = Number((units.top + units.over - 1n) / units.over)
  return { name, cells, bound, noise, rho, costUnits, halfWidth: halfWidthOf(noise) }
}
