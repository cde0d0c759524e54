import { featuresOf } from '../understand/features.ts'
import { intents } from '../understand/understood.ts'
import { type PublicScores, type Guess, scorePublicSets } from './score-public-sets.ts'
import type { PublicSets } from './public-sets.ts'
import type { Phrase } from './read-phrases.ts'
import { seededRandom } from './seeded-random.ts'
import { type Progress, trainMachine } from './train-machine.ts'
import { ourCosts } from './train-model.ts'

/** What is learned from fewer phrases: whether more of them would still help. */
export type CurvePoint = { readonly percentOfPhrases: number; readonly phrases: number } & Pick<
  PublicScores,
  'clincInScope' | 'clincOthers' | 'outOfScopePrecision' | 'banking77'
>

const seed = 41

/** Scores of a machine that has learned from a share of the phrases, chosen by a seed, with the threshold of the finished model. */
export function curvePoint(
  {
    phrases,
    percent,
    lead,
    sets,
    known,
  }: {
    readonly phrases: readonly Phrase[]
    readonly percent: number
    readonly lead: number
    readonly sets: PublicSets
    readonly known: ReadonlySet<string>
  },
  progress: Progress,
): CurvePoint {
  const random = seededRandom(seed)
  const chosen = phrases.filter(() => random() * 100 < percent)
  const { clincInScope, clincOthers, outOfScopePrecision, banking77 } = scorePublicSets(
    sets,
    known,
    trainGuess(chosen, lead, progress),
  )
  return {
    percentOfPhrases: percent,
    phrases: chosen.length,
    clincInScope,
    clincOthers,
    outOfScopePrecision,
    banking77,
  }
}

function trainGuess(phrases: readonly Phrase[], lead: number, progress: Progress): Guess {
  const used = intents.filter((intent) => phrases.some((phrase) => phrase.intent === intent))
  const machine = trainMachine(
    {
      features: phrases.map(({ text }) => featuresOf(text)),
      classes: Uint8Array.from(phrases, ({ intent }) => used.indexOf(intent)),
      classCount: used.length,
      costs: ourCosts,
    },
    progress,
  )
  return (text) => {
    const scores = machine
      .score(featuresOf(text))
      .map((score, at) => (used[at] === 'out_of_scope' ? score + lead : score))
    return used[scores.indexOf(Math.max(...scores))] ?? 'out_of_scope'
  }
}
