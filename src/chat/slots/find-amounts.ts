import type { Language } from '../../channels/index.ts'
import type { Money } from '../../kernel/index.ts'
import { type Bound, andWords, bounds, countedWords, percentWords, rangeWords } from './amount-words.ts'
import { bareMoneyAt, speaksOfAffording } from './bare-amounts.ts'
import { type CurrencySign, currencyAt } from './currency-words.ts'
import { type Found, lookUp } from './phrase-table.ts'
import { type Quantity, moneyOf, readQuantity } from './read-quantity.ts'
import type { Token } from './tokens.ts'

/** An amount in a message, from one token up to another. `bound`: which side of it is meant ("over 50 euros"). */
export type FoundAmount = {
  readonly money: Money
  /** The upper end of a range ("between 20 and 50 euros"). */
  readonly upTo?: Money
  readonly bound?: Bound
  readonly from: number
  readonly to: number
}

/** Where amounts are looked for. */
export type AmountContext = {
  readonly tokens: readonly Token[]
  /** The languages whose number words count, the likeliest first. */
  readonly languages: readonly Language[]
  readonly decimalSign: '.' | ','
  /** The currency where the customer lives. */
  readonly zone: string | undefined
  /** Tokens that something else was read from already. */
  readonly isTaken: (at: number) => boolean
}

/** Every amount with a currency of its own. */
export function findAmounts(context: AmountContext): readonly FoundAmount[] {
  const found: FoundAmount[] = []
  let at = 0
  while (at < context.tokens.length) {
    const amount = context.isTaken(at) ? undefined : amountAt(context, at)
    if (amount !== undefined) found.push(withBound(context.tokens, amount))
    at = amount?.to ?? at + 1
  }
  return joinRanges(context.tokens, found)
}

/** The first bare number that is plainly money, in the currency where the customer lives. */
export function findBareAmount(context: AmountContext): FoundAmount | undefined {
  const { zone } = context
  if (zone === undefined) return undefined
  const isAffording = speaksOfAffording(context.tokens)
  const hints = { ...context, currency: zone }
  for (let at = 0; at < context.tokens.length; at += 1) {
    if (context.isTaken(at)) continue
    const quantity = readQuantity(context.tokens, at, hints)
    if (quantity === undefined || context.isTaken(quantity.next - 1)) continue
    if (bareMoneyAt(context.tokens, at, quantity, isAffording)) {
      const money = moneyOf(quantity, { currency: zone })
      if (money !== undefined) return withBound(context.tokens, { money, from: at, to: quantity.next })
    }
    at = quantity.next - 1
  }
  return undefined
}

function amountAt(context: AmountContext, at: number): FoundAmount | undefined {
  return amountAfterSign(context, at) ?? amountBeforeSign(context, at) ?? wholeAmount(context, at)
}

// "€ 12.50", "US$20", "CHF 1'200.–", "$20 MXN".
function amountAfterSign(context: AmountContext, at: number): FoundAmount | undefined {
  const { tokens, zone } = context
  const sign = currencyAt(tokens, at, zone)
  if (sign === undefined || sign.value.isHundredth || sign.value.isWhole || sign.value.times !== 1n) return undefined
  const isWord = tokens[at]?.kind === 'word' && sign.next === at + 1
  if (
    isWord &&
    tokens[at]?.raw !== sign.value.currency &&
    !/^(?:eur|usd|gbp|chf|mxn|brl|fr)$/.test(tokens[at]?.word ?? '')
  )
    return undefined
  const quantity = readQuantity(tokens, sign.next, { ...context, currency: sign.value.currency })
  if (quantity === undefined || quantity.isSpelled || isGluedWord(tokens, quantity.next)) return undefined
  const after = currencyAt(tokens, quantity.next, zone)
  const isSame = after !== undefined && !startsAmount(tokens, quantity.next) && !after.value.isHundredth
  const settles =
    isSame && (sign.value.isGuess || after.value.currency === sign.value.currency || after.value.times !== 1n)
  const currency =
    settles && after.value.times === 1n && !after.value.isGuess ? after.value.currency : sign.value.currency
  const money = moneyOf(quantity, { currency, times: settles ? after.value.times : 1n })
  if (money === undefined) return undefined
  return { money, from: at, to: settles ? after.next : quantity.next }
}

// "12,50 €", "20 quid", "two grand", "3 Euro 50", "zwei Euro fünfzig", "99p".
function amountBeforeSign(context: AmountContext, at: number): FoundAmount | undefined {
  const { tokens } = context
  const rough = readQuantity(tokens, at, context)
  if (rough === undefined || isPartOfMore(tokens, at) || isAmbiguous(context, at, rough)) return undefined
  const sign = signAfter(context, rough.next)
  if (sign === undefined) return rangeBeforeSign(context, at, rough)
  const quantity = readQuantity(tokens, at, { ...context, currency: sign.value.currency })
  const money = quantity === undefined ? undefined : moneyOf(quantity, sign.value)
  if (money === undefined || sign.value.isWhole) return undefined
  const settled = settleGuess(context, sign)
  const whole = { money: { ...money, currency: settled.value.currency }, from: at, to: settled.next }
  return sign.value.isHundredth ? whole : withHundredths(context, whole)
}

// "three fifty pounds" can be 3.50 and 350: neither.
function isAmbiguous(context: AmountContext, at: number, quantity: Quantity): boolean {
  const before = quantity.isSpelled ? readQuantity(context.tokens, at - 1, context) : undefined
  return before?.isSpelled === true && before.next === at
}

// "two grand euros", "20 dollars CAD": a word behind the guess decides.
function settleGuess(context: AmountContext, sign: Found<CurrencySign>): Found<CurrencySign> {
  if (!sign.value.isGuess) return sign
  const after = currencyAt(context.tokens, sign.next, context.zone)
  if (after === undefined || after.value.isHundredth || after.value.times !== 1n) return sign
  return startsAmount(context.tokens, sign.next) ? sign : after
}

function signAfter(context: AmountContext, at: number): Found<CurrencySign> | undefined {
  const { tokens, zone } = context
  if (startsAmount(tokens, at)) return undefined
  const isOf = /^(?:de|d|of)$/.test(tokens[at]?.word ?? '')
  const sign = currencyAt(tokens, at, zone) ?? (isOf ? currencyAt(tokens, at + 1, zone) : undefined)
  if (sign !== undefined) return sign
  const isPence = tokens[at]?.word === 'p' && tokens[at]?.glued === true
  if (!isPence) return undefined
  const value = { currency: 'GBP', isGuess: false, isHundredth: true, times: 1n, isWhole: false }
  return zone === 'GBP' ? { value, next: at + 1 } : undefined
}

/** Whether a sign belongs to the number behind it: in "5 $20" it does. */
function startsAmount(tokens: readonly Token[], at: number): boolean {
  const [token, after] = [tokens[at], tokens[at + 1]]
  return token?.kind === 'mark' && !token.glued && after?.kind === 'number' && after.glued
}

// "20-50 euros", "between 20 and 50 euros": the first number has the sign of the second.
function rangeBeforeSign(context: AmountContext, at: number, first: Quantity): FoundAmount | undefined {
  const joint = lookUp(rangeWords, context.tokens, first.next)
  if (joint === undefined) return undefined
  const second = readQuantity(context.tokens, joint.next, context)
  const sign = second === undefined ? undefined : signAfter(context, second.next)
  if (second === undefined || sign === undefined || sign.value.isWhole) return undefined
  // "on the 3rd and 50 euros" is no range; without "between" the ends stand close and grow.
  const isOpened = /^(?:between|from|entre|zwischen|von|de|desde|du)$/.test(context.tokens[at - 1]?.word ?? '')
  const isDash = /^(?:[-–—]|to|bis|a|o|or|oder|ou)$/.test(context.tokens[first.next]?.word ?? '')
  if (!isOpened && !isDash) return undefined
  const money = moneyOf(first, sign.value)
  const upTo = moneyOf(second, sign.value)
  if (money === undefined || upTo === undefined || money.minor >= upTo.minor) return undefined
  return { money, upTo, from: at, to: sign.next }
}

// "20 euros and 50 cents", "zwei Euro fünfzig", "12 € 50", "dos euros con cincuenta".
function withHundredths(context: AmountContext, whole: FoundAmount): FoundAmount {
  const { tokens } = context
  const joint = lookUp(andWords, tokens, whole.to)
  const at = joint?.next ?? whole.to
  const quantity = readQuantity(tokens, at, context)
  if (quantity === undefined || quantity.factor !== 1n || quantity.digits === 0n) return whole
  const sign = currencyAt(tokens, quantity.next, context.zone)
  const isNamed = sign?.value.isHundredth === true
  const value = quantity.isSpelled ? quantity.digits / 10n : quantity.digits
  if (quantity.decimals > (quantity.isSpelled ? 1 : 0) || value > 99n || whole.money.minor % 100n !== 0n) return whole
  if (!isNamed) {
    const isPlain = quantity.isSpelled ? value >= 5n : /^\d\d$/.test(tokens[at]?.raw ?? '')
    const isNumeralAfterAnd = joint !== undefined && !quantity.isSpelled
    if (!isPlain || sign !== undefined || isNumeralAfterAnd || !endsAmount(tokens, quantity.next)) return whole
  }
  const hundredths = moneyOf({ digits: value, decimals: 0, factor: 1n }, { ...whole.money, isHundredth: true })
  if (hundredths === undefined) return whole
  const money = { ...whole.money, minor: whole.money.minor + hundredths.minor }
  return { ...whole, money, to: isNamed ? sign.next : quantity.next }
}

function endsAmount(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined) return true
  if (token.kind === 'mark') return !token.glued || !/^[-/:%.°]$/.test(token.raw) || tokens[at + 1]?.glued !== true
  return token.kind === 'word' && !token.glued && lookUp(countedWords, tokens, at) === undefined
}

// "a tenner", "a fiver", "a grand".
function wholeAmount(context: AmountContext, at: number): FoundAmount | undefined {
  const sign = currencyAt(context.tokens, at, context.zone)
  if (sign === undefined) return undefined
  const isGrand =
    sign.value.times === 1000n && /^(?:a|un|una|ein|einen|um|uma)$/.test(context.tokens[at - 1]?.word ?? '')
  if (!sign.value.isWhole && !isGrand) return undefined
  const money = moneyOf({ digits: 1n, decimals: 0, factor: 1n }, sign.value)
  return money === undefined ? undefined : { money, from: at, to: sign.next }
}

// A number inside a date, a time, a phone number or a name: "14:30 €" is none.
function isPartOfMore(tokens: readonly Token[], at: number): boolean {
  const [before, token] = [tokens[at - 1], tokens[at]]
  if (token?.glued !== true || before === undefined) return false
  if (before.kind === 'word') return true
  return /^[:/#@]$/.test(before.raw) && tokens[at - 2]?.kind === 'number'
}

function isGluedWord(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  return token?.glued === true && (token.raw === '%' || lookUp(percentWords, tokens, at) !== undefined)
}

function withBound(tokens: readonly Token[], amount: FoundAmount): FoundAmount {
  for (let at = Math.max(0, amount.from - 4); at < amount.from; at += 1) {
    const bound = lookUp(bounds, tokens, at)
    if (bound !== undefined && (bound.next === amount.from || isFiller(tokens, bound.next, amount.from)))
      return { ...amount, bound: bound.value }
  }
  return amount
}

function isFiller(tokens: readonly Token[], from: number, to: number): boolean {
  return to - from === 1 && /^(?:a|an|the|los|las|les|die|os|as|um|den)$/.test(tokens[from]?.word ?? '')
}

// "$20-$50", "20 € bis 50 €".
function joinRanges(tokens: readonly Token[], found: readonly FoundAmount[]): readonly FoundAmount[] {
  const joined: FoundAmount[] = []
  for (const amount of found) {
    const before = joined.at(-1)
    const joint = before === undefined ? undefined : lookUp(rangeWords, tokens, before.to)
    const word = tokens[before?.to ?? 0]?.word ?? ''
    const isOpened = /^(?:between|from|entre|zwischen|von|de|desde)$/.test(tokens[(before?.from ?? 0) - 1]?.word ?? '')
    const isRange =
      before !== undefined &&
      joint?.next === amount.from &&
      before.upTo === undefined &&
      (isOpened || /^(?:[-–—]|to|bis|hasta|ate)$/.test(word))
    if (isRange && before.money.currency === amount.money.currency && before.money.minor < amount.money.minor) {
      joined[joined.length - 1] = { ...before, upTo: amount.money, to: amount.to }
    } else joined.push(amount)
  }
  return joined
}
