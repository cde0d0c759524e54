import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buckets, featuresOf } from './features.ts'

test('features have length 1, ascending places within the table, and are the same every time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const { places, values } = featuresOf(text)
      expect(featuresOf(text)).toEqual({ places, values })
      expect([...places]).toEqual([...new Set(places)].sort((left, right) => left - right))
      for (const place of places) expect(place).toBeLessThan(buckets)
      expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5)
    }),
  )
})

test('a slip of the fingers leaves most of a long word, and the order of words tells', () => {
  expect(alike('my balance please', 'my balanse please')).toBeGreaterThan(0.5)
  expect(alike('my balance please', 'freeze the card')).toBeLessThan(0.1)
  expect(alike('card to bank', 'bank to card')).toBeLessThan(0.99)
})

function alike(left: string, right: string): number {
  const [one, other] = [featuresOf(left), featuresOf(right)]
  const weights = new Map([...other.places].map((place, at) => [place, other.values[at] ?? 0]))
  return [...one.places].reduce((sum, place, at) => sum + (one.values[at] ?? 0) * (weights.get(place) ?? 0), 0)
}
