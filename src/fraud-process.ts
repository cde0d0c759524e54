import { fraudFiles } from './fraud/index.ts'
import type { ExplainedUse, FilesEvaluation, FilesTraining, SplitDays } from './fraud/index.ts'
import { ConfigFault } from './config.ts'
import { type FraudDeps, answering, countOf, exitCodes, showStages } from './fraud-terminal.ts'
import { elapsedMs, systemClock } from './platform/index.ts'

/** A day, in ms: times in files carry no zone. */
const dayMs = 86_400_000
const daysMax = 3_660
const threadsMax = 16

export type EvaluateFlags = {
  readonly files: readonly string[]
  readonly trainStart: string
  readonly trainDays: string
  readonly delayDays: string
  readonly testDays: string
  readonly threads: string
  readonly json: boolean
}

/** `parley fraud evaluate`. */
async function evaluate(deps: FraudDeps, flags: EvaluateFlags): Promise<number> {
  const days = splitDaysOf(flags)
  const threads = countOf('--threads', flags.threads, threadsMax)
  return await answering(deps, flags, async () => {
    const startedMs = elapsedMs()
    const progress = showStages(deps)
    const found = await fraudFiles.evaluate(
      { threads, onProgress: progress.tell },
      { files: flags.files, labels: [], nowMs: systemClock.now() },
      days,
    )
    progress.end()
    const seconds = Math.round((elapsedMs() - startedMs) / 100) / 10
    deps.write(
      flags.json
        ? `${JSON.stringify({ ...jsonOfEvaluation(found, flags), seconds })}\n`
        : sayEvaluation(found, flags, seconds),
    )
    return exitCodes.done
  })
}

export type TrainFlags = {
  readonly files: readonly string[]
  readonly labels?: readonly string[]
  readonly out: string
  readonly card?: string
  readonly name: string
  readonly about: string
  readonly delayDays: string
  readonly reportedShare: string
  readonly warmUpDays: string
  readonly settledDays: string
  readonly portable: boolean
  readonly threads: string
  readonly json: boolean
}

/** `parley fraud train`: the model's file, and a card beside it. */
async function train(deps: FraudDeps, flags: TrainFlags): Promise<number> {
  const { files, labels = [], name, about, out: modelFile } = flags
  const wish = {
    name,
    about,
    modelFile,
    cardFile: flags.card ?? `${modelFile.replace(/\.bin$/, '')}-card.md`,
    delayDays: countOf('--delay-days', flags.delayDays, daysMax, 0),
    reportedShare: shareOf('--reported-share', flags.reportedShare),
    warmUpDays: countOf('--warm-up-days', flags.warmUpDays, daysMax, 0),
    portable: flags.portable,
    settledDays: countOf('--settled-days', flags.settledDays, daysMax, 0),
  }
  const threads = countOf('--threads', flags.threads, threadsMax)
  return await answering(deps, flags, async () => {
    const progress = showStages(deps)
    const trained = await fraudFiles.train(
      { threads, onProgress: progress.tell },
      { files, labels, nowMs: systemClock.now() },
      wish,
    )
    progress.end()
    deps.write(flags.json ? `${JSON.stringify(jsonOfTraining(trained, wish))}\n` : sayTraining(trained, wish))
    return exitCodes.done
  })
}

export type ExplainFlags = {
  readonly files: readonly string[]
  readonly labels?: readonly string[]
  readonly use: string
  readonly model?: string
  readonly delayDays: string
  readonly json: boolean
}

/** `parley fraud explain`. */
async function explain(deps: FraudDeps, flags: ExplainFlags): Promise<number> {
  const { files, labels = [], use, model: modelFile } = flags
  const delayDays = countOf('--delay-days', flags.delayDays, daysMax, 0)
  return await answering(deps, flags, async () => {
    const progress = showStages(deps)
    const wish = { use, modelFile, delayDays }
    const outcome = await fraudFiles.explain(
      { threads: 1, onProgress: progress.tell },
      { files, labels, nowMs: systemClock.now() },
      wish,
    )
    progress.end()
    if (outcome.found === 'explained') {
      const { explained } = outcome
      deps.write(flags.json ? `${JSON.stringify(jsonOfExplained(explained))}\n` : sayExplained(explained))
      return exitCodes.done
    }
    const message = nothingWords[outcome.found]
    deps.say(`${message}\n`)
    if (flags.json) deps.write(`${JSON.stringify({ error: { code: `fraud/${outcome.found}`, message } })}\n`)
    return exitCodes.nothing
  })
}

const nothingWords = {
  'not-there': 'No use of this reference is in the history.',
  'nothing-to-decide':
    'This event only corrects another (a completion, a reversal, a refund): there is nothing to score.',
} as const

/** What `parley fraud` does; each gives its exit code. */
export const fraud = { evaluate, train, explain } as const

function splitDaysOf(flags: EvaluateFlags): SplitDays {
  return {
    trainStartMs: dayOf('--train-start', flags.trainStart),
    trainDays: countOf('--train-days', flags.trainDays, daysMax),
    delayDays: countOf('--delay-days', flags.delayDays, daysMax, 0),
    testDays: countOf('--test-days', flags.testDays, daysMax),
  }
}

function dayOf(name: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) {
    throw new ConfigFault([`${name}: a day such as 2018-07-25`])
  }
  return ms
}

function shareOf(name: string, text: string): number {
  const share = /^(0|1|0?\.\d{1,6})$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(share)) throw new ConfigFault([`${name}: a share from 0 to 1, such as 0.2`])
  return share
}

function jsonOfEvaluation(found: FilesEvaluation, flags: EvaluateFlags) {
  const { train, test } = found
  const testStartMs =
    dayOf('--train-start', flags.trainStart) + (Number(flags.trainDays) + Number(flags.delayDays)) * dayMs
  return {
    auc_roc: found.aucRoc,
    average_precision: found.averagePrecision,
    card_precision_100: found.cardPrecision100,
    train: { from: flags.trainStart, days: Number(flags.trainDays), payments: train.uses, frauds: train.frauds },
    delay_days: Number(flags.delayDays),
    test: {
      from: new Date(testStartMs).toISOString().slice(0, 10),
      days: Number(flags.testDays),
      payments: test.uses,
      frauds: test.frauds,
      removed_payments: test.removed,
    },
    payments: found.uses,
    customers: found.customers,
    trees: found.trees,
  }
}

function sayEvaluation(found: FilesEvaluation, flags: EvaluateFlags, seconds: number): string {
  const { train, test } = jsonOfEvaluation(found, flags)
  return [
    `Read ${found.uses} payments of ${found.customers} customers.`,
    `Trained on ${train.payments} payments (${train.frauds} frauds), ${train.days} days from ${train.from}.`,
    `Tested on ${test.payments} payments (${test.frauds} frauds), ${test.days} days from ${test.from}; ${test.removed_payments} more were of customers known to be compromised.`,
    '',
    `area under the ROC curve   ${found.aucRoc.toFixed(3)}`,
    `average precision          ${found.averagePrecision.toFixed(3)}`,
    `card precision at 100      ${found.cardPrecision100.toFixed(3)}`,
    '',
    `${seconds} seconds.`,
    '',
  ].join('\n')
}

function jsonOfTraining(
  { model, parts, uses, customers, version, thinnedBy }: FilesTraining,
  { modelFile, cardFile }: { readonly modelFile: string; readonly cardFile: string },
) {
  return { model: modelFile, card: cardFile, version, uses, customers, parts, thinned_by: thinnedBy, trees: model.trees.length, scores: model.scores } // prettier-ignore
}

function sayTraining(trained: FilesTraining, files: { readonly modelFile: string; readonly cardFile: string }): string {
  const { model, parts, uses, customers, version } = trained
  return [
    `Read ${uses} uses of ${customers} cards.`,
    `Grew ${model.trees.length} trees on ${parts.train.uses} uses (${parts.train.frauds} frauds).`,
    `On ${parts.test.uses} later uses (${parts.test.frauds} frauds) that it never saw:`,
    ...Object.entries(model.scores).map(([name, score]) => `  ${name.replaceAll('_', ' ')}: ${score.toFixed(4)}`),
    `Wrote ${files.modelFile} (version ${version}) and ${files.cardFile}.`,
    '',
  ].join('\n')
}

function jsonOfExplained({ use, atMs, score, modelVersion, truth, reasons, base, contributions }: ExplainedUse) {
  return {
    reference: use,
    at: new Date(atMs).toISOString(),
    score,
    model: modelVersion,
    truth,
    reasons: reasons.map((reason) => ({ reason, words: fraudFiles.reasonWords[reason] })),
    base,
    contributions: contributions.map(({ feature, value, contribution }) => ({
      feature,
      value: value ?? null,
      contribution,
    })),
  }
}

/** So many features are said in words; --json has all. */
const saidFeaturesMax = 8

function sayExplained({ use, atMs, score, modelVersion, truth, reasons, contributions }: ExplainedUse): string {
  const because = reasons.map((reason) => `  - ${fraudFiles.reasonWords[reason]}`)
  const features = contributions.slice(0, saidFeaturesMax).map(({ feature, value, contribution }) => {
    const way = contribution > 0 ? 'towards fraud' : 'towards genuine'
    const known = value === undefined ? 'unknown' : String(Number(value.toPrecision(6)))
    return `  ${feature.padEnd(18)} ${known.padStart(12)}   ${Math.abs(contribution).toFixed(2)} ${way}`
  })
  return [
    `${use}, ${new Date(atMs).toISOString()}: ${(score * 100).toFixed(score < 0.01 ? 3 : 1)} % likely to be fraud (model ${modelVersion}; the history says: ${truth}).`,
    because.length === 0 ? 'Nothing speaks for fraud.' : 'What speaks for fraud, strongest first:',
    ...because,
    '',
    'Features that moved the score most (log-odds; docs/fraud-features.md says what each is):',
    ...features,
    '',
  ].join('\n')
}
