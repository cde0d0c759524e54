import { type Features, buckets, featuresOf } from '../understand/features.ts'
import type { Labelled } from './public-sets.ts'
import { seededRandom } from './seeded-random.ts'
import { type Share, shareOf } from './share.ts'
import { type Progress, trainMachine } from './train-machine.ts'
import type { Costs } from './train-weights.ts'

/** For sets of some hundred even examples a class. Found on one tenth that is not among those reported. */
const costs: Costs = { mistake: 2, balance: 0 }

/** The set is cut into so many parts by a seed; each part in turn is held out, as far as is asked for. */
const parts = 10
const seed = 1

/** What a sentence's vector weighs beside its words, whose length is 1; found as the costs were. */
const sentenceWeight = 0.7

/**
 * What the learner itself is worth, apart from our phrases: trained on nine tenths of a public set's training part and scored on the
 * rest, for as many tenths as asked; with the messages as sentences beside their words where those are given. Nothing of it is kept.
 */
export function checkLearner(
  {
    messages,
    partsHeldOut,
    sentences,
  }: {
    readonly messages: readonly Labelled[]
    readonly partsHeldOut: number
    readonly sentences?: readonly Float32Array[]
  },
  progress: Progress,
): Share {
  const labels = [...new Set(messages.map(({ label }) => label))].sort()
  const random = seededRandom(seed)
  const part = messages.map(() => Math.floor(random() * parts))
  const features = messages.map(({ text }, at) => withSentence(featuresOf(text), sentences?.[at]))
  const classes = Uint8Array.from(messages, ({ label }) => labels.indexOf(label))
  let right = 0
  let all = 0
  for (let held = 0; held < partsHeldOut; held += 1) {
    const machine = trainMachine(
      {
        features: features.filter((_, at) => part[at] !== held),
        classes: classes.filter((_, at) => part[at] !== held),
        classCount: labels.length,
        costs,
      },
      (done) => progress(held * labels.length + done, partsHeldOut * labels.length),
    )
    features.forEach((one, at) => {
      if (part[at] !== held) return
      const scores = machine.score(one)
      all += 1
      if (scores.indexOf(Math.max(...scores)) === classes[at]) right += 1
    })
  }
  return shareOf(right, all)
}

/** The vector's numbers get places beyond the table. */
function withSentence({ places, values }: Features, sentence: Float32Array | undefined): Features {
  if (sentence === undefined) return { places, values }
  const beyond = Uint32Array.from(sentence, (_, at) => buckets + at)
  const weighed = sentence.map((value) => sentenceWeight * value)
  return { places: Uint32Array.of(...places, ...beyond), values: Float32Array.of(...values, ...weighed) }
}
