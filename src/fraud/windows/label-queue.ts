import { Fault } from '../../kernel/index.ts'
import type { FraudLabel } from '../card-use.ts'

/** Labels handed in ahead of their arrival that wait for it: a week of a large bank's, for evaluation. */
export const labelsWaitingMax = 2 ** 21

type Waiting = { readonly label: FraudLabel; readonly order: number }

/** Labels by arrival; those of one moment in the order in which they were handed in (a binary heap). */
export class LabelQueue {
  private readonly heap: Waiting[] = []
  private given = 0

  get size(): number {
    return this.heap.length
  }

  /** When the next label arrives; Infinity when none waits. */
  get nextArrivalMs(): number {
    return this.heap[0]?.label.arrivedAtMs ?? Number.POSITIVE_INFINITY
  }

  /** Throws when too many wait. */
  add(label: FraudLabel): void {
    if (this.heap.length >= labelsWaitingMax) throw new Fault('fraud/labels-waiting', { retry: 'later' })
    const added = { label, order: this.given }
    this.given += 1
    let at = this.heap.length
    this.heap.push(added)
    while (at > 0) {
      const parent = (at - 1) >>> 1
      const above = this.heap[parent]
      if (above === undefined || isBefore(above, added)) break
      this.heap[at] = above
      at = parent
    }
    this.heap[at] = added
  }

  take(): FraudLabel | undefined {
    const first = this.heap[0]
    const last = this.heap.pop()
    if (first === undefined || last === undefined) return undefined
    if (this.heap.length > 0) this.sink(last)
    return first.label
  }

  private sink(moved: Waiting): void {
    let at = 0
    for (;;) {
      const left = this.heap[2 * at + 1]
      if (left === undefined) break
      const right = this.heap[2 * at + 2]
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (isBefore(moved, child)) break
      this.heap[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    this.heap[at] = moved
  }
}

function isBefore(left: Waiting, right: Waiting): boolean {
  const apart = left.label.arrivedAtMs - right.label.arrivedAtMs
  return apart < 0 || (apart === 0 && left.order < right.order)
}
