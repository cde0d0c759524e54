import { createHash } from 'node:crypto'
import { languages } from '../../channels/index.ts'
import { featuresOf } from '../understand/features.ts'
import { intents } from '../understand/understood.ts'
import { type HeldOut, fitLead, fitSlope, raise } from './calibrate.ts'
import { foldCount, scoreHeldOut } from './hold-out.ts'
import { packModel } from './pack-model.ts'
import type { Phrase } from './read-phrases.ts'
import { type Examples, type Progress, trainMachine } from './train-machine.ts'
import type { Costs } from './train-weights.ts'

/** Chosen on phrases held out: a larger C learns phrases by heart, a stronger balance lets intents take what is out of scope. */
export const ourCosts: Costs = { mistake: 1, balance: 0.15 }

/** Of the out-of-scope phrases that were held out, at least this share must be found: that decides the threshold. */
export const outOfScopeFound = 0.93

/** A model file, and how phrases fared while they were held out: what the model card tells. */
export type Trained = {
  readonly bytes: Uint8Array
  /** Scores of each phrase with the threshold in them, the class of each, and the slope that makes confidence of scores. */
  readonly heldOut: HeldOut & { readonly slope: number }
}

/** Trains the model of these phrases; same phrases, same bytes. */
export function trainModel(phrases: readonly Phrase[], progress: Progress): Trained {
  const used = intents.filter((intent) => phrases.some((phrase) => phrase.intent === intent))
  const features = phrases.map(({ text }) => featuresOf(text))
  const byIntent = examplesOf(
    features,
    phrases.map(({ intent }) => used.indexOf(intent)),
    used.length,
  )
  const byLanguage = examplesOf(
    features,
    phrases.map(({ language }) => languages.indexOf(language)),
    languages.length,
  )
  const total = (foldCount + 1) * (used.length + languages.length)
  let before = 0
  const stage = (length: number): Progress => {
    const start = before
    before += length
    return (done) => progress(start + done, total)
  }

  const heldOutScores = scoreHeldOut(byIntent, stage(foldCount * used.length))
  const outOfScope = used.indexOf('out_of_scope')
  const lead = fitLead({ scores: heldOutScores, classes: byIntent.classes }, outOfScope, outOfScopeFound)
  const heldOut = { scores: raise(heldOutScores, outOfScope, lead), classes: byIntent.classes }
  const ofLanguage = {
    scores: scoreHeldOut(byLanguage, stage(foldCount * languages.length)),
    classes: byLanguage.classes,
  }
  const slopes = { intent: fitSlope(heldOut), language: fitSlope(ofLanguage) }
  const machines = [trainMachine(byIntent, stage(used.length)), trainMachine(byLanguage, stage(languages.length))]
  const bytes = packModel(machines, {
    intents: used,
    languages: [...languages],
    slopes,
    lead,
    phrases: hashPhrases(phrases),
  })
  return { bytes, heldOut: { ...heldOut, slope: slopes.intent } }
}

function examplesOf(features: Examples['features'], classes: readonly number[], classCount: number): Examples {
  return { features, classes: Uint8Array.from(classes), classCount, costs: ourCosts }
}

/** SHA-256 over all phrases, in hex: a model whose phrases have changed since is stale. */
export function hashPhrases(phrases: readonly Phrase[]): string {
  const hash = createHash('sha256')
  for (const { language, intent, text } of phrases) hash.update(`${language}\t${intent}\t${text}\n`)
  return hash.digest('hex')
}
