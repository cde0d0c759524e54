import { formatMoney, formatRounded, roundMoney } from '../../kernel/index.ts'
import type { Instant, Money } from '../../kernel/index.ts'
import { answerWords } from '../answer-words.ts'
import type { AccountName } from '../block.ts'
import type { AnswerTopic } from '../questions.ts'
import type { Asked } from '../asked.ts'
import type { AnswerWordKey } from './answer-word-keys.ts'
import { chatName } from './chat-name.ts'
import { localMonth, localNumeral } from './local-numeral.ts'

/** One line of an answer: a key of the chat's catalogues and its values, written out for the reader. */
export type SayLine = { readonly key: AnswerWordKey; readonly values: Readonly<Record<string, string | number>> }

/** How many there are, as far as the level says: `few` is fewer than ten. */
export type SaidCount = { readonly size: 'none' | 'few' | 'many'; readonly count: number }

/** How an answer is spoken at one level in one language. */
export type Speech = {
  readonly question: AnswerTopic
  readonly asked: Asked
  readonly level: 'rounded' | 'full'
  readonly bank: string
  /** Rounded and called so, or exact; as the level says. */
  amount(money: Money): string
  /** With a plus for money that came in. */
  signed(money: Money, direction: 'debit' | 'credit'): string
  amounts(all: readonly Money[]): string
  day(day: string): string
  /** A plain decimal as the language writes it. */
  numeral(text: string): string
  /** `YYYY-MM` as the language writes it. */
  month(text: string): string
  /** The time of day at which the bank was asked. */
  checked: string
  list(items: readonly string[]): string
  account(account: AccountName | undefined): string
  /** Exact, or rounded to tens. */
  counted(count: number): SaidCount
  country(code: string): string
  /** A word of the pages' catalogues, for values. */
  word(key: string, values?: Readonly<Record<string, string | number>>): string
}

export type SpeechOptions = {
  readonly question: AnswerTopic
  readonly asked: Asked
  readonly level: 'rounded' | 'full'
  readonly language: string
  readonly timeZone: string
  readonly institutionName: string
  readonly checkedAt: Instant
}

/** The one place in which amounts, days and counts are written out for a chat. */
export function createSpeech(options: SpeechOptions): Speech {
  const { question, asked, level, language, timeZone, institutionName, checkedAt } = options
  const words = answerWords.for(language)
  // Short names of months end in a full stop in most languages, which would stand twice at the end of a sentence.
  const month = language.startsWith('en') ? 'short' : 'long'
  const days = new Intl.DateTimeFormat(language, { day: 'numeric', month, timeZone: 'UTC' })
  const dayAndYear = new Intl.DateTimeFormat(language, { day: 'numeric', month, year: 'numeric', timeZone: 'UTC' })
  const clock = new Intl.DateTimeFormat(language, {
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  })
  const countries = new Intl.DisplayNames([language], { type: 'region', fallback: 'code' })
  const year = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric' }).format(checkedAt)
  const conjunction = new Intl.ListFormat(language, { type: 'conjunction' })
  const amount = (money: Money): string =>
    level === 'full'
      ? formatMoney(money, language)
      : words.say('say.about', { amount: formatRounded(roundMoney(money), language) })
  return {
    question,
    asked,
    level,
    bank: chatName(institutionName),
    amount,
    signed: (money, direction) => (direction === 'credit' ? `+${amount(money)}` : amount(money)),
    amounts: (all) => conjunction.format(all.map(amount)),
    day: (day) => firstOf(language, (day.startsWith(year) ? days : dayAndYear).format(Date.parse(`${day}T00:00:00Z`))),
    numeral: (text) => localNumeral(text, language),
    month: (text) => localMonth(text, language),
    checked: clock.format(checkedAt),
    list: (items) => conjunction.format(items),
    account: (account) => nameOf(account, level, words.say('say.card'), words.say('say.account')),
    counted: (count) => (level === 'full' ? { size: count === 0 ? 'none' : 'many', count } : roundedCount(count)),
    country: (code) => countries.of(code) ?? code,
    word: (key, values) => words.say(key, values),
  }
}

/** Counts at level rounded go by tens; fewer than ten are "few". */
function roundedCount(count: number): SaidCount {
  if (count === 0) return { size: 'none', count: 0 }
  return count < 10 ? { size: 'few', count: 10 } : { size: 'many', count: Math.round(count / 10) * 10 }
}

// Digits of cards and accounts are exact facts: they come with exact figures only.
function nameOf(account: AccountName | undefined, level: 'rounded' | 'full', card: string, other: string): string {
  const name = chatName(account?.name ?? '')
  const digits = level === 'full' && account?.lastDigits !== undefined ? ` ${chatName(account.lastDigits)}` : ''
  if (name !== '') return name + (account?.category === 'card' ? digits : '')
  return (account === undefined || account.category === 'card' ? card : other) + digits
}

// French says "the first" of a month, and Intl does not.
function firstOf(language: string, day: string): string {
  return language.startsWith('fr') ? day.replace(/^1 /, '1er ') : day
}
