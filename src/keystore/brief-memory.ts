import type { Clock } from '../platform/index.ts'

/** A memory that forgets: each value after `forMs`, the oldest first when more than `sizeMax` are held. */
export type BriefMemory<Key, Value> = {
  /** The remembered value, or what `find` gives; callers who ask at the same time share one `find`. */
  get(key: Key, find: () => Promise<Value>): Promise<Value>
  forget(key: Key): void
}

/** Makes an empty one. A `find` that fails is not remembered. */
export function createBriefMemory<Key, Value>(
  clock: Clock,
  limits: { readonly forMs: number; readonly sizeMax: number },
): BriefMemory<Key, Value> {
  const held = new Map<Key, { readonly value: Promise<Value>; readonly until: number }>()
  return {
    get(key, find) {
      const now = clock.now()
      const known = held.get(key)
      if (known !== undefined && known.until > now) return known.value
      const value = find()
      held.delete(key)
      held.set(key, { value, until: now + limits.forMs })
      forgetOldest(now)
      void value.then(undefined, () => {
        if (held.get(key)?.value === value) held.delete(key)
      })
      return value
    },
    forget: (key) => void held.delete(key),
  }

  // Values are held in the order they came, so the first are the oldest; two looks a call keep up with one new value.
  function forgetOldest(now: number): void {
    for (const [key, { until }] of [...take(held, 2)]) {
      if (until <= now || held.size > limits.sizeMax) held.delete(key)
    }
  }
}

function* take<Item>(items: Iterable<Item>, count: number): Generator<Item> {
  let taken = 0
  for (const item of items) {
    if (taken >= count) return
    taken += 1
    yield item
  }
}
