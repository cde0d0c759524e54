import { atTurnsEnd } from '../../platform/index.ts'

/** How items are gathered. */
export type GatherLimits = {
  /** Items of one run at most. */
  readonly sharedMax: number
  /** Runs under way at once: while one waits for the disk, the next can do its work. */
  readonly runsMax: number
  /** Items that a run must have to begin beside another one: fewer wait for it, as each run costs much the same. */
  readonly besideMin: number
  /** Items that wait at most; whoever comes then is told so by `full`. */
  readonly waitingMax: number
  readonly full: () => Error
}

/**
 * Lets what arrives while runs are under way share the next one: a commit waits for the disk, and most of its cost is around it. A
 * lone item waits for nothing but the turn of the event loop. `run` gives one result for each item, in order; if it fails, all of its items fail with it.
 */
export function gather<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: GatherLimits,
): (item: Item) => Promise<Result> {
  type Waiting = {
    readonly item: Item
    readonly resolve: (result: Result) => void
    readonly reject: (fault: unknown) => void
  }
  let waiting: Waiting[] = []
  let underWay = 0
  let scheduled = false

  // Items of one request, and of all requests that are there already, go together: a run begins when this turn of the event loop ends.
  function schedule(): void {
    if (scheduled || !mayBegin()) return
    scheduled = true
    atTurnsEnd(() => {
      scheduled = false
      while (mayBegin()) void begin()
    })
  }

  function mayBegin(): boolean {
    return underWay === 0 ? waiting.length > 0 : underWay < limits.runsMax && waiting.length >= limits.besideMin
  }

  async function begin(): Promise<void> {
    const batch = waiting.slice(0, limits.sharedMax)
    waiting = waiting.slice(limits.sharedMax)
    underWay += 1
    try {
      const results = await run(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index]
        if (result === undefined) reject(new RangeError('a run gave too few results'))
        else resolve(result)
      }
    } catch (fault) {
      for (const { reject } of batch) reject(fault)
    } finally {
      underWay -= 1
      schedule()
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= limits.waitingMax) return reject(limits.full())
      waiting.push({ item, resolve, reject })
      schedule()
    })
}
