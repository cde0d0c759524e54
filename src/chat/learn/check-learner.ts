import { type Features, type Shape, buckets, featuresOf } from '../understand/features.ts'
import { type KnownSentences, nearnessTo } from './nearest-sentences.ts'
import type { Labelled } from './public-sets.ts'
import { seededRandom } from './seeded-random.ts'
import { type Share, shareOf } from './share.ts'
import { type Progress, trainMachine } from './train-machine.ts'
import type { Costs } from './train-weights.ts'
import { learnRarity } from './weigh-rarity.ts'

// For sets of some hundred even examples a class. All of it was chosen on three tenths that are not among those reported.
const costs: Costs = { mistake: 2, balance: 0 }
const shape: Shape = { pieceMin: 2, pieceMax: 6, skips: 2 }
const rarityPower = 0.5
/** What a sentence's vector weighs beside its words, whose length is 1. */
const sentenceWeight = 0.85
/** What nearness to a class's own sentences weighs beside the machine's score. */
const nearnessWeight = 3

/** The set is cut into so many parts by a seed; each part in turn is held out, as far as is asked for. */
const parts = 10
const seed = 1

type Asked = {
  readonly messages: readonly Labelled[]
  readonly partsHeldOut: number
  /** The messages as vectors of length 1, in the same order, where there is an encoder. */
  readonly sentences?: readonly Float32Array[]
}

/** A message as the learner sees it. */
type Example = { readonly features: Features; readonly sentence: Float32Array | undefined; readonly class: number }

/**
 * What the learner itself is worth, apart from our phrases: trained on nine tenths of a public set's training part and scored on the
 * rest, for as many tenths as asked; with the messages as sentences beside their words where those are given. Nothing of it is kept.
 */
export function checkLearner({ messages, partsHeldOut, sentences }: Asked, progress: Progress): Share {
  const labels = [...new Set(messages.map(({ label }) => label))].sort()
  const random = seededRandom(seed)
  const part = messages.map(() => Math.floor(random() * parts))
  const examples = messages.map(({ text, label }, at): Example => ({
    features: featuresOf(text, shape),
    sentence: sentences?.[at],
    class: labels.indexOf(label),
  }))
  let right = 0
  let all = 0
  for (let held = 0; held < partsHeldOut; held += 1) {
    const classOf = learn(
      examples.filter((_, at) => part[at] !== held),
      labels.length,
      (done) => progress(held * labels.length + done, partsHeldOut * labels.length),
    )
    const asked = examples.filter((_, at) => part[at] === held)
    all += asked.length
    right += asked.filter((one) => classOf(one) === one.class).length
  }
  return shareOf(right, all)
}

/** Learns from examples; what comes out says which class another one most likely is. */
function learn(examples: readonly Example[], classCount: number, progress: Progress): (example: Example) => number {
  const weigh = learnRarity(examples.map(({ features }) => features), rarityPower) // prettier-ignore
  const ready = ({ features, sentence }: Example): Features => withSentence(weigh(features), sentence)
  const classes = Uint8Array.from(examples, (example) => example.class)
  const machine = trainMachine({ features: examples.map(ready), classes, classCount, costs }, progress)
  const vectors = examples.flatMap(({ sentence }) => (sentence === undefined ? [] : [sentence]))
  const known: KnownSentences = { vectors, classes, classCount }
  return (example) => {
    const scores = machine.score(ready(example))
    const nearness = example.sentence === undefined ? undefined : nearnessTo(known, example.sentence)
    const sums = scores.map((score, at) => score + nearnessWeight * (nearness?.[at] ?? 0))
    return sums.indexOf(Math.max(...sums))
  }
}

/** The vector's numbers get places beyond the table. */
function withSentence({ places, values }: Features, sentence: Float32Array | undefined): Features {
  if (sentence === undefined) return { places, values }
  const beyond = Uint32Array.from(sentence, (_, at) => buckets + at)
  const weighed = sentence.map((value) => sentenceWeight * value)
  return { places: Uint32Array.of(...places, ...beyond), values: Float32Array.of(...values, ...weighed) }
}
