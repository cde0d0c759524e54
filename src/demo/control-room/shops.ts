/** Where a card can be used: the sandbox bank's names for shops, and what they are called here. */
export const shops = {
  coffee: 'Coffee',
  groceries: 'Groceries',
  restaurant: 'Restaurant',
  fuel: 'Fuel',
  pharmacy: 'Pharmacy',
  books: 'Books',
  onlineShop: 'Online shop',
  games: 'Games',
  giftCards: 'Gift cards',
  electronics: 'Electronics',
  jewellery: 'Jewellery',
  hotel: 'Hotel',
  cash: 'Cash machine',
} as const

/** The sandbox bank's names for places. */
export const places = {
  home: 'Near home',
  newYork: 'New York',
  chicago: 'Chicago',
  london: 'London',
  lisbon: 'Lisbon',
  mexicoCity: 'Mexico City',
  tokyo: 'Tokyo',
} as const

/** A kind of shop. */
export type Shop = keyof typeof shops
/** A place. */
export type Place = keyof typeof places

/** For checking forms. */
export const shopNames = namesOf(shops)
/** For checking forms. */
export const placeNames = namesOf(places)

function namesOf<Name extends string>(table: Readonly<Record<Name, string>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => name in table)
}
