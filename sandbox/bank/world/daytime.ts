import { minorDigits } from '../fdx/exact-number.ts'
import type { Decline, Entry, Payee } from './book.ts'
import { dayOfMonth, isoInstant, monthIndex, nextBusinessDay, isWeekend } from './calendar.ts'
import type { BankDay } from './calendar.ts'
import { book, drawOn } from './life.ts'
import type { Life } from './life.ts'
import type { Booking, Ledger } from './ledger.ts'
import { cardDescription, SHOPS, shopIn, TRIP_SHOPS } from './merchants.ts'
import type { ShopKind } from './merchants.ts'
import { FX_BASE_E5 } from './places.ts'
import type { City } from './places.ts'
import { drawFor, idFor } from './random.ts'
import type { Draw } from './random.ts'

/** People shop from eight in the morning to ten at night, New York time: seconds after the bank day's start. */
const OPEN_SECONDS = 8 * 3_600
const SHUT_SECONDS = 22 * 3_600
/** A trip starts about every so many days and lasts this long. */
const TRIP_EVERY_DAYS = 97
const TRIP_DAYS = 6
const FOREIGN_FEE_PERCENT = 3n
/** People spend less when there is nearly nothing left. */
const TIGHT_MINOR = 8_000n
const DECLINE_REASONS = ['CREDIT_LIMIT', 'SUSPECTED_FRAUD', 'INSUFFICIENT_FUNDS'] as const

/** What a person does on a day: shops, cash, trips, and the mishaps that make people ask their bank. */
export function daytime(life: Life, day: BankDay): void {
  const city = tripOn(life, day)
  if (city === undefined) shopAtHome(life, day)
  else shopOnTrip(life, day, city)
  drawCash(life, day, city ?? life.profile.home)
  if (dayOfMonth(day) === mishapDay(life, day)) mishaps(life, day)
}

function shopAtHome(life: Life, day: BankDay): void {
  const draw = drawOn(life, day, 'shop')
  const { home, spending, cardShare } = life.profile
  Object.values<ShopKind>(SHOPS).forEach((kind, at) => {
    const wanted = draw.chance(Math.floor((kind.permille * spending * (isWeekend(day) ? 13 : 9)) / 10_000))
    const byCard = draw.chance(cardShare)
    if (!wanted || (!byCard && life.checking.balanceMinor < TIGHT_MINOR) || (byCard && nearLimit(life))) return
    buy(life, day, {
      kind,
      name: draw.pick(kind.names),
      city: home,
      ledger: byCard ? life.card : life.checking,
      key: `shop:${day}:${at}`,
      draw,
    })
  })
}

function shopOnTrip(life: Life, day: BankDay, city: City): void {
  const draw = drawOn(life, day, 'trip')
  TRIP_SHOPS.forEach((kind, at) => {
    if (!draw.chance(kind.permille) || nearLimit(life)) return
    buy(life, day, { kind, name: draw.pick(kind.names), city, ledger: life.card, key: `trip:${day}:${at}`, draw })
  })
}

type Purchase = {
  readonly kind: ShopKind
  readonly name: string
  readonly city: City
  readonly ledger: Ledger
  readonly key: string
  readonly draw: Draw
}

function buy(life: Life, day: BankDay, { kind, name, city, ledger, key, draw }: Purchase): void {
  const payee = shopIn(kind, name, city)
  const dollars = skewed(draw, kind)
  const foreign = city.currency === 'USD' || kind.online === true ? undefined : abroad(day, city.currency, dollars)
  const amountMinor = foreign?.dollarsMinor ?? dollars
  const booking: Booking = {
    key,
    authDay: day,
    authSeconds: draw.int(OPEN_SECONDS, SHUT_SECONDS),
    postDay: nextBusinessDay(day + draw.int(1, 3)),
    direction: 'DEBIT',
    amountMinor,
    description: cardDescription(
      payee,
      foreign === undefined ? undefined : { minor: foreign.amountMinor, currency: foreign.currency },
    ),
    transactionType: ledger === life.card ? 'PURCHASE' : 'POSDEBIT',
    mcc: kind.mcc,
    payee,
    byCard: true,
    ...(foreign === undefined
      ? {}
      : { foreign: { amountMinor: foreign.amountMinor, currency: foreign.currency, rate: foreign.rate } }),
  }
  book(life, ledger, booking, day)
  if (foreign !== undefined && life.profile.card.foreignFee) chargeForeignFee(life, ledger, booking, day)
  if (kind.online === true && amountMinor >= 3_000n && draw.chance(130))
    refund(life, ledger, booking, nextBusinessDay(booking.postDay + draw.int(4, 11)))
}

/** Small amounts are common, large ones rare: the smaller of two draws. */
function skewed(draw: Draw, { min, max }: ShopKind): bigint {
  return BigInt(Math.min(draw.int(min, max), draw.int(min, max)))
}

/** A price in another currency, and what it costs in dollars at the day's rate; whole minor units, rounded half up. */
function abroad(
  day: BankDay,
  currency: string,
  dollars: bigint,
): NonNullable<Entry['foreign']> & { readonly dollarsMinor: bigint } {
  const base = FX_BASE_E5[currency] ?? 100_000
  const rateE5 = BigInt(base + drawFor('fx', currency, day).int(-Math.ceil(base / 200), Math.ceil(base / 200)))
  const scale = 10n ** BigInt(2 - minorDigits(currency))
  const foreignMinor = (dollars * 100_000n) / (rateE5 * scale) || 1n
  const dollarsMinor = (foreignMinor * rateE5 * scale + 50_000n) / 100_000n
  return {
    amountMinor: foreignMinor,
    currency,
    rate: `${rateE5 / 100_000n}.${(rateE5 % 100_000n).toString().padStart(5, '0')}`,
    dollarsMinor,
  }
}

function chargeForeignFee(life: Life, ledger: Ledger, purchase: Booking, day: BankDay): void {
  const amountMinor = (purchase.amountMinor * FOREIGN_FEE_PERCENT) / 100n
  if (amountMinor === 0n) return
  book(
    life,
    ledger,
    {
      key: `${purchase.key}:fee`,
      authDay: purchase.postDay,
      authSeconds: 0,
      postDay: purchase.postDay,
      direction: 'DEBIT',
      amountMinor,
      description: 'FOREIGN TRANSACTION FEE',
      transactionType: 'FEE',
    },
    day,
  )
}

/** The money comes back some days later, linked to the purchase it reverses. */
function refund(life: Life, ledger: Ledger, purchase: Booking, backDay: BankDay): void {
  book(
    life,
    ledger,
    {
      key: `${purchase.key}:refund`,
      authDay: backDay,
      authSeconds: 0,
      postDay: backDay,
      direction: 'CREDIT',
      amountMinor: purchase.amountMinor,
      description: `REFUND ${purchase.payee?.name ?? ''}`.toUpperCase().trim(),
      transactionType: ledger === life.card ? 'ADJUSTMENT' : 'POSCREDIT',
      ...(purchase.mcc === undefined ? {} : { mcc: purchase.mcc }),
      ...(purchase.payee === undefined ? {} : { payee: purchase.payee }),
      byCard: true,
      reverses: purchase.key,
    },
    purchase.authDay,
  )
}

function drawCash(life: Life, day: BankDay, city: City): void {
  const draw = drawOn(life, day, 'cash')
  const amountMinor = BigInt(draw.int(2, 10) * 2_000)
  if (
    !draw.chance(life.profile.cashPermille) ||
    city.currency !== 'USD' ||
    life.checking.balanceMinor < amountMinor + TIGHT_MINOR
  )
    return
  const atm = shopIn({ names: [], mcc: '6011', min: 0, max: 0, permille: 0 }, 'First Valley ATM', city)
  const seconds = draw.int(OPEN_SECONDS, SHUT_SECONDS)
  book(
    life,
    life.checking,
    {
      key: `cash:${day}`,
      authDay: day,
      authSeconds: seconds,
      postDay: day + 1,
      direction: 'DEBIT',
      amountMinor,
      description: `CASH WITHDRAWAL ${atm.place?.line1 ?? ''} ${city.city}`.toUpperCase(),
      transactionType: 'ATMWITHDRAWAL',
      mcc: '6011',
      payee: atm,
      byCard: true,
    },
    day,
  )
}

function mishapDay(life: Life, day: BankDay): number {
  return drawFor(life.seed, life.profile.login, 'mishap', monthIndex(day)).int(2, 27)
}

function mishaps(life: Life, day: BankDay): void {
  const draw = drawOn(life, day, 'mishap')
  if (life.profile.mishaps.includes('duplicate')) chargeTwice(life, day, draw)
  if (life.profile.mishaps.includes('decline')) decline(life, day, draw)
}

/** The same shop, the same amount, two minutes apart. */
function chargeTwice(life: Life, day: BankDay, draw: Draw): void {
  const kind = SHOPS.restaurant
  const payee = shopIn(kind, draw.pick(kind.names), life.profile.home)
  const booking: Booking = {
    key: `twice:${day}:1`,
    authDay: day,
    authSeconds: draw.int(OPEN_SECONDS, SHUT_SECONDS - 300),
    postDay: nextBusinessDay(day + 1),
    direction: 'DEBIT',
    amountMinor: BigInt(draw.int(2_400, 8_800)),
    description: cardDescription(payee),
    transactionType: 'PURCHASE',
    mcc: kind.mcc,
    payee,
    byCard: true,
  }
  book(life, life.card, booking, day)
  book(life, life.card, { ...booking, key: `twice:${day}:2`, authSeconds: booking.authSeconds + 124 }, day)
}

function decline(life: Life, day: BankDay, draw: Draw): void {
  const payee: Payee = { name: 'Gadgetry.example', merchantId: idFor('m', 'Gadgetry.example', 'online') }
  const refused: Decline & { readonly day: BankDay } = {
    day,
    id: idFor('decline', life.card.account.id, day),
    at: isoInstant(day, draw.int(OPEN_SECONDS, SHUT_SECONDS)),
    amountMinor: BigInt(draw.int(18_000, 94_000)),
    reason: draw.pick(DECLINE_REASONS),
    payee,
    mcc: '5732',
  }
  life.card.declines.push(refused)
}

function tripOn(life: Life, day: BankDay): City | undefined {
  const { trips } = life.profile
  if (trips.length === 0) return undefined
  const since = day - life.startDay - drawFor(life.seed, life.profile.login, 'first trip').int(10, 60)
  if (since < 0 || since % TRIP_EVERY_DAYS >= TRIP_DAYS) return undefined
  return trips[Math.floor(since / TRIP_EVERY_DAYS) % trips.length]
}

/** Three quarters of the limit is where people stop using a card. */
function nearLimit(life: Life): boolean {
  return life.card.balanceMinor * 4n > BigInt(life.profile.card.limit) * 3n
}
