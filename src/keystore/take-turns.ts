/** Runs works of one key one after the other; works of different keys do not wait for each other. */
export type Turns = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>

/** Makes one; it holds nothing for keys whose works are done. A failing work does not stop the next. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key)
    const turn = before === undefined ? work() : before.then(work, work)
    last.set(key, turn)
    try {
      return await turn
    } finally {
      if (last.get(key) === turn) last.delete(key)
    }
  }
}
