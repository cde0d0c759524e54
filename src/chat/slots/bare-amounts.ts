import {
  affordWords,
  articles,
  bounds,
  connectingWords,
  countedWords,
  fillers,
  moneyVerbs,
  payers,
  percentWords,
} from './amount-words.ts'
import { lookUp } from './phrase-table.ts'
import type { Quantity } from './read-quantity.ts'
import { type Token, wordAt } from './tokens.ts'

/** How many words may stand between a verb of paying and its amount. */
const wordsBetweenMax = 3

/** Below this, a number in words and without a currency is no amount. */
const smallestSpelled = 10n

/**
 * Whether a number without any currency is plainly money: after "paid", "cost", "over"; with two decimals; "1.5k"; the
 * price of a thing somebody asks whether they can afford. Counts, years, times, phone and card numbers are not.
 */
export function bareMoneyAt(tokens: readonly Token[], at: number, quantity: Quantity, isAffording: boolean): boolean {
  if (isSomethingElse(tokens, at, quantity)) return false
  const isEnd = endsHere(tokens, quantity.next)
  if (!quantity.isSpelled && quantity.decimals === 2) return true
  if (!quantity.isSpelled && quantity.factor === 1000n && wordAt(tokens, quantity.next - 1) === 'k') return true
  if (precedes(tokens, quantity.next)) return !isYearAt(tokens, at)
  if (isEnd && (follows(tokens, at, moneyVerbs) || isBounded(tokens, at))) return !isYearAt(tokens, at)
  const isPrice = quantity.digits >= 100n || quantity.factor > 1n
  const isNamed = isPrice && lookUp(articles, tokens, at - 1)?.next === at && isAffording
  return isNamed && !quantity.isSpelled
}

const rates = /^(?:rate|kurs|wechselkurs|tasa|taux|taxa|cambio|tipo|apr|zins|zinssatz|interest)$/

/** Whether somebody asks if their money is enough. */
export function speaksOfAffording(tokens: readonly Token[]): boolean {
  return tokens.some((_, at) => lookUp(affordWords, tokens, at) !== undefined)
}

function isSomethingElse(tokens: readonly Token[], at: number, quantity: Quantity): boolean {
  const [before, first, after] = [tokens[at - 1], tokens[at], tokens[quantity.next]]
  // "un cobro", "me cobraron tres": a small number in words is an article or a count.
  if (
    quantity.isSpelled &&
    quantity.factor === 1n &&
    quantity.digits < smallestSpelled * 10n ** BigInt(quantity.decimals)
  )
    return true
  if (first === undefined || lookUp(percentWords, tokens, quantity.next) !== undefined) return true
  if (lookUp(countedWords, tokens, quantity.next) !== undefined) return true
  if (tokens.slice(Math.max(0, at - 3), at).some(({ word }) => rates.test(word))) return true
  // "9.30 am", but not German "4,80 am 2. Januar".
  if (after?.word === 'am' && tokens[quantity.next + 1]?.kind !== 'number') return true
  if (first.kind === 'number' && /^(?:\d{7,}|0\d+)$/.test(first.raw)) return true
  if (first.glued && before !== undefined && /^[\p{L}/:#+@•*…_–-]$/u.test(before.raw.at(-1) ?? '')) return true
  if (/^[#+•*…]$/.test(before?.raw ?? '')) return true
  if (after?.glued !== true) return false
  if (after.kind === 'word') return true
  return /^[-/:_@–]$/.test(after.raw) && tokens[quantity.next + 1]?.glued === true
}

function endsHere(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined || token.kind === 'mark') return true
  return token.kind === 'word' && lookUp(connectingWords, tokens, at) !== undefined
}

function follows(tokens: readonly Token[], at: number, table: typeof moneyVerbs): boolean {
  let start = at - 1
  for (let words = 0; words <= wordsBetweenMax && start >= 0; words += 1, start -= 1) {
    const found = lookUp(table, tokens, start)
    if (found !== undefined && onlyFillers(tokens, found.next, at)) return true
  }
  return false
}

// "the 35 I paid", "80 leisten".
function precedes(tokens: readonly Token[], next: number): boolean {
  let at = next
  for (let count = 0; count < wordsBetweenMax; count += 1) {
    if (lookUp(moneyVerbs, tokens, at) !== undefined) return true
    const payer = lookUp(payers, tokens, at)
    if (payer === undefined) return false
    at = payer.next
  }
  return false
}

function onlyFillers(tokens: readonly Token[], from: number, to: number): boolean {
  let at = from
  while (at < to) {
    const filler = lookUp(fillers, tokens, at) ?? lookUp(bounds, tokens, at)
    if (filler === undefined) return false
    at = filler.next
  }
  return at === to
}

function isBounded(tokens: readonly Token[], at: number): boolean {
  for (let start = Math.max(0, at - 4); start < at; start += 1) {
    const bound = lookUp(bounds, tokens, start)
    if (bound !== undefined && bound.next === at && bound.value !== 'about') return true
  }
  return false
}

function isYearAt(tokens: readonly Token[], at: number): boolean {
  return (
    /^(?:19|20)\d\d$/.test(tokens[at]?.raw ?? '') &&
    /^(?:in|en|em|since|seit|desde|depuis)$/.test(wordAt(tokens, at - 1))
  )
}
