import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemRandom } from '../platform/index.ts'
import { drawSlots } from './block-slots.ts'

test('every place is taken once, block by block, however many are taken at a time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 12 }), (counts) => {
      const slots = drawSlots(systemRandom, { end: 128n, free: [70n, 101n] })
      const taken: bigint[] = []
      for (const count of counts) {
        taken.push(...slots.peek(count))
        slots.take(count)
        expect((BigInt(taken.length) + BigInt(slots.open()) + 126n) % 64n).toBe(0n)
      }
      taken.push(...slots.peek(slots.open()))
      expect(new Set(taken).size).toBe(taken.length)
      expect(taken.every((place) => place < slots.end())).toBe(true)
    }),
  )
})

test('the place of an entry in its block says nothing about how many came before it', () => {
  const rounds = 6_400
  for (const before of [0, 1, 31, 62]) {
    const counts = Array.from({ length: 64 }, () => 0)
    for (let round = 0; round < rounds; round += 1) {
      const place = Number(drawSlots(systemRandom, { end: 0n, free: [] }).peek(64)[before] ?? 0n)
      counts[place] = (counts[place] ?? 0) + 1
    }
    // Chi-square with 63 degrees of freedom: beyond 160 less than once in a billion times.
    const expected = rounds / 64
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(160)
  }
})
