import type { Language } from '../../channels/index.ts'
import type { Instant } from '../../kernel/index.ts'
import { findLanguage } from '../understand/find-language.ts'
import { wordsOf } from '../understand/words-of.ts'
import type { Slots } from '../understand/understood.ts'
import { speaksOfAffording } from './bare-amounts.ts'
import { dayText, todayIn } from './calendar.ts'
import { type Category, categoryAt } from './categories.ts'
import { type AmountContext, type FoundAmount, findAmounts, findBareAmount } from './find-amounts.ts'
import { findAccountSlot } from './find-account-slot.ts'
import { findMerchant, findShopLikeDay } from './find-merchant.ts'
import { readingDays } from './day-context.ts'
import { type FoundPeriod, findPeriod } from './find-period.ts'
import { type Reading, readTokens, typedWords } from './tokens.ts'
import { currencyOfZone } from './zone-currency.ts'

/** Who wrote, and when: what amounts and days are read by. */
export type SlotContext = {
  /** The language of the message; without it a guess by its small words. */
  readonly language?: Language
  readonly now: Instant
  /** An IANA time zone: which day it is, which currency "$" is, in which order dates are written. */
  readonly timeZone: string
  /** 1 Monday to 7 Sunday; without it Monday, and Sunday in America. */
  readonly weekStartsOn?: number
}

/** A period, the slots, and which words of the message said nothing of the kind. */
export type FoundSlots = { readonly slots: Slots; readonly reading: Reading; readonly isTaken: (at: number) => boolean }

/** Everything named beside the intent: amount, period, account, merchant, category. Never throws, whatever the text. */
export function findSlots(text: string, context: SlotContext): Slots {
  return findSlotsIn(text, context).slots
}

/** As {@link findSlots}, with the places the slots were read from. */
export function findSlotsIn(text: string, context: SlotContext): FoundSlots {
  const reading = readTokens(text)
  const likely = likelyLanguages(text, context.language)
  const [language] = likely
  const places = takePlaces()
  const shopLikeDay = findShopLikeDay(reading)
  if (shopLikeDay !== undefined) places.take(shopLikeDay.from, shopLikeDay.to)
  const account = findAccountSlot(reading)
  account.taken.forEach(([from, to]) => places.take(from, to))
  const amounts: AmountContext = {
    tokens: reading.tokens, languages: likely, decimalSign: decimalSignOf(language, currencyOfZone(context.timeZone)), zone: currencyOfZone(context.timeZone), isTaken: places.isTaken,
  } // prettier-ignore
  const sure = findAmounts(amounts)
  sure.forEach(({ from, to }) => places.take(from, to))
  const period = findPeriodIn(reading, likely, context, places.isTaken)
  if (period !== undefined) places.take(period.from, period.to)
  const amount = sure[0] ?? findBareAmount(amounts)
  if (amount !== undefined) places.take(amount.from, amount.to)
  const merchant = shopLikeDay ?? findMerchant(reading, language, places.isTaken)
  if (merchant !== undefined) places.take(merchant.from, merchant.to)
  const category = findCategory(reading, places.isTaken)
  if (category !== undefined) places.take(category.at, category.next)
  const slots: Slots = {
    ...(account.account === undefined ? {} : { account: account.account }),
    ...(account.lastDigits === undefined ? {} : { card_last4: account.lastDigits }),
    ...(merchant === undefined ? {} : { merchant: merchant.words }),
    ...(category === undefined ? {} : { category: category.category }),
    ...amountSlots(amount),
    ...periodSlots(reading, period),
  }
  return { slots, reading, isTaken: places.isTaken }
}

function takePlaces(): {
  readonly take: (from: number, to: number) => void
  readonly isTaken: (at: number) => boolean
} {
  const taken = new Set<number>()
  const take = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) taken.add(at)
  }
  return { take, isTaken: (at) => taken.has(at) }
}

// A language that somebody told us is trusted: two of them in one table of words would take "hier" for yesterday.
function likelyLanguages(text: string, language: Language | undefined): readonly [Language, ...Language[]] {
  return [language ?? findLanguage(wordsOf(text)) ?? 'en']
}

// Switzerland writes amounts with a point; Mexico and its neighbours write 1,234.56 as the United States do.
function decimalSignOf(language: Language, zone: string | undefined): '.' | ',' {
  if (language === 'en' || zone === 'CHF') return '.'
  return language === 'es' && ['MXN', 'USD', 'PEN', 'DOP'].includes(zone ?? '') ? '.' : ','
}

function findPeriodIn(
  reading: Reading,
  likely: readonly Language[],
  context: SlotContext,
  isTaken: (at: number) => boolean,
): FoundPeriod | undefined {
  const isAmerican = context.timeZone.startsWith('America/') || context.timeZone.startsWith('US/')
  for (const language of likely) {
    const found = findPeriod(
      readingDays({
        tokens: reading.tokens,
        language,
        today: todayIn(context.now, context.timeZone),
        weekStartsOn: context.weekStartsOn ?? (isAmerican ? 7 : 1),
        monthFirst: language === 'en' && isAmerican,
        isForward: speaksOfAffording(reading.tokens),
        isTaken,
      }),
    )
    if (found !== undefined) return found
  }
  return undefined
}

function findCategory(
  { tokens }: Reading,
  isTaken: (at: number) => boolean,
): { readonly category: Category; readonly at: number; readonly next: number } | undefined {
  for (let at = 0; at < tokens.length; at += 1) {
    const found = isTaken(at) ? undefined : categoryAt(tokens, at)
    if (found !== undefined) return { category: found.value, at, next: found.next }
  }
  return undefined
}

function amountSlots(amount: FoundAmount | undefined): Partial<Slots> {
  if (amount === undefined) return {}
  const { money, upTo, bound } = amount
  if (upTo !== undefined) return { amountLeast: money, amountMost: upTo }
  return {
    amount: money,
    ...(bound === 'least' ? { amountLeast: money } : {}),
    ...(bound === 'most' ? { amountMost: money } : {}),
  }
}

function periodSlots(reading: Reading, period: FoundPeriod | undefined): Partial<Slots> {
  if (period === undefined) return {}
  return {
    ...(period.first === undefined ? {} : { from: dayText(period.first) }),
    ...(period.last === undefined ? {} : { to: dayText(period.last) }),
    periodWords: typedWords(reading, period.from, period.to),
  }
}
