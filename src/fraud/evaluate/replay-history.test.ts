import { describe, expect, it } from 'vitest'
import type { CardUse, FraudLabel } from '../card-use.ts'
import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { featureNames } from '../features/feature-names.ts'
import { smallHistory, smallStartMs, useOn } from '../test-support/small-history.ts'
import { buildHistory } from './card-history.ts'
import { type Labelling, labelAfter, replayHistory } from './replay-history.ts'
import { dayMs } from './split-by-days.ts'

const weekMs = 7 * dayMs

function replayed(labelling: (history: ReturnType<ReturnType<typeof buildHistory>['finish']>) => Labelling) {
  const history = smallHistory(20).finish()
  const rows: Float64Array[] = []
  replayHistory({ history, engine: createFeatureEngine(), labelling: labelling(history) }, (row, features) => {
    rows[row] = features
  })
  return { history, rows }
}

describe('a history that is played', () => {
  it('gives each label to the features once it has arrived, and never before', () => {
    const history = buildHistory()
    history.add(useOn(0, { id: 'a' }), 'fraud')
    history.add(useOn(6.9, { id: 'b' }), 'genuine')
    history.add(useOn(7, { id: 'c' }), 'genuine')
    const heard: string[] = []
    const engine = {
      ...createFeatureEngine(),
      observe: (use: CardUse) => void heard.push(`use ${use.id}`),
      label: (label: FraudLabel) => heard.push(`label ${label.use} ${label.isFraud}`) > 0,
    }
    const finished = history.finish()
    replayHistory({ history: finished, engine, labelling: labelAfter(finished, weekMs) }, () => undefined)
    expect(heard).toEqual(['use a', 'use b', 'label a true', 'use c'])
  })

  it('shows no feature anything of a label that is still on its way', () => {
    const truth = replayed((history) => labelAfter(history, weekMs))
    const wrong = replayed(
      (history) => (row, use) =>
        labelAfter(history, weekMs)(row, use).map((label) => ({ ...label, isFraud: !label.isFraud })),
    )
    const silent = replayed(() => () => [])
    const risk = featureNames.indexOf('t_risk_30d')
    let differ = 0
    for (const [row, features] of truth.rows.entries()) {
      if (truth.history.atMs(row) < smallStartMs + weekMs) {
        expect(wrong.rows[row]).toEqual(features)
        expect(silent.rows[row]).toEqual(features)
      } else if (wrong.rows[row]?.[risk] !== features[risk]) differ += 1
    }
    expect(differ).toBeGreaterThan(0) // afterwards they do see them
  })

  it('takes the time at which the history says that a label came', () => {
    const history = buildHistory()
    history.add(useOn(0, { id: 'a' }), 'unknown')
    history.label('a', 'fraud', smallStartMs + 2 * dayMs)
    history.add(useOn(1, { id: 'b' }), 'unknown')
    const finished = history.finish()
    const labelling = labelAfter(finished, weekMs)
    expect(labelling(0, finished.useAt(0))).toMatchObject([{ use: 'a', isFraud: true, arrivedAtMs: smallStartMs + 2 * dayMs }]) // prettier-ignore
    expect(labelling(1, finished.useAt(1))).toEqual([])
  })
})
