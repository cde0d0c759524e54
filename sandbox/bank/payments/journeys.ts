import type { Chance } from './chance.ts'
import { roughKm, TOWNS } from './towns.ts'

const DAY = 86_400
const HOUR = 3_600

/** A journey; instants in seconds since the start of the first day (UTC). Between leaving and arriving nobody pays. */
export type Journey = {
  /** Its place in TOWNS. */
  readonly town: number
  readonly leaves: number
  readonly arrives: number
  readonly departs: number
  readonly returns: number
  /** When the flight was paid, or undefined: another card, the car, a friend. */
  readonly booked: number | undefined
}

/** Journeys a year: most people a few, some every other week. */
const A_YEAR = { usual: 4, often: 22, oftenShare: 0.08 } as const
const ABROAD_SHARE = 0.3
/** One day, there and back, where it is near enough. */
const DAY_TRIP_SHARE = 0.4
const DAY_TRIP_KM_MAX = 420
const NIGHTS = { min: 1, max: 13 } as const
const FLIGHT_BOOKED_SHARE = 0.6
const DRIVES_KM_MAX = 350

/** Somebody's journeys in order; none begins before the last one has ended. */
export function planJourneys(chance: Chance, days: number, home: number): Journey[] {
  const aYear = chance.happens(A_YEAR.oftenShare) ? A_YEAR.often : A_YEAR.usual
  const starts = Array.from({ length: chance.poisson((aYear * days) / 365) }, () => chance.int(0, days - 1))
  const journeys: Journey[] = []
  for (const day of starts.sort((a, b) => a - b)) {
    const last = journeys.at(-1)
    const journey = plan(chance, day, home)
    if (last === undefined || journey.leaves > last.returns + DAY) journeys.push(journey)
  }
  return journeys
}

/** Where somebody is: the town, or undefined on the way. */
export function townAt(holder: { readonly home: number; readonly journeys: readonly Journey[] }, seconds: number) {
  const journey = holder.journeys.find((each) => seconds >= each.leaves && seconds < each.returns)
  if (journey === undefined) return holder.home
  return seconds >= journey.arrives && seconds < journey.departs ? journey.town : undefined
}

function plan(chance: Chance, day: number, home: number): Journey {
  const near = TOWNS.flatMap((_, town) => (town !== home && km(home, town) < DAY_TRIP_KM_MAX ? [town] : []))
  const forADay = near.length > 0 && chance.happens(DAY_TRIP_SHARE)
  const town = forADay ? chance.pick(near) : chance.pick(awayFrom(home, chance.happens(ABROAD_SHARE)))
  const way = onTheWay(km(home, town))
  const leaves = day * DAY + Math.round(chance.uniform(6, 15) * HOUR) - clock(home)
  const arrives = leaves + way
  const stay = forADay ? chance.uniform(4, 10) * HOUR : chance.int(NIGHTS.min, NIGHTS.max) * DAY
  const departs = arrives + Math.round(stay)
  const flies = km(home, town) > DRIVES_KM_MAX && chance.happens(FLIGHT_BOOKED_SHARE)
  const booked = flies ? leaves - chance.int(3, 70) * DAY : undefined
  return { town, leaves, arrives, departs, returns: departs + way, booked }
}

function awayFrom(home: number, abroad: boolean): number[] {
  return TOWNS.flatMap(({ country }, town) => (town !== home && (country !== 'US') === abroad ? [town] : []))
}

/** Seconds: by car, or by air with the time that airports take. */
function onTheWay(distanceKm: number): number {
  const hours = distanceKm < DRIVES_KM_MAX ? distanceKm / 85 : 2.5 + distanceKm / 720
  return Math.round(hours * HOUR)
}

function km(from: number, to: number): number {
  const [a, b] = [TOWNS[from], TOWNS[to]]
  return a === undefined || b === undefined ? 0 : roughKm(a, b)
}

/** A town's clock in seconds from UTC. */
export function clock(town: number): number {
  return (TOWNS[town]?.clock ?? 0) * HOUR
}
