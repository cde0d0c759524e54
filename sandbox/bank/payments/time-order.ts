/** More rows than this would not leave room for the row's number beside its time in one exact double. */
const ROWS_MAX = 2 ** 26
/** Two to the 53rd, less the bits of the row number: about four years in seconds, or in milliseconds with ROWS_MAX. */
const TIME_MAX = 2 ** 53 / ROWS_MAX

/** Row numbers by time (whole, at least 0, of one unit); rows of one time keep their order. */
export function timeOrder(times: ArrayLike<number>, length: number): Uint32Array {
  if (length > ROWS_MAX) throw new RangeError(`more than ${ROWS_MAX} payments`)
  const keys = new Float64Array(length)
  for (let row = 0; row < length; row += 1) {
    const time = times[row] ?? 0
    if (time >= TIME_MAX) throw new RangeError('a time beyond what can be ordered')
    keys[row] = time * ROWS_MAX + row
  }
  keys.sort()
  return Uint32Array.from(keys, (key) => key % ROWS_MAX)
}
