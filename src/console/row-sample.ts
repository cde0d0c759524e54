import type { FeatureEngine } from '../fraud/index.ts'

/** The features of so many card uses are remembered, the latest ones: numbers without a name, for comparing with the training. */
const rowsMax = 2_000

/** The features of card uses that were scored lately, in this process. */
export type RowSample = {
  /** The same engine; what it observes is remembered from here on. */
  watch(engine: FeatureEngine): FeatureEngine
  readonly rows: () => readonly Float64Array[]
}

/** Remembers the latest rows of features in a ring: a copy of some sixty numbers a use, nothing else. */
export function createRowSample(): RowSample {
  const ring: Float64Array[] = []
  let at = 0
  return {
    watch: (engine) => ({
      ...engine,
      // A copy of it would stay as it is now.
      get merchantChanges() {
        return engine.merchantChanges
      },
      observe(use, into) {
        const row = engine.observe(use, into)
        if (row !== undefined) {
          ring[at % rowsMax] = Float64Array.from(row)
          at += 1
        }
        return row
      },
    }),
    rows: () => [...ring],
  }
}
