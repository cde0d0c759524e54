import { readFileSync } from 'node:fs'
import { featuresOf } from './features.ts'
import type { Guesses } from './guesses.ts'
import { type Model, readModel, scoreFeatures } from './model.ts'
import type { Guess } from './understood.ts'

/** Tells what texts mean, and in which language they are. Holds nothing but the model. */
export type Classifier = {
  /**
   * What a masked text may mean. Pure and synchronous, well below a millisecond. Confidence is calibrated over all intents,
   * out_of_scope among them, so it is the share of such guesses that are right.
   */
  readonly classify: (text: string) => Guesses
}

/** Beside this file, in the sources as in dist; written by `npm run train:language`. */
export const modelFile = new URL('./language-model.bin', import.meta.url)

/**
 * Reads the model from its file, once.
 * @throws Fault `chat/model-broken` when it is not a model of this build
 */
export function loadClassifier(): Classifier {
  return createClassifier(readModel(readFileSync(modelFile)))
}

/** A classifier over a model in hand. */
export function createClassifier(model: Model): Classifier {
  return { classify: (text) => classify(model, text) }
}

// A language is told only when it is this likely: "ok" is every language.
const languageSureFrom = 0.8

function classify(model: Model, text: string): Guesses {
  const scores = scoreFeatures(model, featuresOf(text))
  const ofIntents = confidences(scores.subarray(0, model.intents.length), model.slopes.intent)
  const guesses = model.intents.map((intent, at): Guess => ({ intent, confidence: ofIntents[at] ?? 0 }))
  const ranking = guesses.sort((left, right) => right.confidence - left.confidence)
  const [best, second] = ranking
  const language = languageIn(model, scores)
  return {
    best: best ?? { intent: 'out_of_scope', confidence: 0 },
    second,
    ranking,
    outOfScope: best === undefined || best.intent === 'out_of_scope',
    ...(language === undefined ? {} : { language }),
  }
}

function languageIn(model: Model, scores: Float64Array): Model['languages'][number] | undefined {
  const sure = confidences(scores.subarray(model.intents.length), model.slopes.language)
  return model.languages.find((_, at) => (sure[at] ?? 0) >= languageSureFrom)
}

/** Scores as shares of 1: Platt's sigmoid for many classes with one slope. */
export function confidences(scores: Float64Array, slope: number): Float64Array {
  const most = Math.max(...scores)
  const odds = scores.map((score) => Math.exp(slope * (score - most)))
  const sum = odds.reduce((all, one) => all + one, 0)
  return odds.map((one) => one / sum)
}
