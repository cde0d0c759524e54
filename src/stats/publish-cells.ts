import type { Question } from './catalogue.ts'

/**
 * A cell as it is shown. `hidden`: the number that went out is smaller than its own uncertainty, so that it would say nothing but its noise;
 * shown is only that fewer than `high` people are likely behind it. Otherwise `low` to `high` holds the true count for 95 cells of 100.
 */
export type PublishedCell =
  | {
      readonly cell: string
      readonly hidden: false
      readonly value: bigint
      readonly low: bigint
      readonly high: bigint
    }
  | { readonly cell: string; readonly hidden: true; readonly high: bigint }

/**
 * What is shown of a release's numbers: made from those alone, so it costs nobody anything (post-processing). Numbers are whole, as they
 * were drawn; none is rounded, and what would be below zero is hidden with every other small one.
 */
export function publishCells(question: Question, numbers: readonly bigint[]): readonly PublishedCell[] {
  const { cells, halfWidth } = question
  return cells.map((cell, at) => {
    const value = numbers[at] ?? 0n
    if (value < halfWidth) return { cell, hidden: true, high: 2n * halfWidth }
    return { cell, hidden: false, value, low: value - halfWidth, high: value + halfWidth }
  })
}
