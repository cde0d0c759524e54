/** Mean radius of the earth in kilometres (IUGG). */
const earthKm = 6_371.0088

type Point = { readonly latitude: number; readonly longitude: number }

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(from: Point, to: Point): number {
  const halfLatitude = Math.sin(radians(to.latitude - from.latitude) / 2)
  const halfLongitude = Math.sin(radians(to.longitude - from.longitude) / 2)
  const across = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude))
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(halfLatitude ** 2 + across * halfLongitude ** 2)))
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
