import type { PlacesBlock, PlaceUse } from '../block.ts'
import { daysFrom } from '../compute/days.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

/** How many cities one message lists. */
const placesMax = 8

/** Cities at level full, card by card; at level rounded no place at all. Payments over the network are told apart. */
export function sayPlaces(
  speech: Speech,
  blocks: readonly PlacesBlock[],
): { readonly lines: readonly SayLine[]; readonly more: boolean } {
  const [first] = blocks
  if (first === undefined) return { lines: [], more: false }
  const days = daysFrom(first.from, first.to) + 1
  const inPerson = blocks.reduce((sum, block) => sum + block.unknown + usesIn(block), 0)
  if (speech.level === 'rounded')
    return {
      lines: [{ key: 'answer.places.rounded', values: { days, ...speech.counted(inPerson) } }],
      more: inPerson > 0,
    }
  const none: readonly SayLine[] = inPerson > 0 ? [] : [{ key: 'answer.places.none', values: { days } }]
  return {
    lines: [...none, ...blocks.flatMap((block) => sayCardUse(speech, block))],
    // The map is on the page.
    more: blocks.some(({ places }) => places.length > 0),
  }
}

function usesIn({ places }: PlacesBlock): number {
  return places.reduce((sum, { count }) => sum + count, 0)
}

function sayCardUse(speech: Speech, block: PlacesBlock): readonly SayLine[] {
  const left = block.places.length - placesMax
  return [
    ...(block.places.length === 0 ? [] : [sayHead(speech, block)]),
    ...block.places.slice(0, placesMax).map((place) => sayPlace(speech, place)),
    ...(left > 0 ? [{ key: 'answer.rows.more', values: { count: left } } as const] : []),
    ...(block.unknown > 0
      ? [{ key: 'answer.places.unknown', values: { count: block.unknown, bank: speech.bank } } as const]
      : []),
    ...(block.online > 0 ? [{ key: 'answer.places.online', values: { count: block.online } } as const] : []),
  ]
}

function sayHead(speech: Speech, { from, to, cardLastDigits }: PlacesBlock): SayLine {
  const period = { from: speech.day(from), to: speech.day(to) }
  return cardLastDigits === undefined
    ? { key: 'answer.places.head', values: period }
    : { key: 'answer.places.card-head', values: { ...period, card: chatName(cardLastDigits) } }
}

function sayPlace(speech: Speech, { city, region, country, count, lastDay }: PlaceUse): SayLine {
  const place = [
    chatName(city),
    ...(region === undefined ? [] : [chatName(region)]),
    ...(country === undefined ? [] : [speech.country(country)]),
  ]
  return { key: 'answer.places.line', values: { place: place.join(', '), count, day: speech.day(lastDay) } }
}
