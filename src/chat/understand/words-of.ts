/** A text as words: lower case, no accents, no apostrophes, nothing but letters and digits. */
export function wordsOf(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/['’`´]/g, '')
  return plain.match(/[\p{L}\p{Nd}]+/gu) ?? []
}

/**
 * Whether a typed word is meant to be this one: the same, or one slip away in a word of five letters and more, two in
 * one of nine and more (a letter missing, added, changed, or two swapped). The first letter is rarely mistyped.
 */
export function isMeant(typed: string, word: string): boolean {
  if (typed === word) return true
  if (word.length < 5 || typed[0] !== word[0]) return false
  const slipsMax = word.length >= 9 ? 2 : 1
  return Math.abs(typed.length - word.length) <= slipsMax && slips(typed, word) <= slipsMax
}

/** The optimal string alignment distance (Damerau 1964): how many single slips lead from one word to the other. */
function slips(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + same,
          row > 1 && column > 1 && swapped ? at(beforeLast, column - 2) + 1 : Infinity,
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
