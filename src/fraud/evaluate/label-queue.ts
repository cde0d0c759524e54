import type { FraudLabel } from '../card-use.ts'

/** Labels on their way, the earliest first; of two that arrive together the one that was added first. */
export type LabelQueue = {
  add(label: FraudLabel): void
  /** The next label that has arrived by then. */
  take(nowMs: number): FraudLabel | undefined
}

type Waiting = { readonly label: FraudLabel; readonly order: number }

/** A binary heap: labels mostly arrive in the order of their uses, and the loop's come between. */
export function createLabelQueue(): LabelQueue {
  const heap: Waiting[] = []
  let order = 0
  return {
    add(label) {
      heap.push({ label, order: (order += 1) })
      rise(heap)
    },
    take(nowMs) {
      const [first] = heap
      if (first === undefined || first.label.arrivedAtMs > nowMs) return undefined
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) {
        heap[0] = last
        sink(heap)
      }
      return first.label
    },
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  const apart = one.label.arrivedAtMs - other.label.arrivedAtMs
  return apart < 0 || (apart === 0 && one.order < other.order)
}

function rise(heap: Waiting[]): void {
  for (let at = heap.length - 1; at > 0;) {
    const above = (at - 1) >> 1
    if (!swapIfBefore(heap, at, above)) return
    at = above
  }
}

function sink(heap: Waiting[]): void {
  for (let at = 0; ;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]]
    if (left === undefined) return
    const below = right !== undefined && isBefore(right, left) ? 2 * at + 2 : 2 * at + 1
    if (!swapIfBefore(heap, below, at)) return
    at = below
  }
}

function swapIfBefore(heap: Waiting[], lower: number, upper: number): boolean {
  const [one, other] = [heap[lower], heap[upper]]
  if (one === undefined || other === undefined || !isBefore(one, other)) return false
  heap[lower] = other
  heap[upper] = one
  return true
}
