declare const instant: unique symbol

/** A moment: milliseconds since 1970 in UTC. The database's clock makes the ones that decide anything. */
export type Instant = number & { readonly [instant]: true }

/** Marks a number of milliseconds since 1970 as a moment. */
export function toInstant(epochMs: number): Instant {
  return epochMs as Instant
}
