import type { AccountDetails, Account, Transaction } from '../../banks/index.ts'
import { Secret, toInstant } from '../../kernel/index.ts'
import type { Money } from '../../kernel/index.ts'
import type { BankFacts } from '../compute/bank-facts.ts'

/** Sunday, 22 November 2026, 18:42 in New York. */
export const sampleNow = toInstant(Date.UTC(2026, 10, 22, 23, 42))
export const sampleZone = 'America/New_York'

export const usd = (minor: number): Secret<Money> => new Secret({ minor: BigInt(minor), currency: 'USD' })

type Draft = Partial<Omit<Transaction, 'amount' | 'merchant' | 'description' | 'place' | 'cardLastDigits'>> & {
  readonly day: string
  readonly minor: number
  readonly merchant?: string
  readonly description?: string
  readonly city?: readonly [city: string, region: string, country: string, latitude: number, longitude: number]
  readonly card?: string
}

/** A movement at noon of a day in New York, with what a test says and plain values for the rest. */
export function movement({ day, minor, merchant, description, city, card, ...rest }: Draft): Transaction {
  const at = toInstant(Date.parse(`${day}T17:00:00Z`))
  const status = rest.status ?? 'posted'
  return {
    id: `${day}-${minor}-${merchant ?? description ?? ''}`,
    accountId: card === undefined ? 'checking' : 'card',
    at,
    postedAt: status === 'posted' ? at : undefined,
    status,
    direction: 'debit',
    amount: usd(minor),
    foreign: undefined,
    description: new Secret(description ?? merchant ?? ''),
    merchant: merchant === undefined ? undefined : new Secret(merchant),
    merchantId: undefined,
    category: undefined,
    kind: card === undefined ? 'POSDEBIT' : 'PURCHASE',
    cardLastDigits: card === undefined ? undefined : new Secret(card),
    place:
      city === undefined
        ? undefined
        : new Secret({
            city: city[0],
            region: city[1] === '' ? undefined : city[1],
            country: city[2],
            point: { latitude: city[3], longitude: city[4] },
          }),
    referenceId: undefined,
    ...rest,
  }
}

const chicago = ['Chicago', 'IL', 'US', 41.88, -87.63] as const
const austin = ['Austin', 'TX', 'US', 30.27, -97.74] as const
const lisbon = ['Lisboa', '', 'PT', 38.71, -9.14] as const

const monthly = (merchant: string, day: number, minors: readonly number[], rest: Partial<Draft> = {}): Transaction[] =>
  minors.map((minor, index) =>
    movement({
      ...rest,
      day: `2026-${String(11 - (minors.length - 1 - index)).padStart(2, '0')}-${String(day).padStart(2, '0')}`,
      minor,
      merchant,
    }),
  )

const card = '4821'

const transactions: readonly Transaction[] = [
  movement({ day: '2026-11-21', minor: 4320, merchant: 'Green Basket Market', category: '5411', card, city: chicago }),
  movement({ day: '2026-11-22', minor: 6000, merchant: 'Meridian Fuel', category: '5541', card, city: chicago, status: 'pending' }),
  movement({ day: '2026-11-20', minor: 1875, merchant: 'Nonna Pina', category: '5812', card, city: chicago }),
  movement({ day: '2026-11-15', minor: 8850, merchant: 'Green Basket Market', category: '5411', card, city: chicago }),
  movement({ day: '2026-11-12', minor: 5299, merchant: 'Parcelwise', description: 'PARCELWISE ONLINE', category: '5999', card }),
  movement({ day: '2026-11-14', minor: 5299, merchant: 'Parcelwise', description: 'PARCELWISE', direction: 'credit', kind: 'REFUND', card }),
  movement({ day: '2026-11-08', minor: 2310, merchant: 'The Old Bakery', category: '5462', card, city: austin }),
  movement({
    day: '2026-11-03', minor: 3416, merchant: 'Mercado Central', category: '5812', card, city: lisbon,
    foreign: { amount: new Secret({ minor: 3150n, currency: 'EUR' }), rate: '1.08444' },
  }),
  movement({ day: '2026-11-03', minor: 102, description: 'FOREIGN TRANSACTION FEE', kind: 'FEE', card }),
  movement({ day: '2026-11-05', minor: 2900, description: 'LATE PAYMENT FEE', kind: 'FEE', card }),
  movement({ day: '2026-11-10', minor: 8000, description: 'ATM 12 WEST MADISON ST', kind: 'ATMWITHDRAWAL' }),
  movement({ day: '2026-11-09', minor: 20_000, description: 'TRANSFER TO SAVINGS', kind: 'TRANSFER' }),
  movement({ day: '2026-11-09', minor: 20_000, description: 'TRANSFER FROM CHECKING', kind: 'TRANSFER', direction: 'credit', accountId: 'savings' }),
  movement({ day: '2026-11-04', minor: 41_250, description: 'AUTOPAY PLATINUM ENDING 4821', kind: 'BILLPAYMENT' }),
  movement({ day: '2026-11-04', minor: 41_250, description: 'AUTOPAY THANK YOU', kind: 'PAYMENT', direction: 'credit', accountId: 'card' }),
  movement({ day: '2026-10-18', minor: 6120, merchant: 'Green Basket Market', category: '5411', card, city: chicago }),
  movement({ day: '2026-10-05', minor: 9480, merchant: 'Oak & Iron Hardware', category: '5251', card, city: chicago }),
  ...monthly('Lumen Stream', 6, [1099, 1099, 1099, 1299, 1299], { category: '4899', card }),
  ...monthly('Lakeside Electric', 26, [7120, 6890, 7410].map((minor) => minor), { category: '4900', kind: 'BILLPAYMENT' }).map(
    (each, index) => ({ ...each, at: toInstant(Date.parse(`2026-${String(8 + index).padStart(2, '0')}-26T17:00:00Z`)) }),
  ),
  ...monthly('Harbor Works Payroll', 1, [310_000, 310_000, 310_000], { direction: 'credit', kind: 'DIRECTDEPOSIT' }),
] // prettier-ignore

const accounts: readonly Account[] = [
  {
    id: 'card',
    name: new Secret('Platinum'),
    lastDigits: new Secret('4821'),
    category: 'card',
    kind: 'CREDITCARD',
    balances: [
      { kind: 'owed', amount: usd(45_730), asOf: undefined },
      { kind: 'credit-available', amount: usd(454_270), asOf: undefined },
      { kind: 'credit-limit', amount: usd(500_000), asOf: undefined },
    ],
  },
  {
    id: 'checking',
    name: new Secret('Everyday Checking'),
    lastDigits: new Secret('1122'),
    category: 'deposit',
    kind: 'CHECKING',
    balances: [
      { kind: 'available', amount: usd(184_217), asOf: sampleNow },
      { kind: 'current', amount: usd(190_217), asOf: sampleNow },
    ],
  },
  {
    id: 'savings',
    name: new Secret('Rainy Day Savings'),
    lastDigits: new Secret('0093'),
    category: 'deposit',
    kind: 'SAVINGS',
    balances: [{ kind: 'available', amount: usd(912_044), asOf: undefined }],
  },
]

const details: readonly AccountDetails[] = accounts.map(({ id, name, lastDigits, category }) => ({
  accountId: id,
  name,
  lastDigits,
  category,
  interestRate: category === 'card' ? '21.99' : '0.35',
  ...(category === 'card'
    ? { rewards: new Secret({ program: 'Valley Miles', kind: 'miles' as const, balance: '18240' }) }
    : {
        numbers: new Secret({
          accountNumber: '000123456789',
          routingNumber: '071000013',
          iban: undefined,
          bic: undefined,
        }),
      }),
}))

/** What one bank said of one invented customer. */
export const sampleFacts: BankFacts = {
  accounts,
  details,
  transactions: { transactions, from: '2025-10-01', to: '2026-11-22', complete: true },
  bills: [
    {
      accountId: 'card',
      totalDue: usd(45_730),
      minimumDue: usd(3500),
      dueDate: '2026-11-28',
      pastDue: undefined,
      statementBalance: usd(45_730),
      statementDate: '2026-11-03',
      autoPay: { amount: usd(45_730), date: '2026-11-25' },
      lastPayment: { amount: usd(41_250), date: '2026-11-04' },
    },
    {
      accountId: 'store-card',
      totalDue: usd(12_900),
      minimumDue: usd(2500),
      dueDate: '2026-12-09',
      pastDue: usd(2500),
      statementBalance: usd(12_900),
      statementDate: '2026-11-14',
      autoPay: undefined,
      lastPayment: undefined,
    },
  ],
  cards: {
    cards: [
      { accountId: 'card', lastDigits: new Secret('4821'), status: 'active', since: undefined, expires: '2028-05' },
      {
        accountId: 'store-card',
        lastDigits: new Secret('7730'),
        status: 'frozen',
        since: toInstant(Date.UTC(2026, 10, 18, 15)),
      },
    ],
    declines: [
      {
        id: 'd1',
        accountId: 'card',
        at: toInstant(Date.UTC(2026, 10, 19, 1)),
        amount: usd(64_900),
        reason: 'CREDIT_LIMIT',
        merchant: new Secret('Gadgetry.example'),
      },
    ],
  },
}
