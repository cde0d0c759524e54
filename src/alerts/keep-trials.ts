import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { FraudLabel, ModelTrial, TriedUse } from '../fraud/index.ts'
import { isUuid } from '../kernel/index.ts'
import type { Secret } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { Database, Logger, Tx } from '../platform/index.ts'
import { trialStore } from './trial-store.ts'
import type { NewTriedUse, TrialName, TrialSum } from './trial-store.ts'
import { customerOfCard } from './watch-cards.ts'

/** What two models made of uses, written down, and counted again once it is known what a use was. */
export type TrialKeeper = {
  /** What was noted since the last time; a use counts once, whoever noted it too. */
  write(name: TrialName, taken: ReturnType<ModelTrial['take']>): Promise<void>
  /** A label arrived. It is counted by the next `count`. */
  label(label: Pick<FraudLabel, 'use' | 'isFraud'>): void
  /** Counts labels that arrived; the later word about a use takes the place of the earlier. */
  count(): Promise<void>
}

/** Labels that wait to be counted; further ones are found again when the process starts anew and reads all labels. */
const labelsMax = 50_000
const atOnce = 1_000

/** Sums of one model in a band; keyed so that a batch of uses is a few rows. */
type Sums = Map<string, { -readonly [Field in keyof TrialSum]: TrialSum[Field] }>

/** Builds the keeper. Login `parley_fraud`; rows are sealed under a key that follows from the gateway's secret. */
export function createTrialKeeper(deps: {
  readonly database: Database
  readonly linkSecret: Secret<Uint8Array>
  readonly logger: Logger
}): TrialKeeper {
  const key = createHmac('sha256', deps.linkSecret.reveal()).update('parley/model-trial/v1').digest()
  let labels = new Map<string, boolean>()

  return {
    async write(name, { uses, spread, lost }) {
      if (lost > 0) deps.logger.warn('alerts.trial-uses-lost', { count: lost })
      if (uses.length === 0 && spread.champion.rows === 0) return
      await deps.database.transaction(async (tx) => {
        const trial = await trialStore.begin(tx, name)
        for (let from = 0; from < uses.length; from += atOnce) {
          await writePart(tx, { trial, institution: name.institution, key }, uses.slice(from, from + atOnce))
        }
        for (const model of ['champion', 'challenger'] as const)
          await trialStore.addSpread(tx, { trial, model }, spread[model])
      })
    },
    label({ use, isFraud }) {
      labels.delete(use)
      if (labels.size < labelsMax && isUuid(use)) labels.set(use, isFraud)
    },
    async count() {
      const said = [...labels]
      labels = new Map()
      for (let from = 0; from < said.length; from += atOnce) {
        const part = new Map(said.slice(from, from + atOnce))
        await deps.database.transaction((tx) => countPart(tx, key, part))
      }
    },
  }
}

type Writing = { readonly trial: string; readonly institution: TrialName['institution']; readonly key: Uint8Array }

async function writePart(tx: Tx, { trial, institution, key }: Writing, uses: readonly TriedUse[]): Promise<void> {
  const rows = uses.flatMap((tried): NewTriedUse[] => {
    const customer = customerOfCard(tried.customer)
    return customer === undefined || !isUuid(tried.use)
      ? []
      : [{ event: tried.use, customer, sealed: sealed(key, tried) }]
  })
  const added = await trialStore.addUses(tx, { trial, institution }, rows)
  const sums: Sums = new Map()
  for (const tried of uses) if (added.has(tried.use)) addTo(sums, trial, tried, { uses: 1, frauds: 0, genuine: 0 })
  await trialStore.addSums(tx, [...sums.values()])
}

async function countPart(tx: Tx, key: Uint8Array, said: ReadonlyMap<string, boolean>): Promise<void> {
  const sums: Sums = new Map()
  const changed: { readonly event: string; readonly isFraud: boolean }[] = []
  for (const { event, trial, sealed: bytes, is_fraud: before } of await trialStore.lockUses(tx, [...said.keys()])) {
    const isFraud = said.get(event)
    if (isFraud === undefined || isFraud === before) continue
    changed.push({ event, isFraud })
    const tried = opened(key, event, bytes)
    if (before !== null) addTo(sums, trial, tried, wordOf(before, -1))
    addTo(sums, trial, tried, wordOf(isFraud, 1))
  }
  if (changed.length === 0) return
  await trialStore.markUses(tx, changed)
  await trialStore.addSums(tx, [...sums.values()])
}

type Word = { readonly uses: number; readonly frauds: number; readonly genuine: number }

function wordOf(isFraud: boolean, times: 1 | -1): Word {
  return { uses: 0, frauds: isFraud ? times : 0, genuine: isFraud ? 0 : times }
}

type Tried = Pick<TriedUse, 'amountMinor' | 'champion' | 'challenger'>

function addTo(sums: Sums, trial: string, tried: Tried, { uses, frauds, genuine }: Word): void {
  for (const model of ['champion', 'challenger'] as const) {
    const { band, asked } = tried[model]
    const place = `${trial} ${model} ${band} ${asked}`
    const sum = sums.get(place) ?? { trial, model, band, asked, uses: 0, frauds: 0, fraudMinor: 0, genuine: 0 }
    sum.uses += uses
    sum.frauds += frauds
    sum.fraudMinor += frauds * tried.amountMinor
    sum.genuine += genuine
    sums.set(place, sum)
  }
}

const triedShape = z
  .tuple([z.number(), z.boolean(), z.number(), z.boolean(), z.number()])
  .transform(([championBand, championAsked, challengerBand, challengerAsked, amountMinor]): Tried => ({
    champion: { band: championBand, asked: championAsked },
    challenger: { band: challengerBand, asked: challengerAsked },
    amountMinor,
  }))

function sealed(key: Uint8Array, { use, amountMinor, champion, challenger }: TriedUse): Buffer {
  const text = JSON.stringify([champion.band, champion.asked, challenger.band, challenger.asked, amountMinor])
  return seal(key, Buffer.from(text, 'utf8'), contextOf(use))
}

function opened(key: Uint8Array, event: string, bytes: Uint8Array): Tried {
  return triedShape.parse(JSON.parse(unseal(key, bytes, contextOf(event)).toString('utf8')))
}

function contextOf(event: string): string {
  return `alerts.model_use|v1|${event}`
}
