import type { Account, Person } from './book.ts'
import type { BankDay } from './calendar.ts'
import { createLedger, effectOf } from './ledger.ts'
import type { Booking, Ledger } from './ledger.ts'
import type { Profile } from './profiles.ts'
import { drawFor, idFor } from './random.ts'
import type { Draw } from './random.ts'

/** What savings earn, in hundredths of a per cent a year. */
export const SAVINGS_RATE_BPS = 385

const CARD_NETWORKS = ['VISA', 'MASTERCARD'] as const

/** What the bank's card products earn; the others earn nothing. */
const REWARDS: Readonly<Record<string, NonNullable<Account['rewards']>>> = {
  'Valley Rewards Card': { program: 'Valley Points', kind: 'POINTS' },
  'Valley Voyager Card': { program: 'Voyager Miles', kind: 'MILES' },
  'Valley Everyday Card': { program: 'Everyday Cash Back', kind: 'CASHBACK' },
}

/** One person's life at the bank: accounts, what is booked when, and how far it has been told. */
export type Life = {
  readonly seed: string
  readonly person: Person
  readonly profile: Profile
  readonly startDay: BankDay
  readonly checking: Ledger
  readonly savings: Ledger
  readonly card: Ledger
  /** Bookings waiting for their posting day. */
  readonly waiting: Map<BankDay, { readonly ledger: Ledger; readonly booking: Booking }[]>
  nextCheckNumber: number
}

/** A person's accounts; ids and numbers depend on the person alone, so another seed keeps them. */
export function beginLife(seed: string, profile: Profile, startDay: BankDay): Life {
  const personId = idFor('person', profile.login)
  const digits = (what: string): string => String(drawFor('number', profile.login, what).int(1_000, 9_999))
  const card = (what: string): Pick<Account, 'cardNetwork' | 'cardExpires'> => {
    const draw = drawFor('card', profile.login, what)
    const month = String(draw.int(1, 12)).padStart(2, '0')
    return { cardNetwork: draw.pick(CARD_NETWORKS), cardExpires: `${draw.int(2029, 2031)}-${month}` }
  }
  const depositNumber = (kind: Account['kind']): string =>
    `${drawFor('account number', profile.login, kind).int(100_000, 999_999)}${digits(kind)}`
  const account = (kind: Account['kind'], productName: string, nickname: string): Account => ({
    id: idFor('acc', profile.login, kind),
    personId,
    kind,
    productName,
    nickname,
    display: digits(kind),
    currency: 'USD',
  })
  const cardNumber = digits('CREDITCARD')
  const rewards = REWARDS[profile.card.product]
  return {
    seed,
    person: { id: personId, login: profile.login, name: profile.name },
    profile,
    startDay,
    checking: createLedger({
      ...account('CHECKING', 'Valley Checking', 'Everyday Checking'),
      cardDisplay: digits('debit-card'),
      ...card('debit-card'),
      accountNumber: depositNumber('CHECKING'),
    }),
    savings: createLedger({
      ...account('SAVINGS', 'Valley Savings', 'Rainy Day Savings'),
      accountNumber: depositNumber('SAVINGS'),
      interestBps: SAVINGS_RATE_BPS,
    }),
    card: createLedger({
      ...account('CREDITCARD', profile.card.product, profile.card.product),
      display: cardNumber,
      cardDisplay: cardNumber,
      ...card('CREDITCARD'),
      ...(rewards === undefined ? {} : { rewards }),
      creditLineMinor: BigInt(profile.card.limit),
      purchasesAprBps: profile.card.aprBps,
    }),
    waiting: new Map(),
    nextCheckNumber: 1_201,
  }
}

/** A person's accounts, in the order the bank lists them. */
export function ledgersOf(life: Life): readonly Ledger[] {
  return [life.checking, life.savings, life.card]
}

/** Draws for one person, day and matter. */
export function drawOn(life: Life, day: BankDay, matter: string): Draw {
  return drawFor(life.seed, life.profile.login, day, matter)
}

/** Writes a booking; it counts at once, or on its posting day. */
export function book(life: Life, ledger: Ledger, booking: Booking, today: BankDay): void {
  ledger.bookings.push(booking)
  if (booking.postDay <= today) ledger.balanceMinor += effectOf(ledger.account, booking)
  else life.waiting.set(booking.postDay, [...(life.waiting.get(booking.postDay) ?? []), { ledger, booking }])
}

/** Books what was waiting for this day. */
export function postWaiting(life: Life, day: BankDay): void {
  for (const { ledger, booking } of life.waiting.get(day) ?? [])
    ledger.balanceMinor += effectOf(ledger.account, booking)
  life.waiting.delete(day)
}

type Line = Omit<Booking, 'authDay' | 'authSeconds' | 'postDay'>

/** A line the bank books at the start of a day, never pending. */
export function bookNow(life: Life, ledger: Ledger, day: BankDay, line: Line): void {
  book(life, ledger, { ...line, authDay: day, authSeconds: 0, postDay: day }, day)
}
