import type { StandingLook, StandingLooks } from '../../consent/index.ts'
import type { CustomerId, InstitutionId } from '../../kernel/index.ts'
import type { Database, Logger, Metrics } from '../../platform/index.ts'
import type { CardEventId } from './card-authorization.ts'
import { findKnown, findStanding } from './card-events-store.ts'
import type { EventIds } from './event-ids.ts'
import type { CardLabel } from './read-label.ts'

/** What a bank found out about a stored use of a card of a customer who gave leave. */
export type BankLabel = {
  readonly event: CardEventId
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly isFraud: boolean
}

/** Keeps a label, once however often the bank says it; `no-leave`: the leave ended this moment, and nothing was kept. */
export type KeepLabel = (label: BankLabel) => Promise<'kept' | 'no-leave'>

export type TakeLabelsDeps = {
  /** Login `parley_fraud`. */
  readonly database: Database
  readonly looks: StandingLooks
  readonly idOf: EventIds
  readonly keepLabel: KeepLabel
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What the bank is told of one label. `ignored`: nobody gave leave, or no such use is known. */
export type LabelAnswer = 'kept' | 'ignored' | 'not-stored'

/** Takes labels that came together; one answer each, in order. Never throws for what may befall it. */
export type TakeLabels = (institution: InstitutionId, labels: readonly CardLabel[]) => Promise<readonly LabelAnswer[]>

/** Labels that are being kept at once for one request. */
const lanesMax = 4

/**
 * Whether a use is known is asked under this hour's standing look, as for every row of the log. Labels of one use are kept in the order in
 * which they came: the last word counts.
 */
export function createTakeLabels(deps: TakeLabelsDeps): TakeLabels {
  const outcomes = deps.metrics.counter({
    name: 'parley_card_labels_total',
    help: 'Labels of card events that banks sent, and what became of each.',
    labels: ['institution', 'outcome'],
  })
  return async (institution, labels) => {
    const answers = await takeAll(deps, institution, labels)
    for (const outcome of answers) outcomes.add(1, { institution, outcome })
    return answers
  }
}

async function takeAll(
  deps: TakeLabelsDeps,
  institution: InstitutionId,
  labels: readonly CardLabel[],
): Promise<readonly LabelAnswer[]> {
  const answers = labels.map((): LabelAnswer => 'ignored')
  try {
    const kept = await keepAll(deps, await findUses(deps, institution, labels))
    for (const [place, answer] of kept) answers[place] = answer
    return answers
  } catch (fault) {
    deps.logger.fault('bank.card-labels-not-stored', fault, { institution, count: labels.length })
    return labels.map(() => 'not-stored')
  }
}

/** A label of one customer's use, and its place in the request. */
type Placed = { readonly place: number; readonly label: BankLabel }

/** The uses that are known, each with its labels in order. A joint account has one for each customer who gave leave. */
async function findUses(
  { database, looks, idOf }: TakeLabelsDeps,
  institution: InstitutionId,
  labels: readonly CardLabel[],
): Promise<readonly (readonly Placed[])[]> {
  const accounts = [...new Set(labels.map(({ accountId }) => accountId))]
  const covered = await coverNow({ database, looks }, institution, accounts)
  const uses = new Map<CardEventId, Placed[]>()
  for (const [place, { reference, accountId, isFraud }] of labels.entries()) {
    for (const { customer } of covered.get(accountId) ?? []) {
      const event = idOf({ institution, customer }, reference)
      uses.set(event, [...(uses.get(event) ?? []), { place, label: { event, customer, institution, isFraud } }])
    }
  }
  if (uses.size === 0) return []
  const known = await findKnown(database, [...uses.keys()])
  return [...uses].flatMap(([event, placed]) => (known.has(event) ? [placed] : []))
}

/** A remembered look may be one of an hour, or of terms, gone by: those are opened anew, so that silence always means "no leave". */
async function coverNow(
  { database, looks }: Pick<TakeLabelsDeps, 'database' | 'looks'>,
  institution: InstitutionId,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly StandingLook[]>> {
  const covered = await looks.cover(institution, accounts)
  const found = [...covered.values()].flat()
  const holds = found.length === 0 ? [] : await findStanding(database, found)
  const past = found.filter((_, index) => holds[index] !== true)
  if (past.length === 0) return covered
  looks.forget(past)
  return await looks.cover(institution, accounts)
}

async function keepAll(
  { keepLabel }: TakeLabelsDeps,
  uses: readonly (readonly Placed[])[],
): Promise<ReadonlyMap<number, 'kept'>> {
  const kept = new Map<number, 'kept'>()
  const waiting = uses.values()
  await Promise.all(
    Array.from({ length: Math.min(lanesMax, uses.length) }, async () => {
      for (const use of waiting) {
        for (const { place, label } of use) if ((await keepLabel(label)) === 'kept') kept.set(place, 'kept')
      }
    }),
  )
  return kept
}
