/** A name as names are compared: words in lower case, without accents, signs or apostrophes. */
export function nameWords(name: string): readonly string[] {
  const plain = name
    .slice(0, nameLengthMax)
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(/['’`´]/gu, '')
  return plain.match(/[\p{L}\p{Nd}]+/gu) ?? []
}

/** A bank's longest description; the comparison takes the square of it. */
const nameLengthMax = 140
/** Below this two words are two words. */
const wordLikenessMin = 0.8
/** Shorter words have to be the same: one letter changes "aldi" into "audi". */
const fuzzyLengthMin = 5

/**
 * How well typed words fit a name, 0 to 1: 1 when they are all of it, less the more of the name they leave out, 0 when one
 * of them is not in it. "balance" fits "Balance Gym" (0.9), "starbuks" fits "Starbucks" (0.97), "mc donalds" fits "McDonalds".
 */
export function likeness(typed: readonly string[], name: readonly string[]): number {
  if (typed.length === 0 || name.length === 0) return 0
  const joined = wordLikeness(typed.join(''), name.join(''))
  const best = typed.map((word) => Math.max(...name.map((other) => wordLikeness(word, other))))
  if (best.some((one) => one === 0)) return joined === 1 ? 1 : 0.97 * joined
  const mean = best.reduce((sum, one) => sum + one, 0) / best.length
  const share = Math.min(1, typed.join('').length / name.join('').length)
  return Math.max(joined, mean * (0.85 + 0.15 * share))
}

function wordLikeness(left: string, right: string): number {
  if (left === right) return 1
  const longest = Math.max(left.length, right.length)
  if (Math.min(left.length, right.length) < fuzzyLengthMin || left[0] !== right[0]) return 0
  // "balancegym" for "balance": what a till runs together.
  if (right.startsWith(left) || left.startsWith(right)) return 0.9
  const ratio = 1 - slips(left, right) / longest
  return ratio >= wordLikenessMin ? ratio : 0
}

/** The optimal string alignment distance (Damerau 1964): letters missing, added, changed, or two swapped. */
export function slips(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1]
      const isSwapped = row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, right.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
