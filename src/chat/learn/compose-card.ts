import { createHash } from 'node:crypto'
import { languages } from '../../channels/index.ts'
import { confidences } from '../understand/classify.ts'
import { splitModel } from '../understand/model.ts'
import type { Intent } from '../understand/understood.ts'
import type { Phrase } from './read-phrases.ts'
import { actionIntents } from './score-exam.ts'
import { type Share, shareWhere } from './share.ts'
import { type Trained, outOfScopeFound } from './train-model.ts'

/** A held-out phrase: what it means, what it was taken for, and how surely. */
type Judged = Phrase & { readonly guess: Intent; readonly confidence: number }

const weakestCount = 10

/** The model card: what the model was made of and how its own phrases fared while they were held out. Same training, same card. */
export function composeCard(trained: Trained, phrases: readonly Phrase[]): string {
  const { header } = splitModel(trained.bytes)
  const judged = judge(trained, phrases, header.intents)
  const wanted = judged.filter(({ intent }) => intent !== 'out_of_scope')
  return `# Model card: what people mean

Written by \`npm run train:language\`; a test compares it with the model beside it. How it works, and what it scores on
messages that others wrote: \`docs/language.md\`.

| | |
| --- | --- |
| SHA-256 of language-model.bin | \`${createHash('sha256').update(trained.bytes).digest('hex')}\` |
| SHA-256 of the phrases | \`${header.phrases}\` |
| Size | ${trained.bytes.length} bytes: ${header.entries} weights of 8 bits at ${header.places} places of ${header.buckets} |
| Says | ${header.intents.length} intents; ${header.languages.length} languages |
| Confidence | slope ${header.slopes.intent} (intents), ${header.slopes.language} (languages) |
| Threshold | out_of_scope may fall behind the best intent by ${header.lead}, so that ${100 * outOfScopeFound} % of it is found |

## Data

Phrases written for this project, in the voice of a messenger; none is taken from a data set.

| Language | Phrases | of them out of scope |
| --- | --- | --- |
${languages.map((language) => dataRow(phrases, language)).join('\n')}

## Scores

Every phrase once, by a machine that saw neither it nor the lines next to it. Phrases of a file are as different as their
author could make them, so this is harder than what customers write. 95 % intervals after Wilson.

| What | Share |
| --- | --- |
${languages.map((language) => `| ${language}: intents found | ${shown(found(wanted.filter((one) => one.language === language)))} |`).join('\n')}
| out of scope found | ${shown(found(judged.filter(({ intent }) => intent === 'out_of_scope')))} |
| intents put out of scope | ${shown(shareWhere(wanted, ({ guess }) => guess === 'out_of_scope'))} |
| confidence is off by, on average | ${(100 * calibrationError(judged)).toFixed(1)} points |

| Action | Asked for, of what is taken for it | Found |
| --- | --- | --- |
${actionIntents.map((intent) => actionRow(judged, intent)).join('\n')}

## Weak spots

The intents least often found, and what they are most often taken for.

| Intent | Found | Taken for |
| --- | --- | --- |
${weakest(wanted).join('\n')}

Not for: decisions about people, languages other than these five, anything that is acted on without the checks that come
after it (priority words, negation, open questions, the passkey).
`
}

function judge({ heldOut }: Trained, phrases: readonly Phrase[], intents: readonly Intent[]): readonly Judged[] {
  const { slope } = heldOut
  return phrases.map((phrase, at) => {
    const sure = confidences(heldOut.scores[at] ?? new Float64Array(intents.length), slope)
    const confidence = Math.max(...sure)
    return { ...phrase, guess: intents[sure.indexOf(confidence)] ?? 'out_of_scope', confidence }
  })
}

function dataRow(phrases: readonly Phrase[], language: string): string {
  const own = phrases.filter((phrase) => phrase.language === language)
  return `| ${language} | ${own.length} | ${own.filter(({ intent }) => intent === 'out_of_scope').length} |`
}

function actionRow(judged: readonly Judged[], intent: Intent): string {
  const taken = judged.filter(({ guess }) => guess === intent)
  return `| ${intent} | ${shown(found(taken))} | ${shown(found(judged.filter((one) => one.intent === intent)))} |`
}

function weakest(wanted: readonly Judged[]): readonly string[] {
  return [...new Set(wanted.map(({ intent }) => intent))]
    .map((intent) => ({ intent, own: wanted.filter((one) => one.intent === intent) }))
    .map(({ intent, own }) => ({ intent, share: found(own), other: mostFrequent(own) }))
    .sort((left, right) => left.share.percent - right.share.percent)
    .slice(0, weakestCount)
    .map(({ intent, share, other }) => `| ${intent} | ${shown(share)} | ${other} |`)
}

function mostFrequent(own: readonly Judged[]): string {
  const counts = new Map<string, number>()
  for (const { intent, guess } of own) if (guess !== intent) counts.set(guess, (counts.get(guess) ?? 0) + 1)
  const sorted = [...counts].sort(([, left], [, right]) => right - left)
  return sorted
    .slice(0, 3)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function found(judged: readonly Judged[]): Share {
  return shareWhere(judged, ({ intent, guess }) => intent === guess)
}

function shown({ percent, between, right, of }: Share): string {
  return `${percent} % (${between[0]} to ${between[1]}; ${right} of ${of})`
}

/** How far confidence and truth are apart on average, in ten bins of confidence (expected calibration error). */
function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, (_, bin) =>
    judged.filter((one) => Math.min(9, Math.floor(10 * one.confidence)) === bin),
  )
  return bins.reduce((sum, bin) => {
    const right = bin.filter(({ intent, guess }) => intent === guess).length
    const claimed = bin.reduce((all, { confidence }) => all + confidence, 0)
    return sum + Math.abs(right - claimed) / judged.length
  }, 0)
}
