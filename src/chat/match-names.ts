import { Secret } from '../kernel/index.ts'
import { matchMerchant } from './slots/match-merchant.ts'

/** Which of these shops' names typed words mean: the one that fits, or all that fit as well. */
export function matchNames(words: string, names: readonly string[]): readonly string[] {
  const items = names.map((name) => ({
    name,
    merchant: new Secret(name),
    description: new Secret(name),
    place: undefined,
  }))
  const matched = matchMerchant(words, items)
  const matches = matched.found === 'one' ? [matched.match] : matched.found === 'several' ? matched.matches : []
  return matches.flatMap(({ transactions }) => transactions.map(({ name }) => name))
}
