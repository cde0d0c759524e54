/** When people go there: hours of the local day with their spread, one of them is drawn. */
type Hours = readonly (readonly [hour: number, spread: number])[]

/** A kind of merchant: invented names, real category codes (ISO 18245). */
export type ShopKind = {
  readonly category: string
  readonly presence: 'in-person' | 'online' | 'recurring'
  /** Last word of the names. */
  readonly nouns: readonly string[]
  /** Median amount in hundredths of a dollar, and the deviation of its logarithm. */
  readonly median: number
  readonly spread: number
  /** How often at home and on a journey, relative to the others of this presence. */
  readonly home: number
  readonly away: number
  /** How much more on Saturday and Sunday. */
  readonly weekend: number
  readonly hours: Hours
  /** Shops for a thousand people, tills in each. */
  readonly perThousand: number
  readonly tills: number
  /** The amount asked for first differs from what is charged in the end. */
  readonly settlesLater?: 'tip' | 'pump' | 'stay'
}

const ALL_DAY: Hours = [[14, 3.2]]
const SHOPPING: Hours = [
  [12, 2],
  [17.5, 2],
]
const MEALS: Hours = [
  [12.6, 0.8],
  [19.2, 1.2],
]
const ROAD: Hours = [
  [8, 1],
  [17.5, 1.5],
]
const EVENING: Hours = [
  [20.5, 2],
  [12.5, 3],
]
const LATE: Hours = [[22.5, 1.6]]
const MORNING: Hours = [
  [8, 1.1],
  [14.5, 2],
]

/** `amount`: median and spread; `often`: at home, on a journey, on weekends; `shops`: for a thousand people, and tills in each. */
type InPerson = {
  readonly amount: readonly [number, number]
  readonly often: readonly [home: number, away: number, weekend: number]
  readonly hours: Hours
  readonly shops: readonly [perThousand: number, tills: number]
}
const inPerson = (category: string, nouns: readonly string[], { amount, often, hours, shops }: InPerson): ShopKind => {
  const [[median, spread], [home, away, weekend], [perThousand, tills]] = [amount, often, shops]
  return { category, presence: 'in-person', nouns, median, spread, home, away, weekend, hours, perThousand, tills }
}
type Online = {
  readonly amount: readonly [number, number]
  readonly often: number
  readonly hours: Hours
  readonly shops: number
}
const online = (category: string, nouns: readonly string[], { amount, often, hours, shops }: Online): ShopKind => {
  const [median, spread] = amount
  return {
    ...{ category, presence: 'online', nouns, median, spread, home: often, away: often },
    ...{ weekend: 1.1, hours, perThousand: shops, tills: 3 },
  }
}
const recurring = (category: string, nouns: readonly string[], median: number, home: number): ShopKind => {
  const amounts = { median, spread: 0.35 }
  return {
    ...{ category, presence: 'recurring', nouns, ...amounts, home, away: home },
    ...{ weekend: 1, hours: [[6, 2]], perThousand: 6, tills: 1 },
  }
}

/** Every kind there is, by the name the simulator knows it by. */
export const SHOP_KINDS = {
  groceries: inPerson('5411', ['Market', 'Foods', 'Grocers'], {
    amount: [3_400, 0.7],
    often: [30, 8, 1.2],
    hours: SHOPPING,
    shops: [40, 4],
  }),
  coffee: inPerson('5814', ['Coffee', 'Bakery'], {
    amount: [720, 0.45],
    often: [24, 22, 0.9],
    hours: MORNING,
    shops: [60, 1],
  }),
  restaurant: {
    ...inPerson('5812', ['Kitchen', 'Table', 'Grill', 'Diner'], {
      amount: [3_100, 0.6],
      often: [18, 32, 1.5],
      hours: MEALS,
      shops: [140, 1],
    }),
    settlesLater: 'tip',
  },
  bar: inPerson('5813', ['Taproom', 'Lounge'], {
    amount: [2_600, 0.6],
    often: [5, 8, 2.4],
    hours: LATE,
    shops: [28, 1],
  }),
  fuel: {
    ...inPerson('5541', ['Fuel', 'Gas & Go'], {
      amount: [4_300, 0.35],
      often: [11, 4, 0.9],
      hours: ROAD,
      shops: [30, 3],
    }),
    settlesLater: 'pump',
  },
  pharmacy: inPerson('5912', ['Pharmacy'], {
    amount: [2_100, 0.7],
    often: [6, 3, 0.9],
    hours: SHOPPING,
    shops: [25, 2],
  }),
  clothes: inPerson('5651', ['Outfitters', 'Clothing'], {
    amount: [5_800, 0.7],
    often: [5, 5, 1.8],
    hours: SHOPPING,
    shops: [40, 1],
  }),
  electronics: inPerson('5732', ['Electronics', 'Computers'], {
    amount: [18_000, 1],
    often: [1.6, 0.6, 1.5],
    hours: SHOPPING,
    shops: [12, 2],
  }),
  hardware: inPerson('5251', ['Hardware'], {
    amount: [4_100, 0.9],
    often: [3, 0.2, 1.9],
    hours: SHOPPING,
    shops: [12, 2],
  }),
  department: inPerson('5311', ['Department Store'], {
    amount: [6_400, 0.8],
    often: [5, 4, 1.6],
    hours: SHOPPING,
    shops: [12, 4],
  }),
  cinema: inPerson('7832', ['Cinema'], { amount: [2_700, 0.4], often: [2, 1, 2.6], hours: EVENING, shops: [6, 3] }),
  transit: inPerson('4111', ['Transit'], { amount: [290, 0.6], often: [7, 14, 0.5], hours: ROAD, shops: [10, 6] }),
  parking: inPerson('7523', ['Parking'], { amount: [900, 0.7], often: [5, 3, 0.8], hours: MORNING, shops: [20, 2] }),
  cash: inPerson('6011', ['Cash Machine'], {
    amount: [8_000, 0.6],
    often: [4, 7, 1.1],
    hours: ALL_DAY,
    shops: [30, 1],
  }),
  hair: inPerson('7230', ['Hair Studio'], {
    amount: [5_200, 0.4],
    often: [1.5, 0.2, 1.2],
    hours: SHOPPING,
    shops: [30, 1],
  }),
  doctor: inPerson('8011', ['Family Practice'], {
    amount: [6_500, 0.7],
    often: [1.5, 0.1, 0.1],
    hours: [[11, 2]],
    shops: [30, 1],
  }),
  furniture: inPerson('5712', ['Furniture'], {
    amount: [38_000, 0.9],
    often: [0.5, 0.05, 2],
    hours: SHOPPING,
    shops: [8, 1],
  }),
  jewellery: inPerson('5944', ['Jewelers'], {
    amount: [24_000, 1],
    often: [0.4, 0.6, 1.4],
    hours: SHOPPING,
    shops: [7, 1],
  }),
  hotel: {
    ...inPerson('7011', ['Hotel', 'Inn'], {
      amount: [31_000, 0.7],
      often: [0.1, 0.5, 1.3],
      hours: [[17, 2.5]],
      shops: [16, 1],
    }),
    settlesLater: 'stay',
  },
  museum: inPerson('7991', ['Museum', 'Gallery'], {
    amount: [2_300, 0.4],
    often: [0.6, 7, 1.8],
    hours: SHOPPING,
    shops: [8, 2],
  }),
  souvenirs: inPerson('5947', ['Gifts', 'Crafts'], {
    amount: [2_900, 0.7],
    often: [1, 8, 1.5],
    hours: SHOPPING,
    shops: [10, 1],
  }),
  taxi: inPerson('4121', ['Cab'], { amount: [2_200, 0.5], often: [1.5, 7, 1.2], hours: EVENING, shops: [10, 5] }),

  marketplace: online('5999', ['Bazaar', 'Parcels'], { amount: [3_200, 0.9], often: 30, hours: EVENING, shops: 6 }),
  onlineClothes: online('5691', ['Threads', 'Wear'], { amount: [6_100, 0.7], often: 10, hours: EVENING, shops: 14 }),
  onlineElectronics: online('5732', ['Gadgets', 'Devices'], {
    amount: [14_000, 1],
    often: 5,
    hours: EVENING,
    shops: 9,
  }),
  delivery: online('5812', ['Dinners'], { amount: [3_400, 0.45], often: 18, hours: MEALS, shops: 5 }),
  rides: online('4121', ['Rides'], { amount: [1_800, 0.5], often: 14, hours: LATE, shops: 3 }),
  digital: online('5816', ['Games', 'Apps'], { amount: [690, 0.7], often: 12, hours: EVENING, shops: 9 }),
  charity: online('8398', ['Relief', 'Shelter'], { amount: [2_000, 0.8], often: 3, hours: EVENING, shops: 9 }),
  giftCards: online('5947', ['Gift Cards'], { amount: [5_000, 0.6], often: 2.5, hours: EVENING, shops: 5 }),
  tickets: online('7922', ['Tickets'], { amount: [9_500, 0.7], often: 3, hours: EVENING, shops: 5 }),
  airline: online('4511', ['Air', 'Airways'], { amount: [32_000, 0.6], often: 0.7, hours: EVENING, shops: 6 }),

  streaming: recurring('4899', ['Streaming'], 1_500, 30),
  phone: recurring('4814', ['Mobile'], 5_500, 20),
  cloud: recurring('5734', ['Storage', 'Software'], 800, 18),
  news: recurring('5968', ['Daily'], 1_300, 10),
  gym: recurring('7997', ['Fitness'], 3_900, 10),
  insurance: recurring('6300', ['Insurance'], 11_000, 8),
  club: recurring('5968', ['Wellness Club', 'Savings Club'], 5_200, 2),
} as const satisfies Record<string, ShopKind>

/** The name of a kind. */
export type ShopKindName = keyof typeof SHOP_KINDS
