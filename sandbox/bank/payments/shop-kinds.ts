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

const inPerson = (
  category: string,
  nouns: readonly string[],
  [median, spread]: readonly [number, number],
  [home, away, weekend]: readonly [number, number, number],
  hours: Hours,
  [perThousand, tills]: readonly [number, number],
): ShopKind => {
  return { category, presence: 'in-person', nouns, median, spread, home, away, weekend, hours, perThousand, tills }
}
const online = (
  category: string,
  nouns: readonly string[],
  [median, spread]: readonly [number, number],
  home: number,
  hours: Hours,
  perThousand: number,
): ShopKind => {
  const amounts = { median, spread }
  return {
    ...{ category, presence: 'online', nouns, ...amounts, home, away: home },
    ...{ weekend: 1.1, hours, perThousand, tills: 3 },
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
  groceries: inPerson('5411', ['Market', 'Foods', 'Grocers'], [3_400, 0.7], [30, 8, 1.2], SHOPPING, [40, 4]),
  coffee: inPerson('5814', ['Coffee', 'Bakery'], [720, 0.45], [24, 22, 0.9], MORNING, [60, 1]),
  restaurant: {
    ...inPerson('5812', ['Kitchen', 'Table', 'Grill', 'Diner'], [3_100, 0.6], [18, 32, 1.5], MEALS, [140, 1]),
    settlesLater: 'tip',
  },
  bar: inPerson('5813', ['Taproom', 'Lounge'], [2_600, 0.6], [5, 8, 2.4], LATE, [28, 1]),
  fuel: {
    ...inPerson('5541', ['Fuel', 'Gas & Go'], [4_300, 0.35], [11, 4, 0.9], ROAD, [30, 3]),
    settlesLater: 'pump',
  },
  pharmacy: inPerson('5912', ['Pharmacy'], [2_100, 0.7], [6, 3, 0.9], SHOPPING, [25, 2]),
  clothes: inPerson('5651', ['Outfitters', 'Clothing'], [5_800, 0.7], [5, 5, 1.8], SHOPPING, [40, 1]),
  electronics: inPerson('5732', ['Electronics', 'Computers'], [18_000, 1], [1.6, 0.6, 1.5], SHOPPING, [12, 2]),
  hardware: inPerson('5251', ['Hardware'], [4_100, 0.9], [3, 0.2, 1.9], SHOPPING, [12, 2]),
  department: inPerson('5311', ['Department Store'], [6_400, 0.8], [5, 4, 1.6], SHOPPING, [12, 4]),
  cinema: inPerson('7832', ['Cinema'], [2_700, 0.4], [2, 1, 2.6], EVENING, [6, 3]),
  transit: inPerson('4111', ['Transit'], [290, 0.6], [7, 14, 0.5], ROAD, [10, 6]),
  parking: inPerson('7523', ['Parking'], [900, 0.7], [5, 3, 0.8], MORNING, [20, 2]),
  cash: inPerson('6011', ['Cash Machine'], [8_000, 0.6], [4, 7, 1.1], ALL_DAY, [30, 1]),
  hair: inPerson('7230', ['Hair Studio'], [5_200, 0.4], [1.5, 0.2, 1.2], SHOPPING, [30, 1]),
  doctor: inPerson('8011', ['Family Practice'], [6_500, 0.7], [1.5, 0.1, 0.1], [[11, 2]], [30, 1]),
  furniture: inPerson('5712', ['Furniture'], [38_000, 0.9], [0.5, 0.05, 2], SHOPPING, [8, 1]),
  jewellery: inPerson('5944', ['Jewelers'], [24_000, 1], [0.4, 0.6, 1.4], SHOPPING, [7, 1]),
  hotel: {
    ...inPerson('7011', ['Hotel', 'Inn'], [31_000, 0.7], [0.1, 0.5, 1.3], [[17, 2.5]], [16, 1]),
    settlesLater: 'stay',
  },
  museum: inPerson('7991', ['Museum', 'Gallery'], [2_300, 0.4], [0.6, 7, 1.8], SHOPPING, [8, 2]),
  souvenirs: inPerson('5947', ['Gifts', 'Crafts'], [2_900, 0.7], [1, 8, 1.5], SHOPPING, [10, 1]),
  taxi: inPerson('4121', ['Cab'], [2_200, 0.5], [1.5, 7, 1.2], EVENING, [10, 5]),

  marketplace: online('5999', ['Bazaar', 'Parcels'], [3_200, 0.9], 30, EVENING, 6),
  onlineClothes: online('5691', ['Threads', 'Wear'], [6_100, 0.7], 10, EVENING, 14),
  onlineElectronics: online('5732', ['Gadgets', 'Devices'], [14_000, 1], 5, EVENING, 9),
  delivery: online('5812', ['Dinners'], [3_400, 0.45], 18, MEALS, 5),
  rides: online('4121', ['Rides'], [1_800, 0.5], 14, LATE, 3),
  digital: online('5816', ['Games', 'Apps'], [690, 0.7], 12, EVENING, 9),
  charity: online('8398', ['Relief', 'Shelter'], [2_000, 0.8], 3, EVENING, 9),
  giftCards: online('5947', ['Gift Cards'], [5_000, 0.6], 2.5, EVENING, 5),
  tickets: online('7922', ['Tickets'], [9_500, 0.7], 3, EVENING, 5),
  airline: online('4511', ['Air', 'Airways'], [32_000, 0.6], 0.7, EVENING, 6),

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
