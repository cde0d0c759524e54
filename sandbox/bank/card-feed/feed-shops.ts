import { SHOPS, shopIn } from '../world/merchants.ts'
import type { ShopKind } from '../world/merchants.ts'
import { CITIES } from '../world/places.ts'
import type { City } from '../world/places.ts'
import { idFor } from '../world/random.ts'
import type { CardUse } from './card-use-book.ts'

/** Where people use a card on demand: shops of their history, and what thieves like besides. */
export const FEED_SHOPS = {
  ...SHOPS,
  electronics: { names: ['Circuit House'], mcc: '5732', min: 8_900, max: 189_000, permille: 0 },
  jewellery: { names: ['Silver Heron Jewelers'], mcc: '5944', min: 12_000, max: 240_000, permille: 0 },
  cash: { names: ['Cash Machine'], mcc: '6011', min: 4_000, max: 40_000, permille: 0 },
  hotel: { names: ['Hotel Miramar'], mcc: '7011', min: 11_000, max: 62_000, permille: 0 },
  games: { names: ['Pixel Arcade'], mcc: '5816', min: 99, max: 4_999, permille: 0, online: true },
  charity: { names: ['Open Hands Relief'], mcc: '8398', min: 100, max: 10_000, permille: 0, online: true },
  giftCards: { names: ['Cardly Gifts'], mcc: '5947', min: 2_500, max: 50_000, permille: 0, online: true },
} as const satisfies Record<string, ShopKind>

/** The name of a kind of shop. */
export type FeedShop = keyof typeof FEED_SHOPS
/** The name of a city. */
export type FeedCity = keyof typeof CITIES

/** Kinds of shops, for the control API. */
export const FEED_SHOP_NAMES = Object.keys(FEED_SHOPS).filter((name): name is FeedShop => name in FEED_SHOPS)
/** Cities, for the control API. */
export const FEED_CITY_NAMES = Object.keys(CITIES).filter((name): name is FeedCity => name in CITIES)

/** A shop as the network knows it. */
export type FeedMerchant = Pick<CardUse, 'payee' | 'mcc' | 'terminal'> & { readonly online: boolean }

/** The first shop of a kind in a city: the same one as in people's histories, with one till. */
export function feedMerchant(kind: FeedShop, city: City): FeedMerchant {
  const shop: ShopKind = FEED_SHOPS[kind]
  const { name, merchantId = idFor('m', kind), place } = shopIn(shop, shop.names[0] ?? kind, city)
  const payee = { name, merchantId, ...(place === undefined ? {} : { place }) }
  return { payee, mcc: shop.mcc, terminal: idFor('t', merchantId), online: shop.online === true }
}
