import { readFileSync } from 'node:fs'
import { compareModels } from './alerts/index.ts'
import type { ModelComparison, ModelFigures } from './alerts/index.ts'
import { ConfigFault } from './config.ts'
import type { GatewayConfig } from './config.ts'
import { featureNames, fraudModels } from './fraud/index.ts'
import type { Scorer } from './fraud/index.ts'
import { Secret, isInstitutionId } from './kernel/index.ts'
import type { InstitutionId } from './kernel/index.ts'
import { createLogger, createMetrics, openDatabase } from './platform/index.ts'
import type { Database } from './platform/index.ts'

type Write = (text: string) => void
export type CompareFlags = { readonly institution?: string; readonly json: boolean }

/** Exit codes: 0 done, 4 nothing was compared yet. */
const exitCodes = { done: 0, nothing: 4 } as const

/** `parley fraud compare`: the bank's models beside each other, on what its customers and it said since. */
export async function runCompare(config: GatewayConfig, flags: CompareFlags, write: Write): Promise<number> {
  const wanted = banksOf(config, flags.institution)
  const { host, port, database: name, prepare, passwords } = config.database
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ role: 'fraud', level: 'error', destination: process.stderr, metrics })
  const login = 'parley_fraud'
  const connection = { host, port, database: name, user: login, password: new Secret(passwords[login] ?? '') }
  const database = openDatabase({ connection, prepare, poolMax: 1, logger, metrics })
  try {
    return await compareBanks(database, wanted, { ...flags, write })
  } finally {
    await database.close()
  }
}

/** A bank and the models of its configuration, for their drift. */
export type ComparedBank = { readonly institution: InstitutionId; readonly scorers: readonly Scorer[] }

/** Prints the comparisons of these banks. Login `parley_fraud`. */
export async function compareBanks(
  database: Database,
  banks: readonly ComparedBank[],
  { json, write }: { readonly json: boolean; readonly write: Write },
): Promise<number> {
  let found = 0
  for (const { institution, scorers } of banks) {
    const compared = await compareModels(database, institution, { scorers })
    found += compared.length
    for (const one of compared) write(json ? `${jsonOf(institution, one)}\n` : sayOne(institution, one))
    if (compared.length === 0 && !json)
      write(`${institution}: nothing was compared yet. cardEvents.challenger names a model to try.\n`)
  }
  return found > 0 ? exitCodes.done : exitCodes.nothing
}

function banksOf(config: GatewayConfig, wanted: string | undefined): readonly ComparedBank[] {
  const banks = config.institutions.flatMap(({ id, cardEvents }) => {
    if (cardEvents === undefined || !isInstitutionId(id) || (wanted !== undefined && wanted !== id)) return []
    const files = [cardEvents.model, cardEvents.challenger].filter((file) => file !== undefined)
    const own = files.map((file) => fraudModels.read(readFileSync(file), featureNames))
    return [{ institution: id, scorers: [...own, fraudModels.readDefault(featureNames)] }]
  })
  if (banks.length === 0) throw new ConfigFault(['--institution: no such bank sends card events here'])
  return banks
}

function jsonOf(institution: InstitutionId, compared: ModelComparison): string {
  const { since, fraudMinor, figures, ...rest } = compared
  return JSON.stringify({
    institution,
    ...rest,
    since: new Date(since).toISOString(),
    fraud_minor: String(fraudMinor),
    champion_figures: jsonFigures(figures.champion),
    challenger_figures: jsonFigures(figures.challenger),
  })
}

function jsonFigures({
  averagePrecision,
  asked,
  caught,
  caughtMinor,
  falseQuestions,
  unanswered,
  drift,
}: ModelFigures) {
  return {
    average_precision: averagePrecision ?? null,
    ...{ asked, caught, caught_minor: String(caughtMinor), false_questions: falseQuestions, unanswered },
    drift: drift ?? null,
  }
}

/** So many features are said in words; --json has all. */
const driftsMax = 3
/** Fewer uses say nothing about how features are spread. */
const driftUsesMin = 500

function sayOne(institution: InstitutionId, compared: ModelComparison): string {
  const { champion, challenger, since, uses, frauds, fraudMinor, figures } = compared
  const row = (name: string, of: (one: ModelFigures) => string): string =>
    `  ${name.padEnd(34)} ${of(figures.champion).padStart(14)} ${of(figures.challenger).padStart(14)}`
  return [
    `${institution}, since ${new Date(since).toISOString().slice(0, 10)}: ${uses} uses, ${frauds} frauds known, worth ${fraudMinor} (smallest unit).`,
    `  ${''.padEnd(34)} ${'champion'.padStart(14)} ${'challenger'.padStart(14)}`,
    row('average precision', ({ averagePrecision }) => averagePrecision?.toFixed(3) ?? '-'),
    row('would have asked', ({ asked }) => String(asked)),
    row('frauds among them', ({ caught }) => String(caught)),
    row('their value', ({ caughtMinor }) => String(caughtMinor)),
    row('false questions', ({ falseQuestions }) => String(falseQuestions)),
    row('nobody said anything', ({ unanswered }) => String(unanswered)),
    ...(['champion', 'challenger'] as const).map((model) => sayDrift(model, figures[model])),
    `  champion ${champion}, challenger ${challenger}`,
    '',
  ].join('\n')
}

function sayDrift(model: string, { drift }: ModelFigures): string {
  if (drift === undefined) return `  drift of the ${model}: unknown`
  if (drift.rows < driftUsesMin)
    return `  drift of the ${model}: ${drift.rows} uses looked at, ${driftUsesMin} are needed`
  const moved = drift.drifts.filter(({ verdict }) => verdict !== 'steady').slice(0, driftsMax)
  const words = moved.map(({ feature, index, verdict }) => `${feature} ${index.toFixed(2)} (${verdict})`)
  return `  drift of the ${model}, ${drift.rows} uses: ${words.length === 0 ? 'steady' : words.join(', ')}`
}
