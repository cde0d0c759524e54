import type { CardHistory } from '../../../src/fraud/evaluate/card-history.ts'
import { createLabelQueue } from '../../../src/fraud/evaluate/label-queue.ts'
import type { Labelling } from '../../../src/fraud/evaluate/replay-history.ts'
import { type FilterRows, type FilterRules, createBayesFilter } from './bayes-filter.ts'

/** The filter's scores for some rows of a history, each by what had arrived when it was paid. Labels must be true ones: the filter trusts them. */
export function scoreByFilter(
  { history, rows, labelling }: { history: CardHistory; rows: FilterRows; labelling: Labelling },
  rules: FilterRules,
  wanted: readonly number[],
): Float64Array {
  const filter = createBayesFilter(rows, rules)
  const queue = createLabelQueue()
  const isWanted = new Set(wanted)
  const scores: number[] = []
  for (let row = 0; row < history.length; row += 1) {
    const nowMs = history.atMs(row)
    for (let label = queue.take(nowMs); label !== undefined; label = queue.take(nowMs)) {
      filter.label(Number(label.use), label.isFraud)
    }
    const score = filter.observe(row, isWanted.has(row))
    if (isWanted.has(row)) scores.push(score)
    for (const label of labelling(row, history.useAt(row))) queue.add(label)
  }
  return Float64Array.from(scores)
}
