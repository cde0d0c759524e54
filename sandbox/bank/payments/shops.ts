import { chanceFor } from './chance.ts'
import type { Chance } from './chance.ts'
import { SHOP_KINDS } from './shop-kinds.ts'
import type { ShopKind, ShopKindName } from './shop-kinds.ts'
import { TOWNS } from './towns.ts'

/** A merchant. Who sells over the network has no town: no place is known. */
export type Shop = {
  readonly number: number
  readonly name: string
  readonly kind: ShopKindName
  /** Its place in TOWNS. */
  readonly town: number | undefined
  readonly country: string
  readonly latitude: number | undefined
  readonly longitude: number | undefined
  /** Its tills have the numbers from here on. */
  readonly firstTill: number
  readonly tills: number
}

/** All merchants of a world. */
export type Shops = {
  readonly all: readonly Shop[]
  readonly tills: number
  /** Those of a kind in a town; those that sell over the network wherever one is. */
  of(kind: ShopKindName, town: number): readonly Shop[]
}

/** Every town has at least so many of a kind, or visitors would all meet at one till. */
const PER_TOWN_MIN = 2
const ONLINE_MIN = 4
/** Shops stand within so many degrees of the middle of town: about eight kilometres. */
const TOWN_DEGREES = 0.07
/** A few of those that sell over the network do so from elsewhere. */
const ABROAD_SHARE = 0.25
const ONLINE_COUNTRIES = ['IE', 'LU', 'GB', 'CN', 'SE', 'EE', 'CA']
const FIRST_WORDS =
  'Maple Harbor Juniper Copper Willow Lantern Granite Meadow Orchard Falcon Cedar Saffron Indigo Summit River Amber ' +
  'Hazel Northside Old Mill Beacon Clover Driftwood Ember Fern Garnet Heron Ivory Jasper Kestrel Linden Marigold Nutmeg ' +
  'Opal Prairie Quarry Rosewood Sparrow Thistle Union Violet Walnut Yarrow Zephyr'

/** Opens the merchants of a world; how many depends on how many people live where. */
export function openShops(seed: string, customers: number): Shops {
  const all: Shop[] = []
  const homes = TOWNS.reduce((sum, town) => sum + town.homes, 0)
  let tills = 0
  const open = (name: ShopKindName, town: number | undefined, count: number): void => {
    const kind: ShopKind = SHOP_KINDS[name]
    for (let nth = 0; nth < count; nth += 1) {
      const chance = chanceFor('lives', seed, 'shop', name, town ?? 'online', nth)
      all.push({ number: all.length, kind: name, firstTill: tills, tills: kind.tills, ...locate(chance, kind, town) })
      tills += kind.tills
    }
  }
  for (const name of KIND_NAMES) {
    const { presence, perThousand }: ShopKind = SHOP_KINDS[name]
    if (presence !== 'in-person') open(name, undefined, Math.max(ONLINE_MIN, wholes(perThousand, customers)))
    else TOWNS.forEach((town, at) => open(name, at, townShops(perThousand, (customers * town.homes) / homes)))
  }
  const byPlace = new Map<string, Shop[]>()
  for (const shop of all) {
    const key = placeKey(shop.kind, shop.town)
    byPlace.set(key, [...(byPlace.get(key) ?? []), shop])
  }
  return {
    all,
    tills,
    of: (kind, town) => byPlace.get(placeKey(kind, SHOP_KINDS[kind].presence === 'in-person' ? town : undefined)) ?? [],
  }
}

/** Every kind, in a fixed order. */
export const KIND_NAMES: readonly ShopKindName[] = Object.keys(SHOP_KINDS).filter(
  (name): name is ShopKindName => name in SHOP_KINDS,
)

function locate(
  chance: Chance,
  { nouns }: ShopKind,
  town: number | undefined,
): Pick<Shop, 'name' | 'town' | 'country' | 'latitude' | 'longitude'> {
  const name = `${chance.pick(FIRST_WORDS.split(' '))} ${chance.pick(nouns)}`
  const place = town === undefined ? undefined : TOWNS[town]
  if (place === undefined) {
    const country = chance.happens(ABROAD_SHARE) ? chance.pick(ONLINE_COUNTRIES) : 'US'
    return { name, town: undefined, country, latitude: undefined, longitude: undefined }
  }
  const near = (degrees: number): number => round4(degrees + chance.uniform(-TOWN_DEGREES, TOWN_DEGREES))
  return { name, town, country: place.country, latitude: near(place.latitude), longitude: near(place.longitude) }
}

function townShops(perThousand: number, people: number): number {
  return Math.max(PER_TOWN_MIN, wholes(perThousand, people))
}

function wholes(perThousand: number, people: number): number {
  return Math.round((perThousand * people) / 1_000)
}

function placeKey(kind: ShopKindName, town: number | undefined): string {
  return `${kind}@${town ?? ''}`
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
