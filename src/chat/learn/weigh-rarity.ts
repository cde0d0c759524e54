import type { Features } from '../understand/features.ts'

/** Gives the features of a text weights by how rare each is among the texts that were learned from; the length stays 1. */
export type WeighRarity = (features: Features) => Features

/**
 * Weighs by the inverse of how many texts have a feature: ln(1 + n / (1 + seen)) to a power (Spärck Jones, 1972; a power below 1 because
 * the machine finds the rest by itself). What no text had is the rarest.
 */
export function learnRarity(texts: readonly Features[], power: number): WeighRarity {
  const seen = new Map<number, number>()
  for (const { places } of texts) for (const place of places) seen.set(place, (seen.get(place) ?? 0) + 1)
  const rarity = (place: number): number => Math.log(1 + texts.length / (1 + (seen.get(place) ?? 0))) ** power
  return ({ places, values }) => {
    const weighed = values.map((value, at) => value * rarity(places[at] ?? 0))
    const length = Math.sqrt(weighed.reduce((sum, value) => sum + value * value, 0))
    return { places, values: length === 0 ? weighed : weighed.map((value) => value / length) }
  }
}
