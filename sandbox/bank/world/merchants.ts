import { decimalText } from '../fdx/exact-number.ts'
import type { Payee } from './book.ts'
import type { City } from './places.ts'
import { drawFor, idFor } from './random.ts'

/** A kind of shop people go to: invented names, real category codes (ISO 18245), amounts in minor units of US dollars. */
export type ShopKind = {
  readonly names: readonly string[]
  readonly mcc: string
  readonly min: number
  readonly max: number
  /** How often on an ordinary day, in a thousand. */
  readonly permille: number
  /** Bought over the network: no place is known. */
  readonly online?: true
}

/** Where people shop at home and over the network. */
export const SHOPS = {
  groceries: {
    names: ['Green Basket Market', 'Harbor Foods', 'Corner Pantry'],
    mcc: '5411',
    min: 1_450,
    max: 13_900,
    permille: 330,
  },
  coffee: { names: ['Third Rail Coffee', 'Blue Door Cafe'], mcc: '5814', min: 375, max: 1_290, permille: 400 },
  restaurant: {
    names: ['Saffron Kitchen', 'Nonna Pina', 'Little Fern', 'Taqueria El Faro'],
    mcc: '5812',
    min: 1_250,
    max: 9_400,
    permille: 280,
  },
  fuel: { names: ['Meridian Fuel', 'Route 9 Gas'], mcc: '5541', min: 3_150, max: 6_900, permille: 110 },
  pharmacy: { names: ['Wellspring Pharmacy'], mcc: '5912', min: 599, max: 5_400, permille: 55 },
  home: { names: ['Oak & Iron Hardware'], mcc: '5251', min: 1_150, max: 18_900, permille: 25 },
  books: { names: ['Paper Lantern Books'], mcc: '5942', min: 999, max: 5_900, permille: 30 },
  cinema: { names: ['Orpheum Cinema'], mcc: '7832', min: 1_350, max: 4_800, permille: 30 },
  onlineShop: {
    names: ['Parcelwise', 'Threadline', 'Gadgetry.example'],
    mcc: '5999',
    min: 999,
    max: 17_900,
    permille: 150,
    online: true,
  },
  ride: { names: ['Hopalong Rides'], mcc: '4121', min: 780, max: 3_900, permille: 80, online: true },
  delivery: { names: ['Doorstep Dinners'], mcc: '5812', min: 1_890, max: 6_400, permille: 90, online: true },
} as const satisfies Record<string, ShopKind>

/** Shops visited on a trip. */
export const TRIP_SHOPS: readonly ShopKind[] = [
  { names: ['Mercado Central', 'The Old Bakery', 'Station Kiosk'], mcc: '5812', min: 900, max: 7_800, permille: 900 },
  { names: ['City Museum'], mcc: '7991', min: 1_200, max: 3_600, permille: 350 },
  { names: ['Metro Lines'], mcc: '4111', min: 280, max: 1_900, permille: 500 },
  { names: ['Handmade & Found'], mcc: '5947', min: 1_500, max: 11_000, permille: 300 },
]

/** A shop of this kind in this city: always the same street, number and merchant id for the same name. */
export function shopIn(kind: ShopKind, name: string, city: City): Payee {
  const merchantId = idFor('m', name, kind.online === true ? 'online' : city.city)
  if (kind.online === true) return { name, merchantId }
  const draw = drawFor('shop', name, city.city)
  const street = draw.pick(city.streets)
  const nudge = (degrees: number): number => Math.round(degrees * 10_000 + draw.int(-12, 12)) / 10_000
  return {
    name,
    merchantId,
    place: {
      line1: `${draw.int(12, 980)} ${street.street}`,
      city: city.city,
      region: city.region,
      postalCode: street.postalCode,
      country: city.country,
      latitude: nudge(street.latitude),
      longitude: nudge(street.longitude),
    },
  }
}

/** The line a card statement shows: merchant, city, country or amount abroad. */
export function cardDescription(payee: Payee, foreign?: { readonly minor: bigint; readonly currency: string }): string {
  const place =
    payee.place === undefined ? 'ONLINE' : `${payee.place.city} ${payee.place.region || payee.place.country}`
  const abroad = foreign === undefined ? '' : ` ${foreign.currency} ${decimalText(foreign.minor, foreign.currency)}`
  return `${payee.name} ${place}${abroad}`.toUpperCase()
}
