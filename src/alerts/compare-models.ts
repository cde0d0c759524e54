import { fraudModels } from '../fraud/index.ts'
import type { DriftReport, Scorer } from '../fraud/index.ts'
import type { InstitutionId, Instant } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import { trialStore } from './trial-store.ts'
import type { KeptSum } from './trial-store.ts'

/** How one model did on the uses of a trial. Amounts are in the smallest unit of the bank's currency. */
export type ModelFigures = {
  /** Over scores in bands; undefined before a fraud is known. Uses that nobody named count as genuine, for both models alike. */
  readonly averagePrecision: number | undefined
  /** Uses that the rules would have asked about with its score, and what is known of them. */
  readonly asked: number
  readonly caught: number
  readonly caughtMinor: bigint
  /** Asked about, and said to be genuine. */
  readonly falseQuestions: number
  /** Asked about, and nobody said anything. */
  readonly unanswered: number
  /** How its features differ from those it was trained on; where its file was at hand. */
  readonly drift?: DriftReport
}

/** Two models beside each other on the same uses. The champion decided; the challenger decided nothing. */
export type ModelComparison = {
  readonly champion: string
  readonly challenger: string
  readonly since: Instant
  readonly uses: number
  readonly frauds: number
  readonly fraudMinor: bigint
  readonly figures: { readonly champion: ModelFigures; readonly challenger: ModelFigures }
}

export type CompareOptions = {
  /** The hash of a staff session, where the login is `parley_console`: who may not see them finds none. Without it: login `parley_fraud`. */
  readonly session?: Uint8Array
  /** Models at hand, for their drift. Login `parley_fraud` alone. */
  readonly scorers?: readonly Scorer[]
}

/** Every trial of a bank's models, the newest first. */
export async function compareModels(
  database: Database,
  institution: InstitutionId,
  { session, scorers = [] }: CompareOptions = {},
): Promise<readonly ModelComparison[]> {
  const byTrial = new Map<string, KeptSum[]>()
  for (const sum of await trialStore.sums(database, institution, session)) {
    byTrial.set(sum.trial, [...(byTrial.get(sum.trial) ?? []), sum])
  }
  const compared: ModelComparison[] = []
  for (const [trial, sums] of byTrial) {
    const [first] = sums
    if (first === undefined) continue
    const drifts = scorers.length === 0 ? {} : await driftsOf(database, trial, first, scorers)
    const own = (model: KeptSum['model']) =>
      figuresOf(
        sums.filter((sum) => sum.model === model),
        drifts[model],
      )
    const all = sums.filter(({ model }) => model === 'champion')
    compared.push({
      ...{ champion: first.champion, challenger: first.challenger, since: first.since },
      uses: Number(total(all, 'uses')),
      frauds: Number(total(all, 'frauds')),
      fraudMinor: total(all, 'fraud_minor'),
      figures: { champion: own('champion'), challenger: own('challenger') },
    })
  }
  return compared.sort((one, other) => other.since - one.since)
}

function figuresOf(sums: readonly KeptSum[], drift: DriftReport | undefined): ModelFigures {
  const bands = sums.map(({ band, uses, frauds }) => ({ band, uses: Number(uses), frauds: Number(frauds) }))
  const precision = fraudModels.bandedPrecision(bands)
  const asked = sums.filter((sum) => sum.asked)
  const [uses, caught, genuine] = [total(asked, 'uses'), total(asked, 'frauds'), total(asked, 'genuine')].map(Number)
  return {
    averagePrecision: Number.isNaN(precision) ? undefined : precision,
    asked: uses ?? 0,
    caught: caught ?? 0,
    caughtMinor: total(asked, 'fraud_minor'),
    falseQuestions: genuine ?? 0,
    unanswered: (uses ?? 0) - (caught ?? 0) - (genuine ?? 0),
    ...(drift === undefined ? {} : { drift }),
  }
}

function total(sums: readonly KeptSum[], field: 'uses' | 'frauds' | 'fraud_minor' | 'genuine'): bigint {
  return sums.reduce((sum, each) => sum + each[field], 0n)
}

async function driftsOf(
  database: Database,
  trial: string,
  names: Pick<KeptSum, 'champion' | 'challenger'>,
  scorers: readonly Scorer[],
): Promise<{ readonly champion?: DriftReport; readonly challenger?: DriftReport }> {
  const spreads = await trialStore.spreads(database, trial)
  return Object.fromEntries(
    spreads.flatMap(({ model, rows, counts }) => {
      const scorer = scorers.find(({ version }) => version === names[model])
      if (scorer === undefined) return []
      return [[model, fraudModels.driftOfSpread(scorer, { rows: Number(rows), counts: counts.map(Number) })] as const]
    }),
  )
}
