/** Where one feature is cut: a value at most cuts[i] lies in range i, or in one before it. */
export type Cuts = Float64Array

/**
 * Cuts one feature into at most `bins` ranges, each with about the same share of rows, where a fraud counts as much more as frauds
 * are rarer: by counts alone the few large amounts that are all fraud would share a range with many that are not. As many
 * ranges as there are values where those are few. Ascending, no value equals two.
 */
export function cutFeature(column: Float64Array, labels: Uint8Array, bins: number): Cuts {
  const { values, masses } = distinctValues(column, labels)
  const isEach = values.length <= bins
  const cuts: number[] = []
  let massLeft = masses.reduce((sum, mass) => sum + mass, 0)
  let inRange = 0
  for (let at = 0; at + 1 < values.length && cuts.length < bins - 1; at += 1) {
    inRange += masses[at] ?? 0
    // A range ends where it has its share, or comes nearer to it without the next value than with it.
    const share = massLeft / (bins - cuts.length)
    if (!isEach && inRange + (masses[at + 1] ?? 0) / 2 < share) continue
    cuts.push(between(values[at] ?? 0, values[at + 1] ?? 0))
    massLeft -= inRange
    inRange = 0
  }
  return Float64Array.from(cuts)
}

/** In which range a value lies: 0 for a missing one, else from 1. */
export function rangeOf(cuts: Cuts, value: number): number {
  if (Number.isNaN(value)) return 0
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value <= (cuts[middle] ?? Infinity)) high = middle
    else low = middle + 1
  }
  return low + 1
}

/** Every value once, ascending, missing ones left out, with its share of the rows of either class (of counts: the order of rows is nothing). */
function distinctValues(
  column: Float64Array,
  labels: Uint8Array,
): { readonly values: Float64Array; readonly masses: Float64Array } {
  const [genuine, fraud] = [sortedOf(column, labels, 0), sortedOf(column, labels, 1)]
  const values = new Float64Array(genuine.length + fraud.length)
  const masses = new Float64Array(values.length)
  let [count, atGenuine, atFraud] = [0, 0, 0]
  while (atGenuine < genuine.length || atFraud < fraud.length) {
    const value = Math.min(genuine[atGenuine] ?? Infinity, fraud[atFraud] ?? Infinity)
    const [genuineBefore, fraudBefore] = [atGenuine, atFraud]
    while (genuine[atGenuine] === value) atGenuine += 1
    while (fraud[atFraud] === value) atFraud += 1
    values[count] = value
    masses[count] = (atGenuine - genuineBefore) / (genuine.length || 1) + (atFraud - fraudBefore) / (fraud.length || 1)
    count += 1
  }
  return { values: values.subarray(0, count), masses: masses.subarray(0, count) }
}

function sortedOf(column: Float64Array, labels: Uint8Array, label: number): Float64Array {
  const found = new Float64Array(column.length)
  let count = 0
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? NaN
    if (labels[row] === label && !Number.isNaN(value)) found[count++] = value
  }
  return found.subarray(0, count).sort()
}

/** A number at least `low` and below `high`, halfway where there is one. */
function between(low: number, high: number): number {
  const middle = low + (high - low) / 2
  // Adding 0 makes −0 one with 0: they are equal to every comparison, and not to a file's bytes.
  return (middle >= low && middle < high ? middle : low) + 0
}
