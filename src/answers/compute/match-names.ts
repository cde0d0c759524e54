import { merchantKey } from './movements.ts'

/**
 * Which names the typed words mean: the same, or beginning alike, or holding all the words, or one slip of the finger away.
 * The closest kind of fit wins, so that "Uber" does not bring "Uber Eats" where both are there by name.
 */
export function matchNames(words: string, names: readonly string[]): readonly string[] {
  const wanted = merchantKey(words)
  if (wanted === '') return []
  const fits: readonly ((key: string) => boolean)[] = [
    (key) => key === wanted,
    (key) => key.startsWith(`${wanted} `),
    (key) => wanted.split(' ').every((word) => key.split(' ').includes(word)),
    (key) => key.replaceAll(' ', '').includes(wanted.replaceAll(' ', '')),
    (key) => wanted.length >= slipLengthMin && key.split(' ').some((word) => isOneSlipAway(word, wanted)),
  ]
  for (const fit of fits) {
    const found = names.filter((name) => fit(merchantKey(name)))
    if (found.length > 0) return found
  }
  return []
}

/** Shorter words are another word after one change. */
const slipLengthMin = 5

/** One letter wrong, missing, too many, or two next to each other swapped. */
function isOneSlipAway(word: string, wanted: string): boolean {
  if (Math.abs(word.length - wanted.length) > 1) return false
  let start = 0
  while (start < word.length && word[start] === wanted[start]) start += 1
  let end = 0
  while (end < Math.min(word.length, wanted.length) - start && word.at(-1 - end) === wanted.at(-1 - end)) end += 1
  const [left, right] = [word.slice(start, word.length - end), wanted.slice(start, wanted.length - end)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}
