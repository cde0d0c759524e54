import { CITIES } from './places.ts'
import type { City } from './places.ts'

/** A payment that comes back every month. Amounts in minor units of US dollars. */
export type Recurring = {
  readonly name: string
  readonly mcc: string
  readonly day: number
  readonly amount: number
  /** Added once in about eight months: the price goes up. */
  readonly increase?: number
  readonly from: 'card' | 'checking'
}

/** Who a person is to the bank: income, home, habits. Everything else follows from the seed. */
export type Profile = {
  readonly login: string
  readonly name: string
  readonly home: City
  readonly income:
    | { readonly employer: string; readonly every: 'two-weeks'; readonly amount: number }
    | { readonly employer: string; readonly every: 'month'; readonly amount: number }
    | { readonly employer: string; readonly every: 'gig'; readonly min: number; readonly max: number }
  readonly rent: { readonly payee: string; readonly amount: number; readonly by: 'transfer' | 'check' }
  readonly recurring: readonly Recurring[]
  /** Share of everyday spending on the credit card, in a thousand; the rest is debit. */
  readonly cardShare: number
  /** Scales how much is spent, in a thousand. */
  readonly spending: number
  readonly trips: readonly City[]
  readonly cashPermille: number
  readonly opening: { readonly checking: number; readonly savings: number; readonly card: number }
  readonly card: {
    readonly product: string
    readonly limit: number
    readonly aprBps: number
    readonly statementDay: number
    readonly pays: 'full' | 'minimum' | 'by-hand'
    readonly foreignFee: boolean
  }
  readonly savesMonthly: number
  /** Moves money from savings when checking runs low; without it the account may be overdrawn. */
  readonly coversFromSavings: boolean
  /** Happens to this person about once a month. */
  readonly mishaps: readonly ('duplicate' | 'decline')[]
}

const streaming = (amount: number, increase: number, day: number): Recurring => ({
  name: 'Lumen Streaming',
  mcc: '4899',
  day,
  amount,
  increase,
  from: 'card',
})
const music = (day: number): Recurring => ({ name: 'Tonewell Music', mcc: '5815', day, amount: 1_099, from: 'card' })
const power = (amount: number, day: number): Recurring => ({
  name: 'Valley Power & Light',
  mcc: '4900',
  day,
  amount,
  from: 'checking',
})
const phone = (amount: number, day: number): Recurring => ({
  name: 'Cloudberry Mobile',
  mcc: '4814',
  day,
  amount,
  from: 'checking',
})
const gym = (amount: number, increase: number, day: number): Recurring => ({
  name: 'Northside Gym',
  mcc: '7997',
  day,
  amount,
  increase,
  from: 'card',
})

/** The bank's people. The first one takes the accounts of `--ofx`. */
export const PROFILES: readonly Profile[] = [
  {
    login: 'maya',
    name: 'Maya Torres',
    home: CITIES.sanFrancisco,
    income: { employer: 'Bright Harbor Design', every: 'two-weeks', amount: 286_450 },
    rent: { payee: 'Larkspur Property Co', amount: 215_000, by: 'transfer' },
    recurring: [streaming(1_549, 250, 7), music(12), gym(5_900, 600, 3), power(7_450, 15), phone(4_500, 21)],
    cardShare: 720,
    spending: 900,
    trips: [CITIES.lisbon, CITIES.newYork],
    cashPermille: 70,
    opening: { checking: 241_807, savings: 1_184_300, card: 61_245 },
    card: {
      product: 'Valley Rewards Card',
      limit: 800_000,
      aprBps: 2_199,
      statementDay: 18,
      pays: 'full',
      foreignFee: false,
    },
    savesMonthly: 40_000,
    coversFromSavings: true,
    mishaps: ['duplicate', 'decline'],
  },
  {
    login: 'james',
    name: 'James Okafor',
    home: CITIES.chicago,
    income: { employer: 'Lakeshore Logistics', every: 'two-weeks', amount: 198_320 },
    rent: { payee: 'Wicker Homes LLC', amount: 142_500, by: 'check' },
    recurring: [
      streaming(1_549, 250, 9),
      power(9_820, 11),
      phone(6_500, 19),
      { name: 'Brightside Insurance', mcc: '6300', day: 5, amount: 11_840, increase: 1_260, from: 'checking' },
    ],
    cardShare: 550,
    spending: 820,
    trips: [CITIES.mexicoCity],
    cashPermille: 120,
    opening: { checking: 118_230, savings: 212_900, card: 384_120 },
    card: {
      product: 'Valley Everyday Card',
      limit: 650_000,
      aprBps: 2_649,
      statementDay: 6,
      pays: 'minimum',
      foreignFee: true,
    },
    savesMonthly: 10_000,
    coversFromSavings: true,
    mishaps: ['decline'],
  },
  {
    login: 'linh',
    name: 'Linh Nguyen',
    home: CITIES.houston,
    income: { employer: 'Courier Collective', every: 'gig', min: 38_000, max: 96_000 },
    rent: { payee: 'Bayou Court Apartments', amount: 98_500, by: 'transfer' },
    recurring: [music(4), phone(3_500, 17), power(10_300, 23), streaming(1_549, 250, 20)],
    cardShare: 300,
    spending: 620,
    trips: [],
    cashPermille: 170,
    opening: { checking: 32_118, savings: 41_000, card: 22_760 },
    card: {
      product: 'Valley First Card',
      limit: 150_000,
      aprBps: 2_899,
      statementDay: 24,
      pays: 'by-hand',
      foreignFee: true,
    },
    savesMonthly: 2_500,
    coversFromSavings: false,
    mishaps: ['decline'],
  },
  {
    login: 'sofia',
    name: 'Sofia Rossi',
    home: CITIES.newYork,
    income: { employer: 'Halden & Partners', every: 'month', amount: 912_600 },
    rent: { payee: 'Amsterdam Ave Realty', amount: 318_000, by: 'transfer' },
    recurring: [
      streaming(2_299, 300, 2),
      music(14),
      gym(18_900, 1_500, 1),
      phone(7_000, 25),
      { name: 'The Morning Ledger', mcc: '5968', day: 16, amount: 1_700, increase: 800, from: 'card' },
    ],
    cardShare: 900,
    spending: 1_250,
    trips: [CITIES.london, CITIES.tokyo, CITIES.lisbon],
    cashPermille: 40,
    opening: { checking: 684_012, savings: 4_410_000, card: 241_910 },
    card: {
      product: 'Valley Voyager Card',
      limit: 2_000_000,
      aprBps: 2_049,
      statementDay: 12,
      pays: 'full',
      foreignFee: false,
    },
    savesMonthly: 150_000,
    coversFromSavings: true,
    mishaps: ['duplicate'],
  },
  {
    login: 'daniel',
    name: 'Daniel Kim',
    home: CITIES.seattle,
    income: { employer: 'Cascadia Health', every: 'two-weeks', amount: 331_780 },
    rent: { payee: 'Emerald Mortgage Services', amount: 246_300, by: 'transfer' },
    recurring: [
      streaming(1_549, 250, 10),
      music(22),
      power(8_840, 6),
      phone(9_000, 13),
      { name: 'Cascade Cloud Storage', mcc: '5817', day: 27, amount: 299, increase: 100, from: 'card' },
    ],
    cardShare: 800,
    spending: 900,
    trips: [CITIES.tokyo, CITIES.austin],
    cashPermille: 50,
    opening: { checking: 402_551, savings: 2_103_450, card: 118_000 },
    card: {
      product: 'Valley Rewards Card',
      limit: 1_200_000,
      aprBps: 1_949,
      statementDay: 27,
      pays: 'full',
      foreignFee: false,
    },
    savesMonthly: 60_000,
    coversFromSavings: true,
    mishaps: [],
  },
  {
    login: 'amelia',
    name: 'Amelia Brooks',
    home: CITIES.austin,
    income: { employer: 'Hill Country Schools', every: 'month', amount: 438_900 },
    rent: { payee: 'Barton Creek Rentals', amount: 162_000, by: 'check' },
    recurring: [
      streaming(1_549, 250, 8),
      power(12_640, 18),
      phone(8_000, 9),
      { name: 'Little Oaks Daycare', mcc: '8351', day: 1, amount: 64_000, increase: 4_500, from: 'checking' },
    ],
    cardShare: 640,
    spending: 880,
    trips: [CITIES.denver],
    cashPermille: 80,
    opening: { checking: 156_700, savings: 318_220, card: 204_330 },
    card: {
      product: 'Valley Everyday Card',
      limit: 500_000,
      aprBps: 2_549,
      statementDay: 15,
      pays: 'by-hand',
      foreignFee: true,
    },
    savesMonthly: 15_000,
    coversFromSavings: true,
    mishaps: ['duplicate', 'decline'],
  },
  {
    login: 'noah',
    name: 'Noah Schmidt',
    home: CITIES.denver,
    income: { employer: 'Front Range Pension Fund', every: 'month', amount: 342_100 },
    rent: { payee: 'Highlands Homeowners Assoc', amount: 41_200, by: 'check' },
    recurring: [
      power(11_020, 14),
      phone(3_000, 20),
      { name: 'The Morning Ledger', mcc: '5968', day: 5, amount: 1_700, increase: 300, from: 'card' },
      { name: 'Summit Medicare Supplement', mcc: '6300', day: 3, amount: 18_750, from: 'checking' },
    ],
    cardShare: 350,
    spending: 700,
    trips: [CITIES.sanFrancisco],
    cashPermille: 190,
    opening: { checking: 512_340, savings: 6_870_000, card: 38_410 },
    card: {
      product: 'Valley First Card',
      limit: 700_000,
      aprBps: 2_299,
      statementDay: 9,
      pays: 'full',
      foreignFee: true,
    },
    savesMonthly: 20_000,
    coversFromSavings: true,
    mishaps: [],
  },
]
