import type { Features } from '../understand/features.ts'

/** Many texts as one sparse matrix: row i holds its columns and values from starts[i] up to starts[i + 1]. */
export type Rows = {
  readonly count: number
  readonly starts: Uint32Array
  readonly columns: Uint32Array
  readonly values: Float32Array
  /** How many columns there are; the last one is 1 in every row: what is true of a class before anything is said. */
  readonly width: number
}

/** Which column each place of the feature table has. */
export type Columns = ReadonlyMap<number, number>

/**
 * Gives columns to places of the feature table: what only one text has cannot help with another and gets none. The most frequent come
 * first, so that they lie close together in memory.
 */
export function chooseColumns(texts: readonly Features[], seenMin = 2): Columns {
  const seen = new Map<number, number>()
  for (const { places } of texts) for (const place of places) seen.set(place, (seen.get(place) ?? 0) + 1)
  const kept = [...seen].filter(([, count]) => count >= seenMin)
  kept.sort(([leftPlace, left], [rightPlace, right]) => right - left || leftPlace - rightPlace)
  return new Map(kept.map(([place], column) => [place, column]))
}

/** The rows of these texts. What has no column is left out; the other values stay as they are, so much unknown weakens the known. */
export function makeRows(texts: readonly Features[], columnOf: Columns): Rows {
  const starts = new Uint32Array(texts.length + 1)
  const columns: number[] = []
  const values: number[] = []
  texts.forEach((text, row) => {
    text.places.forEach((place, at) => {
      const column = columnOf.get(place)
      if (column === undefined) return
      columns.push(column)
      values.push(text.values[at] ?? 0)
    })
    columns.push(columnOf.size)
    values.push(1)
    starts[row + 1] = columns.length
  })
  return {
    count: texts.length,
    starts,
    columns: Uint32Array.from(columns),
    values: Float32Array.from(values),
    width: columnOf.size + 1,
  }
}

/** What a row scores with some weights. */
export function scoreRow({ starts, columns, values }: Rows, row: number, weights: Float32Array): number {
  let score = 0
  const end = starts[row + 1] ?? 0
  for (let at = starts[row] ?? 0; at < end; at += 1) score += (weights[columns[at] ?? 0] ?? 0) * (values[at] ?? 0)
  return score
}
