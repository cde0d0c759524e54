import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { PlaceUse } from '../block.ts'
import { mapSize } from './place-maps.ts'
import type { PlaceMaps } from './place-maps.ts'
import type { AnswerReader } from './reader.ts'
import { placeName } from './place-name.ts'

/** Dots that are this close cover each other: only the larger one gets its number. */
const apart = 22

type Dot = {
  readonly number: number
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly title: string
}

/** Dots on land, made here from packaged atlases: no tile and no name of a place is asked of anybody. Nothing without a point. */
export function showMap(reader: AnswerReader, places: readonly PlaceUse[], maps: PlaceMaps): Html | undefined {
  const located = places.flatMap((place, index) =>
    place.point === undefined ? [] : [{ place, point: place.point, number: index + 1 }],
  )
  if (located.length === 0) return undefined
  const map = maps.mapFor(located.map(({ point }) => point))
  const dots = located
    .flatMap(({ place, point, number }): readonly Dot[] => {
      const at = map.project(point)
      if (at === undefined) return []
      const title = `${placeName(reader, place)}: ${reader.say('places.uses', { count: place.count })}`
      return [{ number, ...at, radius: Math.min(9 + Math.sqrt(place.count) * 1.5, radiusMax), title }]
    })
    .sort((a, b) => b.radius - a.radius || a.number - b.number)
  return html`<figure class="map">
    <svg
      viewBox="0 0 ${mapSize.width} ${mapSize.height}"
      role="img"
      aria-label="${reader.say('places.map', { count: dots.length })}"
    >
      <path class="land" d="${map.land}" />
      ${map.borders === '' ? undefined : html`<path class="borders" d="${map.borders}" />`}
      ${dots.map((dot, index) => showDot(dot, isCovered(dot, dots.slice(0, index))))}
    </svg>
    <figcaption class="muted">${reader.say('places.mapFact')}</figcaption>
  </figure>`
}

const radiusMax = 18

function showDot({ number, x, y, radius, title }: Dot, covered: boolean): Html {
  return html`<g class="dot dot-${number}">
    <title>${title}</title>
    <circle cx="${x}" cy="${y}" r="${round(radius)}" />
    ${covered ? undefined : html`<text x="${x}" y="${y}" dy="0.35em" text-anchor="middle">${number}</text>`}
  </g>`
}

function isCovered(dot: Dot, larger: readonly Dot[]): boolean {
  return larger.some((other) => Math.hypot(other.x - dot.x, other.y - dot.y) < apart)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
