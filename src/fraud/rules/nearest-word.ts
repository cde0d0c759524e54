/** The known word that somebody probably meant: the one with the fewest changes, if those are few for its length. */
export function nearestWord(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestChanges = Math.floor(typed.length / 3) + 1
  for (const word of known) {
    const changes = word.startsWith(typed) && typed.length >= 3 ? 1 : changesBetween(typed, word, bestChanges)
    if (changes < bestChanges || (changes === bestChanges && best !== undefined && word.length < best.length)) {
      best = word
      bestChanges = changes
    }
  }
  return best
}

/** Letters added, dropped, changed or swapped with a neighbour; gives up at `max`. */
function changesBetween(left: string, right: string, max: number): number {
  if (Math.abs(left.length - right.length) > max) return max + 1
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1]
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (isSwap) least = Math.min(least, (before[j - 2] ?? 0) + 1)
      next.push(least)
    }
    before = row
    row = next
  }
  return row[right.length] ?? max + 1
}
