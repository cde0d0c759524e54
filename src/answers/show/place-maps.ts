import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { geoAlbersUsa, geoConicConformal, geoEqualEarth, geoPath, geoTransform } from 'd3-geo'
import type { GeoPermissibleObjects, GeoProjection, GeoStream } from 'd3-geo'
import { feature, mesh } from 'topojson-client'
import { z } from 'zod'

/** Of every map, in its own units; pages show it as wide as the column. */
export const mapSize = { width: 720, height: 420 } as const

/** Room around the land, so that a dot on a coast is not cut. */
const margin = 14

/** Degrees. */
export type Point = { readonly latitude: number; readonly longitude: number }

/** A map of some part of the world: paths as SVG writes them, and where points lie on it. */
export type PlaceMap = {
  readonly land: string
  readonly borders: string
  /** Undefined for a point that this map does not show. */
  project(point: Point): { readonly x: number; readonly y: number } | undefined
}

export type PlaceMaps = {
  /** The closest map that shows all of these points. */
  mapFor(points: readonly Point[]): PlaceMap
}

/**
 * Maps from the atlases that are packaged with the product: land of Natural Earth, states of the US Census Bureau. Each is
 * worked out at its first use and kept: three maps, some 100 kB together.
 */
export function createPlaceMaps(): PlaceMaps {
  const kept = new Map<MapName, PlaceMap>()
  return {
    mapFor(points) {
      const name = closest(points)
      const known = kept.get(name)
      if (known !== undefined) return known
      const made = makers[name]()
      kept.set(name, made)
      return made
    },
  }
}

type Shape = NonNullable<Parameters<typeof mesh>[1]>
type Atlas = Parameters<typeof mesh>[0] & { readonly objects: Readonly<Record<string, Shape>> }

type MapName = 'states' | 'europe' | 'world'

const makers: { readonly [Name in MapName]: () => PlaceMap } = {
  states: makeStates,
  europe: makeEurope,
  world: makeWorld,
}

/** Degrees that the map of Europe surely shows. */
const europe = { west: -11, east: 32, south: 36, north: 62 } as const

function closest(points: readonly Point[]): MapName {
  const usa = geoAlbersUsa()
  if (points.every(({ latitude, longitude }) => usa([longitude, latitude]) !== null)) return 'states'
  const inEurope = ({ latitude, longitude }: Point): boolean =>
    longitude >= europe.west && longitude <= europe.east && latitude >= europe.south && latitude <= europe.north
  return points.every(inEurope) ? 'europe' : 'world'
}

function makeStates(): PlaceMap {
  const atlas = readAtlas('us-atlas/states-10m.json')
  const nation = land(atlas, 'nation')
  const projection = geoAlbersUsa().fitExtent(frame, nation)
  const { states } = atlas.objects
  const lines = states === undefined ? undefined : mesh(atlas, states, (a, b) => a !== b)
  return mapOf(projection, nation, lines)
}

function makeEurope(): PlaceMap {
  const atlas = readAtlas('world-atlas/countries-50m.json')
  const projection = geoConicConformal().rotate([-10, 0]).center([0, 51]).parallels([40, 58])
  const corners = {
    type: 'MultiPoint' as const,
    coordinates: [
      [europe.west, europe.south],
      [europe.east, europe.south],
      [europe.west, europe.north],
      [europe.east, europe.north],
    ],
  }
  projection.fitExtent(frame, corners).clipExtent([
    [0, 0],
    [mapSize.width, mapSize.height],
  ])
  const { countries } = atlas.objects
  const lines = countries === undefined ? undefined : mesh(atlas, countries, (a, b) => a !== b)
  return mapOf(projection, land(atlas, 'land'), lines)
}

function makeWorld(): PlaceMap {
  const atlas = readAtlas('world-atlas/land-110m.json')
  return mapOf(geoEqualEarth().fitExtent(frame, { type: 'Sphere' }), land(atlas, 'land'), undefined)
}

const frame: [[number, number], [number, number]] = [
  [margin, margin],
  [mapSize.width - margin, mapSize.height - margin],
]

function mapOf(
  projection: GeoProjection,
  ground: GeoPermissibleObjects,
  lines: GeoPermissibleObjects | undefined,
): PlaceMap {
  const path = geoPath({ stream: (output: GeoStream) => projection.stream(thin().stream(output)) }).digits(1)
  return {
    land: path(ground) ?? '',
    borders: lines === undefined ? '' : (path(lines) ?? ''),
    project({ latitude, longitude }) {
      const at = projection([longitude, latitude])
      if (at === null) return undefined
      const [x, y] = at.map((value) => Math.round(value * 10) / 10)
      return x === undefined || y === undefined ? undefined : { x, y }
    },
  }
}

/** Points of a coast that are closer than this, in units of the map, say nothing on a phone. */
const detailMin = 1

// Leaves out points that are too close to the one before; a line keeps its first, and rings close by themselves.
function thin(): { stream(output: GeoStream): GeoStream } {
  let last: readonly [number, number] | undefined
  return geoTransform({
    lineStart() {
      last = undefined
      this.stream.lineStart()
    },
    point(x, y) {
      if (last !== undefined && Math.hypot(x - last[0], y - last[1]) < detailMin) return
      last = [x, y]
      this.stream.point(x, y)
    },
  })
}

function land(atlas: Atlas, name: string): ReturnType<typeof feature> {
  const object = atlas.objects[name]
  if (object === undefined) throw new RangeError(`the atlas has no ${name}`)
  return feature(atlas, object)
}

// The packages are ours, fixed by checksum: that a file is a topology is all there is to check.
const atlasShape = z.custom<Atlas>(
  (value) =>
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'Topology' && 'arcs' in value,
)

function readAtlas(name: string): Atlas {
  const file = createRequire(import.meta.url).resolve(name)
  return atlasShape.parse(JSON.parse(readFileSync(file, 'utf8')))
}
