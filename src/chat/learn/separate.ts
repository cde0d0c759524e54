import type { Rows } from './rows.ts'
import { seededRandom, shuffle } from './seeded-random.ts'

/** One class against all others. */
export type Separation = {
  readonly rows: Rows
  /** +1 for a row of the class, −1 for another. */
  readonly signs: Int8Array
  /** What a mistake on each row costs: C of LIBLINEAR, times the weight of the row's class. */
  readonly costs: Float64Array
  readonly seed: number
  /** Passes over the rows at most. */
  readonly passesMax?: number
}

/** Phrases are separated well enough long before the dual is exact. */
const enoughPasses = 30
/** It is exact enough when no row's gradient is further off than this. */
const tolerance = 0.1
/** Smaller gradients change nothing that matters. */
const gradientMin = 1e-12

/**
 * The weights that separate one class from all others, by a linear machine with squared hinge: the w that makes
 * ½|w|² + Σ Cᵢ max(0, 1 − yᵢ w·xᵢ)² least, found by coordinate descent on the dual with shrinking (Hsieh, Chang, Lin, Keerthi,
 * Sundararajan: A Dual Coordinate Descent Method for Large-scale Linear SVM, 2008, algorithm 3). Same seed, same bytes.
 */
export function separate(separation: Separation, exactTo = tolerance): Float64Array {
  const descent = begin(separation)
  const random = seededRandom(separation.seed)
  const passesMax = separation.passesMax ?? enoughPasses
  for (let pass = 0; pass < passesMax; pass += 1) {
    shuffle(descent.order, descent.active, random)
    const { greatest, least } = passOver(separation, descent)
    if (greatest - least > exactTo) {
      descent.shrinkAbove = greatest > 0 ? greatest : Infinity
    } else if (descent.active === separation.rows.count) {
      break
    } else {
      // The rows left are settled: once more over all of them.
      descent.active = separation.rows.count
      descent.shrinkAbove = Infinity
    }
  }
  return descent.weights
}

/** Where the descent stands. Changed in place, because everything here is the inner loop. */
type Descent = {
  readonly weights: Float64Array
  /** The dual variable of each row: how much the weights lean on it. */
  readonly alphas: Float64Array
  readonly diagonals: Float64Array
  readonly squares: Float64Array
  /** Rows by chance; the first `active` of them are looked at. */
  readonly order: Uint32Array
  active: number
  /** A row that leans on nothing and is further than this on the right side is not looked at again until the others are settled. */
  shrinkAbove: number
}

function begin({ rows, costs }: Separation): Descent {
  const diagonals = Float64Array.from(costs, (cost) => 0.5 / cost)
  return {
    weights: new Float64Array(rows.width),
    alphas: new Float64Array(rows.count),
    diagonals,
    squares: diagonals.map((diagonal, row) => diagonal + squaredLength(rows, row)),
    order: Uint32Array.from({ length: rows.count }, (_, row) => row),
    active: rows.count,
    shrinkAbove: Infinity,
  }
}

/** Looks once at every active row; how far the gradients were off, both ways. */
function passOver(separation: Separation, descent: Descent): { readonly greatest: number; readonly least: number } {
  const { alphas, order, squares } = descent
  let greatest = -Infinity
  let least = Infinity
  let index = 0
  while (index < descent.active) {
    const row = order[index] ?? 0
    const alpha = alphas[row] ?? 0
    const gradient = gradientOf(separation, descent, row)
    if (alpha === 0 && gradient > descent.shrinkAbove) {
      descent.active -= 1
      order[index] = order[descent.active] ?? 0
      order[descent.active] = row
      continue
    }
    index += 1
    const projected = alpha === 0 ? Math.min(gradient, 0) : gradient
    greatest = Math.max(greatest, projected)
    least = Math.min(least, projected)
    if (Math.abs(projected) > gradientMin) {
      lean(separation, descent, { row, alpha: Math.max(alpha - gradient / (squares[row] ?? 1), 0) })
    }
  }
  return { greatest, least }
}

function gradientOf({ rows, signs }: Separation, { weights, alphas, diagonals }: Descent, row: number): number {
  const { starts, columns, values } = rows
  const end = starts[row + 1] ?? 0
  let score = 0
  for (let at = starts[row] ?? 0; at < end; at += 1) score += (weights[columns[at] ?? 0] ?? 0) * (values[at] ?? 0)
  return (signs[row] ?? 0) * score - 1 + (alphas[row] ?? 0) * (diagonals[row] ?? 0)
}

/** Lets the weights lean on a row by another alpha. */
function lean(
  { rows, signs }: Separation,
  { weights, alphas }: Descent,
  { row, alpha }: { readonly row: number; readonly alpha: number },
): void {
  const { starts, columns, values } = rows
  const change = (alpha - (alphas[row] ?? 0)) * (signs[row] ?? 0)
  const end = starts[row + 1] ?? 0
  alphas[row] = alpha
  for (let at = starts[row] ?? 0; at < end; at += 1) {
    const column = columns[at] ?? 0
    weights[column] = (weights[column] ?? 0) + change * (values[at] ?? 0)
  }
}

function squaredLength({ starts, values }: Rows, row: number): number {
  let sum = 0
  for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) sum += (values[at] ?? 0) ** 2
  return sum
}
