import { createFeatureEngine } from '../features/create-feature-engine.ts'
import { featureNames } from '../features/feature-names.ts'
import { type Scorer, createScorer } from '../model/create-scorer.ts'
import type { Model } from '../model/model.ts'
import { type ReasonKey, reasonOf } from '../model/name-reasons.ts'
import { trainTrees } from '../model/train-trees.ts'
import { areaUnderRoc } from './area-under-roc.ts'
import { averagePrecision } from './average-precision.ts'
import type { CardHistory } from './card-history.ts'
import { type EvaluateDeps, EmptyPeriod } from './evaluate-history.ts'
import { fractionOf } from './fraction-of.ts'
import { type Gathering, gatherExamples } from './gather-examples.ts'
import { productionOptions } from './evaluation-options.ts'
import { type Labelling, labelAfter, replayHistory } from './replay-history.ts'
import { dayMs } from './split-by-days.ts'

/** How a bank's own model is trained. */
export type TrainWish = {
  readonly name: string
  /** In plain words, what the data is: it is written into the model's file. */
  readonly about: string
  /** So long a label takes where the history does not say when it came. */
  readonly delayDays: number
  /** Of those frauds so many are taken as reported within the hour, as where customers are asked. */
  readonly reportedShare: number
  /** The first days only fill the windows: without them every card looks new. */
  readonly warmUpDays: number
  /** Uses without a label count as genuine once they are so old. */
  readonly settledDays: number
  /** Leave out what grows with the number of cards one sees: for a model that is to score at another house than it learned at. */
  readonly portable: boolean
}

/** One part of the history, by time. */
export type TrainedPart = {
  readonly fromMs: number
  readonly untilMs: number
  readonly uses: number
  readonly frauds: number
}

export type TrainedHistory = {
  readonly model: Model
  readonly parts: { readonly train: TrainedPart; readonly heldOut: TrainedPart; readonly test: TrainedPart }
  /** Of the genuine training uses one in so many was kept, and counts as so many. */
  readonly thinnedBy: number
  /** What moves scores, by how much on average over test uses (log-odds), largest first. */
  readonly reasons: readonly { readonly reason: ReasonKey; readonly weight: number }[]
  /** Of the test's uses at most so many a thousand asked about: how many of its frauds are among them. */
  readonly caught: readonly {
    readonly askedPerThousand: number
    readonly shareOfFrauds: number
    readonly precision: number
  }[]
}

/** By time: the first part grows trees, the second ends their growth and fits the probabilities, the last is touched by neither. */
const shares = { train: 0.7, heldOut: 0.15 } as const
/** More training uses are thinned: a row is half a kilobyte while it is learned from. */
const trainRowsMax = 400_000
/** Frauds below which a part says nothing. */
const fraudsMin = 20
/** Explaining a use takes most of a millisecond; so many are enough for a mean. */
const explainedMax = 2_000

/**
 * Trains the model of a bank on its own history, in the order in which things became known. Throws {@link EmptyPeriod} where a part of it
 * has too few frauds to learn from or to judge by.
 */
export async function trainHistory(deps: EvaluateDeps, history: CardHistory, wish: TrainWish): Promise<TrainedHistory> {
  const truths = settledTruths(history, wish.settledDays)
  const bounds = boundsOf(history, wish)
  const labelling = answersFirst(labelAfter(history, wish.delayDays * dayMs), wish.reportedShare)
  const thinnedBy = Math.max(1, Math.ceil(countWithin(history, bounds.train) / trainRowsMax))
  const rows = { train: gatherExamples(thinnedBy), heldOut: gatherExamples(), test: gatherExamples() }
  const tested: Float64Array[] = []
  replayHistory({ history, engine: createFeatureEngine(), labelling }, (row, features) => {
    deps.onProgress('features', row + 1, history.length)
    const isFraud = truths(row)
    const part = partOf(bounds, history.atMs(row))
    if (isFraud === undefined || part === undefined) return
    rows[part].add(row, features, isFraud)
    if (part === 'test') tested.push(features)
  })
  for (const part of partNames) checkPart(part, rows[part])
  const names = featureNames.filter((name) => !wish.portable || !growsWithCards.test(name))
  const trained = await trainTrees(
    {
      names,
      ...rows.train.examples(names),
      heldOut: rows.heldOut.examples(names),
      about: { name: wish.name, data: wish.about },
    },
    { ...productionOptions, threads: deps.threads },
    ({ trees, of }) => deps.onProgress('training', trees, of),
  )
  const scorer = createScorer(trained, { rowNames: featureNames })
  const { labels } = rows.test.examples([])
  const scores = Float64Array.from(tested, (features) => scorer.score(features))
  const measured = {
    test_average_precision: averagePrecision(scores, labels),
    test_auc_roc: areaUnderRoc(scores, labels),
  }
  const said = (part: PartName): TrainedPart => ({
    ...bounds[part],
    uses: rows[part].length,
    frauds: rows[part].frauds,
  })
  return {
    model: { ...trained, scores: { ...trained.scores, ...measured } },
    parts: { train: said('train'), heldOut: said('heldOut'), test: said('test') },
    thinnedBy,
    reasons: weighReasons(scorer, tested),
    caught: [1, 2, 5, 10].map((askedPerThousand) => caughtAt(scores, labels, askedPerThousand)),
  }
}

/** How busy a terminal looks depends on how many of its customers' cards one sees. */
const growsWithCards = /^t_(?:count|sum|mean|dev|since|labelled)/

const partNames = ['train', 'heldOut', 'test'] as const
type PartName = (typeof partNames)[number]
type Bounds = { readonly [Name in PartName]: { readonly fromMs: number; readonly untilMs: number } }
/** Whether a row is fraud: what is said, and genuine for what nobody spoke of long enough. */
function settledTruths(history: CardHistory, settledDays: number): (row: number) => boolean | undefined {
  const settledMs = (history.length === 0 ? 0 : history.atMs(history.length - 1)) - settledDays * dayMs
  return (row) => {
    const truth = history.truth(row)
    if (truth === 'unknown') return history.atMs(row) <= settledMs ? false : undefined
    return truth === 'fraud'
  }
}

/** Whole days, and between training and the rest the days in which a label would still have been on its way. */
function boundsOf(history: CardHistory, { warmUpDays, delayDays }: TrainWish): Bounds {
  if (history.length === 0) throw new EmptyPeriod('the history is empty')
  const firstMs = Math.floor(history.atMs(0) / dayMs) * dayMs + warmUpDays * dayMs
  const endMs = history.atMs(history.length - 1) + 1
  const days = Math.floor((endMs - firstMs) / dayMs) - delayDays
  if (days < 7)
    throw new EmptyPeriod('the history is too short: it must last a week beyond warm-up and the delay of labels')
  const trainEndMs = firstMs + Math.round(days * shares.train) * dayMs
  const heldOutMs = trainEndMs + delayDays * dayMs
  const testMs = heldOutMs + Math.max(1, Math.round(days * shares.heldOut)) * dayMs
  return {
    train: { fromMs: firstMs, untilMs: trainEndMs },
    heldOut: { fromMs: heldOutMs, untilMs: testMs },
    test: { fromMs: testMs, untilMs: endMs },
  }
}

function partOf(bounds: Bounds, atMs: number): PartName | undefined {
  return partNames.find((part) => atMs >= bounds[part].fromMs && atMs < bounds[part].untilMs)
}

function countWithin(history: CardHistory, { fromMs, untilMs }: Bounds['train']): number {
  let count = 0
  for (let row = 0; row < history.length; row += 1) {
    const atMs = history.atMs(row)
    if (atMs >= fromMs && atMs < untilMs) count += 1
  }
  return count
}

const hourMs = 3_600_000

/** Some frauds are reported by their customers within the hour, before the bank's word. */
function answersFirst(banks: Labelling, share: number): Labelling {
  return (row, use) =>
    banks(row, use).flatMap((label) => {
      const isReported = label.isFraud && fractionOf(`reported:${use.id}`) < share
      const arrivedAtMs = use.atMs + fractionOf(`after:${use.id}`) * hourMs
      return isReported && arrivedAtMs < label.arrivedAtMs
        ? [{ ...label, arrivedAtMs, source: 'customer' }, label]
        : [label]
    })
}

function checkPart(part: PartName, { length, frauds }: Gathering): void {
  const names = { train: 'trained on', heldOut: 'held out', test: 'tested on' }
  if (frauds < fraudsMin || length - frauds < fraudsMin) {
    throw new EmptyPeriod(
      `the days that are ${names[part]} hold ${frauds} frauds among ${length} uses: at least ${fraudsMin} are needed`,
    )
  }
}

function weighReasons(scorer: Scorer, features: readonly Float64Array[]): TrainedHistory['reasons'] {
  const step = Math.max(1, Math.floor(features.length / explainedMax))
  const explained = features.filter((_, at) => at % step === 0)
  const sums = new Map<ReasonKey, number>()
  for (const row of explained) {
    const ofRow = new Map<ReasonKey, number>()
    for (const { feature, contribution } of scorer.explain(row)) {
      const reason = reasonOf(feature)
      ofRow.set(reason, (ofRow.get(reason) ?? 0) + contribution)
    }
    for (const [reason, sum] of ofRow) sums.set(reason, (sums.get(reason) ?? 0) + Math.abs(sum))
  }
  return [...sums]
    .map(([reason, sum]) => ({ reason, weight: sum / explained.length }))
    .sort((one, other) => other.weight - one.weight)
}

function caughtAt(scores: Float64Array, labels: Uint8Array, askedPerThousand: number) {
  const asked = Math.round((scores.length * askedPerThousand) / 1000)
  const order = [...scores.keys()].sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0)).slice(0, asked)
  const found = order.reduce((sum, row) => sum + (labels[row] ?? 0), 0)
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  return { askedPerThousand, shareOfFrauds: found / frauds, precision: asked === 0 ? 0 : found / asked }
}
