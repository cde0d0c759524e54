import { z } from 'zod'
import type { Day, Place } from '../../banks/index.ts'
import type { Money } from '../../kernel/index.ts'
import { countShape, dayShape, maybe, moneyShape } from './shapes.ts'

/** A city where cards were used in person. */
export type PlaceUse = Place & {
  readonly count: number
  readonly lastDay: Day
  readonly totals: readonly Money[]
}

/** Where cards were used, one block for each card, or one for all where the bank names no cards. */
export type PlacesBlock = {
  readonly kind: 'places'
  readonly from: Day
  readonly to: Day
  readonly cardLastDigits: string | undefined
  /** Most recent first. */
  readonly places: readonly PlaceUse[]
  /** Payments over the network: they happened nowhere, and get no pin. */
  readonly online: number
  /** Payments in person of which the bank names no place. */
  readonly unknown: number
}

/** How it is read back. */
export const placesShape = z.strictObject({
  kind: z.literal('places'),
  from: dayShape,
  to: dayShape,
  cardLastDigits: maybe(z.string()),
  places: z.array(
    z.strictObject({
      city: z.string(),
      region: maybe(z.string()),
      country: maybe(z.string()),
      point: maybe(z.strictObject({ latitude: z.number(), longitude: z.number() })),
      count: countShape,
      lastDay: dayShape,
      totals: z.array(moneyShape),
    }),
  ),
  online: countShape,
  unknown: countShape,
})
