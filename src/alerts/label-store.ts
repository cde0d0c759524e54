import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import type { FraudLabel } from '../fraud/index.ts'
import type { CustomerId, InstitutionId, Instant } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** The topic under which a new label is announced. */
export const labelTopic = 'fraud_label'

/** What became known of a use of a card, as it is kept. */
export type NewLabel = {
  readonly event: string
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly isFraud: boolean
  readonly informed: boolean
  readonly source: FraudLabel['source']
}

/** Keeps labels; whoever holds features hears of them with the commit. */
async function add(tx: Tx, labels: readonly NewLabel[]): Promise<void> {
  if (labels.length === 0) return
  tx.announce(labelTopic)
  await tx.run(
    `INSERT INTO alerts.label (event, customer, institution, is_fraud, informed, source)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::boolean[], $6::text[])`,
    [
      labels.map(({ event }) => event),
      labels.map(({ customer }) => customer),
      labels.map(({ institution }) => institution),
      labels.map(({ isFraud }) => String(isFraud)),
      labels.map(({ informed }) => String(informed)),
      labels.map(({ source }) => source),
    ],
  )
}

const wordRow = z.object({ is_fraud: z.boolean() })

/**
 * What the bank last said of a use; undefined: nothing. Until the transaction ends nobody else asks so of the same use, so that what is
 * said twice at once is kept once.
 */
async function lockBankWord(tx: Tx, of: Pick<NewLabel, 'event' | 'customer'>): Promise<boolean | undefined> {
  await tx.run('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`alerts.label|${of.event}`])
  const word = await tx.maybe(
    wordRow,
    `SELECT is_fraud FROM alerts.label WHERE customer = $1 AND event = $2 AND source = 'bank' ORDER BY seq DESC LIMIT 1`,
    [of.customer, of.event],
  )
  return word?.is_fraud
}

/** A label and its place in the order of arrival. */
export type ArrivedLabel = { readonly seq: bigint; readonly label: FraudLabel }

const row = z
  .object({
    seq: bigintColumn,
    event: z.string(),
    customer: uuidColumn<CustomerId>(),
    is_fraud: z.boolean(),
    informed: z.boolean(),
    source: z.enum(['customer', 'agent', 'bank', 'dispute']),
    arrived_at: instantColumn,
  })
  .transform((at): ArrivedLabel => ({
    seq: at.seq,
    label: {
      use: at.event,
      arrivedAtMs: at.arrived_at,
      isFraud: at.is_fraud,
      informed: at.informed,
      source: at.source,
      by: at.customer,
    },
  }))

/** Labels that arrived from a time on, in order. */
function since(tx: Tx, from: Instant, limit: number): Promise<readonly ArrivedLabel[]> {
  return tx.rows(
    row,
    `SELECT seq, event, customer, is_fraud, informed, source, arrived_at FROM alerts.label
     WHERE arrived_at >= to_timestamp($1::float8 / 1000) ORDER BY arrived_at, seq LIMIT $2`,
    [from, limit],
  )
}

/** Labels of one customer's cards that are read back at once. */
const ofMax = 5_000

/** A customer's labels, in order of arrival. */
async function of(tx: Tx, customer: CustomerId): Promise<readonly FraudLabel[]> {
  const rows = await tx.rows(
    row,
    `SELECT seq, event, customer, is_fraud, informed, source, arrived_at FROM alerts.label WHERE customer = $1
     ORDER BY arrived_at, seq LIMIT ${ofMax}`,
    [customer],
  )
  return rows.map(({ label }) => label)
}

const sweptMax = 5_000

/** Forgets labels with the events that they are about; gives how many. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM alerts.label WHERE ctid = ANY (ARRAY(SELECT ctid FROM alerts.label
       WHERE arrived_at < clock_timestamp() - interval '13 months' LIMIT ${sweptMax}))`,
  )
}

/** Labels as they are stored. Login `parley_fraud`. */
export const labelStore = { add, lockBankWord, since, of, sweep } as const
