import type { Place } from '../../banks/index.ts'
import type { Block, PlaceUse, PlacesBlock } from '../block.ts'
import { cleanText } from '../clean-text.ts'
import { within } from './find-rows.ts'
import type { ListQuestion } from './find-rows.ts'
import type { Movement } from './movements.ts'
import { note } from './period.ts'
import { sumsOf } from './sums.ts'

/** The most cities that one list holds. */
const placesMax = 60

/** Where cards were used, apart for each card. What the bank gives no place for gets none. */
export function placeBlocks({ movements, period }: ListQuestion): readonly Block[] {
  const uses = within(movements, period).filter(isCardUse)
  const cards = [...new Set(uses.map(({ transaction }) => transaction.cardLastDigits?.reveal()))].sort((a, b) =>
    (a ?? '~').localeCompare(b ?? '~'),
  )
  const blocks = cards.map((card): PlacesBlock => {
    const those = uses.filter(({ transaction }) => transaction.cardLastDigits?.reveal() === card)
    const inPerson = those.filter((use) => !isOnline(use))
    return {
      kind: 'places',
      from: period.from,
      to: period.to,
      cardLastDigits: card,
      places: placesOf(inPerson),
      online: those.length - inPerson.length,
      unknown: inPerson.filter((use) => placeOf(use) === undefined).length,
    }
  })
  const none: PlacesBlock = { kind: 'places', ...period, cardLastDigits: undefined, places: [], online: 0, unknown: 0 }
  return [...(blocks.length === 0 ? [none] : blocks), note('places-from-bank')]
}

function isCardUse({ transaction, own, category }: Movement): boolean {
  if (transaction.direction !== 'debit' || own || category === 'fees') return false
  return (
    transaction.cardLastDigits !== undefined ||
    transaction.place !== undefined ||
    /PURCHASE|POS|ATM/i.test(transaction.kind)
  )
}

// Categories of trade that has no counter: downloads, subscriptions and orders by mail, telephone or network (ISO 18245).
const withoutCounter = /^(48(16|99)|581[5-8]|596[0-9])$/

/** Over the network, whatever address the bank has for the seller: it was used nowhere. */
function isOnline({ transaction, text }: Movement): boolean {
  const city = transaction.place?.reveal().city ?? ''
  // Processors put a telephone number or an address of the network where the city would be.
  if (/\d{3}|\.[a-z]{2,}|^(online|internet|web)$/i.test(city)) return true
  if (withoutCounter.test(transaction.category ?? '')) return true
  const words = `${text} ${transaction.description.reveal()}`
  return /\b(online|internet|web order|e-?commerce|www)\b|\.(com|net|org|io|example)\b/i.test(words) &&
    transaction.place === undefined
    ? true
    : /\b(online|internet|e-?commerce)\b/i.test(transaction.description.reveal())
}

function placeOf({ transaction }: Movement): Place | undefined {
  const place = transaction.place?.reveal()
  return place === undefined || place.city.trim() === '' ? undefined : place
}

function placesOf(uses: readonly Movement[]): readonly PlaceUse[] {
  const groups = new Map<string, { place: Place; uses: Movement[] }>()
  for (const use of uses) {
    const place = placeOf(use)
    if (place === undefined) continue
    const key = [place.city, place.region, place.country].join('|').normalize('NFKC').toLowerCase()
    const group = groups.get(key) ?? { place, uses: [] }
    group.uses.push(use)
    groups.set(key, group)
  }
  return [...groups.values()].slice(0, placesMax).map(({ place, uses: those }) => ({
    city: cleanText(place.city, cityMax),
    region: place.region === undefined || place.region === '' ? undefined : cleanText(place.region, cityMax),
    country: place.country !== undefined && /^[A-Z]{2}$/.test(place.country) ? place.country : undefined,
    point: cityPoint(those),
    count: those.length,
    lastDay: those[0]?.day ?? '',
    totals: sumsOf(those.map(({ amount }) => amount)),
  }))
}

/** The longest name of a city or region that is shown. */
const cityMax = 40

/** The middle of the payments, to about ten kilometres: a city is shown, never a shop's door. */
function cityPoint(uses: readonly Movement[]): PlaceUse['point'] {
  const points = uses.map((use) => placeOf(use)?.point).filter((point) => point !== undefined)
  const usable = points.filter(
    ({ latitude, longitude }) =>
      Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0),
  )
  if (usable.length === 0) return undefined
  const middle = (pick: (point: (typeof usable)[number]) => number): number =>
    Math.round((usable.reduce((sum, point) => sum + pick(point), 0) / usable.length) * 10) / 10
  return { latitude: middle(({ latitude }) => latitude), longitude: middle(({ longitude }) => longitude) }
}
