/** A real town; the clock is its standard time in hours from UTC. `homes` says how many of the people live there, relative to others. */
export type Town = {
  readonly name: string
  readonly region: string
  readonly country: string
  readonly latitude: number
  readonly longitude: number
  readonly clock: number
  readonly homes: number
}

type Line = readonly [name: string, region: string, latitude: number, longitude: number, clock: number, homes: number]

/** Where people live and travel, coordinates to about a kilometre. Nobody of the bank lives abroad. */
const HOME_LINES: readonly Line[] = [
  ['New York', 'NY', 40.73, -73.99, -5, 10],
  ['Newark', 'NJ', 40.74, -74.17, -5, 2],
  ['Philadelphia', 'PA', 39.95, -75.16, -5, 4],
  ['Boston', 'MA', 42.36, -71.06, -5, 3],
  ['Providence', 'RI', 41.82, -71.41, -5, 1],
  ['Washington', 'DC', 38.91, -77.04, -5, 3],
  ['Baltimore', 'MD', 39.29, -76.61, -5, 2],
  ['Atlanta', 'GA', 33.75, -84.39, -5, 4],
  ['Charlotte', 'NC', 35.23, -80.84, -5, 2],
  ['Miami', 'FL', 25.77, -80.19, -5, 4],
  ['Orlando', 'FL', 28.54, -81.38, -5, 2],
  ['Tampa', 'FL', 27.95, -82.46, -5, 2],
  ['Detroit', 'MI', 42.33, -83.05, -5, 2],
  ['Cleveland', 'OH', 41.5, -81.69, -5, 1],
  ['Pittsburgh', 'PA', 40.44, -79.99, -5, 1],
  ['Chicago', 'IL', 41.88, -87.63, -6, 7],
  ['Milwaukee', 'WI', 43.04, -87.91, -6, 1],
  ['Minneapolis', 'MN', 44.98, -93.27, -6, 2],
  ['St. Louis', 'MO', 38.63, -90.2, -6, 1],
  ['Nashville', 'TN', 36.16, -86.78, -6, 2],
  ['New Orleans', 'LA', 29.95, -90.07, -6, 1],
  ['Houston', 'TX', 29.76, -95.37, -6, 6],
  ['Dallas', 'TX', 32.78, -96.8, -6, 5],
  ['Austin', 'TX', 30.27, -97.74, -6, 3],
  ['San Antonio', 'TX', 29.42, -98.49, -6, 2],
  ['Kansas City', 'MO', 39.1, -94.58, -6, 1],
  ['Denver', 'CO', 39.74, -104.99, -7, 3],
  ['Salt Lake City', 'UT', 40.76, -111.89, -7, 1],
  ['Phoenix', 'AZ', 33.45, -112.07, -7, 3],
  ['Las Vegas', 'NV', 36.17, -115.14, -8, 2],
  ['San Diego', 'CA', 32.72, -117.16, -8, 3],
  ['Los Angeles', 'CA', 34.05, -118.24, -8, 9],
  ['Fresno', 'CA', 36.74, -119.79, -8, 1],
  ['San Jose', 'CA', 37.34, -121.89, -8, 3],
  ['San Francisco', 'CA', 37.77, -122.42, -8, 4],
  ['Sacramento', 'CA', 38.58, -121.49, -8, 1],
  ['Portland', 'OR', 45.52, -122.68, -8, 2],
  ['Seattle', 'WA', 47.61, -122.33, -8, 4],
  ['Honolulu', 'HI', 21.31, -157.86, -10, 1],
]

const ABROAD_LINES: readonly (readonly [country: string, name: string, ...rest: readonly [number, number, number]])[] =
  [
    ['CA', 'Toronto', 43.65, -79.38, -5],
    ['CA', 'Vancouver', 49.28, -123.12, -8],
    ['CA', 'Montréal', 45.5, -73.57, -5],
    ['MX', 'Ciudad de México', 19.43, -99.13, -6],
    ['MX', 'Cancún', 21.16, -86.85, -5],
    ['MX', 'Tijuana', 32.51, -117.04, -8],
    ['DO', 'Punta Cana', 18.58, -68.4, -4],
    ['CR', 'San José', 9.93, -84.08, -6],
    ['CO', 'Bogotá', 4.71, -74.07, -5],
    ['BR', 'São Paulo', -23.55, -46.63, -3],
    ['GB', 'London', 51.51, -0.13, 0],
    ['IE', 'Dublin', 53.35, -6.26, 0],
    ['FR', 'Paris', 48.86, 2.35, 1],
    ['ES', 'Barcelona', 41.39, 2.17, 1],
    ['PT', 'Lisboa', 38.72, -9.14, 0],
    ['IT', 'Roma', 41.9, 12.5, 1],
    ['DE', 'Berlin', 52.52, 13.4, 1],
    ['NL', 'Amsterdam', 52.37, 4.9, 1],
    ['GR', 'Athina', 37.98, 23.73, 2],
    ['TR', 'İstanbul', 41.01, 28.98, 3],
    ['IN', 'Delhi', 28.61, 77.21, 5.5],
    ['PH', 'Manila', 14.6, 120.98, 8],
    ['TH', 'Bangkok', 13.76, 100.5, 7],
    ['JP', 'Tokyo', 35.68, 139.69, 9],
    ['KR', 'Seoul', 37.57, 126.98, 9],
    ['AU', 'Sydney', -33.87, 151.21, 10],
  ]

/** All towns; where people live come first. */
export const TOWNS: readonly Town[] = [
  ...HOME_LINES.map(([name, region, latitude, longitude, clock, homes]) => {
    return { name, region, country: 'US', latitude, longitude, clock, homes }
  }),
  ...ABROAD_LINES.map(([country, name, latitude, longitude, clock]) => {
    return { name, region: '', country, latitude, longitude, clock, homes: 0 }
  }),
]

const KM_A_DEGREE = 111.2
const DEGREE = Math.PI / 180

/**
 * Kilometres between two places, roughly: good enough to plan a journey. The cosine is a polynomial of our own, because
 * the library's differs between Node versions in the last bit.
 */
export function roughKm(a: Pick<Town, 'latitude' | 'longitude'>, b: Pick<Town, 'latitude' | 'longitude'>): number {
  const x = (((a.latitude + b.latitude) / 2) * DEGREE) ** 2
  const cosine = 1 - x / 2 + (x * x) / 24 - (x * x * x) / 720
  const around = Math.abs(a.longitude - b.longitude)
  const east = Math.min(around, 360 - around) * cosine
  return KM_A_DEGREE * Math.sqrt((a.latitude - b.latitude) ** 2 + east * east)
}
