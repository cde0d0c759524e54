import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLabelQueue } from './label-queue.ts'

describe('labels on their way', () => {
  it('arrive by time, those of one time in the order in which they were sent, and never early', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), fc.nat({ max: 20 }), (times, nowMs) => {
        const queue = createLabelQueue()
        const labels = times.map((arrivedAtMs, at) => ({ use: String(at), arrivedAtMs, isFraud: true, informed: true, source: 'bank' as const, by: 'c' })) // prettier-ignore
        for (const label of labels) queue.add(label)
        const taken: (typeof labels)[number]['use'][] = []
        for (let label = queue.take(nowMs); label !== undefined; label = queue.take(nowMs)) taken.push(label.use)
        const due = labels.filter(({ arrivedAtMs }) => arrivedAtMs <= nowMs)
        expect(taken).toEqual(due.toSorted((one, other) => one.arrivedAtMs - other.arrivedAtMs).map(({ use }) => use))
      }),
    )
  })
})
