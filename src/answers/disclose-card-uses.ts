import { add, formatMoney, formatRounded, roundMoney } from '../kernel/index.ts'
import type { Disclosure, Instant, Money } from '../kernel/index.ts'
import { chatName } from './say/chat-name.ts'

/** A use of a card that a chat may be told of. */
export type TellableUse = {
  readonly amount: Money
  readonly merchant: string
  readonly city: string
  readonly at: Instant
  readonly cardLastDigits: string | undefined
}

/** How the reader is spoken to; `timeZone` is IANA. */
export type UsesSpoken = {
  readonly institutionName: string
  readonly declined: boolean
  readonly language: string
  readonly timeZone: string
}

/** What a chat may carry of uses of a card: values written out for its reader, for words that somebody else finds. */
export type CardUsesTold =
  /** No fields, so that it cannot differ from one customer to the next. */
  | { readonly level: 'sealed' }
  | {
      readonly level: 'rounded'
      readonly values: Readonly<Record<'bank' | 'amount' | 'declined' | 'count', string | number>>
    }
  | {
      readonly level: 'full'
      readonly values: Readonly<
        Record<'bank' | 'amount' | 'declined' | 'merchant' | 'time' | 'card' | 'more', string | number>
      >
    }

/**
 * What a channel may carry of a fraud question or a receipt: beside `disclose` for answers, and by the same rule (P1). Sealed: nothing,
 * not even which bank, or that a payment was refused. Rounded: a rounded sum, no shop, no place, no time. Full: the first use as it is,
 * and how many more there are.
 */
export function discloseCardUses(uses: readonly TellableUse[], level: Disclosure, spoken: UsesSpoken): CardUsesTold {
  const [first, ...more] = uses
  if (level === 'sealed' || first === undefined) return { level: 'sealed' }
  const { language, institutionName } = spoken
  const common = { bank: chatName(institutionName), declined: spoken.declined ? 'yes' : 'no' } as const
  if (level === 'rounded') {
    // Amounts of several currencies are not one sum: then the first speaks for them.
    const same = uses.filter(({ amount }) => amount.currency === first.amount.currency)
    const sum = same.map(({ amount }) => amount).reduce(add)
    return { level, values: { ...common, amount: formatRounded(roundMoney(sum), language), count: same.length } }
  }
  const { amount, merchant, city, at, cardLastDigits = '' } = first
  const place = [merchant, city].map(chatName).filter((name) => name !== '')
  return {
    level,
    values: {
      ...common,
      amount: formatMoney(amount, language),
      merchant: place.join(', '),
      time: momentIn(spoken, at),
      card: cardLastDigits,
      more: more.length,
    },
  }
}

function momentIn({ language, timeZone }: UsesSpoken, at: Instant): string {
  const options = { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit', timeZone } as const
  return new Intl.DateTimeFormat(language, options).format(at)
}
