import { z } from 'zod'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** Which models of a bank are compared, by the versions of their files. */
export type TrialName = { readonly institution: InstitutionId; readonly champion: string; readonly challenger: string }

const idRow = z.object({ id: z.string() })

/** The trial of these two; begun where there is none. */
async function begin(tx: Tx, { institution, champion, challenger }: TrialName): Promise<string> {
  const names = [institution, champion, challenger]
  await tx.run(
    `INSERT INTO alerts.model_trial (id, institution, champion, challenger) VALUES (gen_random_uuid(), $1, $2, $3)
     ON CONFLICT (institution, champion, challenger) DO NOTHING`,
    names,
  )
  const found = await tx.one(
    idRow,
    'SELECT id::text FROM alerts.model_trial WHERE institution = $1 AND champion = $2 AND challenger = $3',
    names,
  )
  return found.id
}

/** A use that both models scored; what they made of it is sealed. */
export type NewTriedUse = { readonly event: string; readonly customer: CustomerId; readonly sealed: Uint8Array }

/** Keeps uses of customers whose leave holds, each once; gives which were added. */
async function addUses(
  tx: Tx,
  { trial, institution }: { readonly trial: string; readonly institution: InstitutionId },
  uses: readonly NewTriedUse[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows(
    z.object({ event: z.string() }),
    `INSERT INTO alerts.model_use (event, customer, institution, trial, sealed)
     SELECT u.event, u.customer, $1, $2, decode(u.sealed, 'hex') FROM unnest($3::uuid[], $4::uuid[], $5::text[]) AS u (event, customer, sealed)
     WHERE EXISTS (SELECT FROM consent.grant_ g WHERE g.customer = u.customer AND g.institution = $1 AND g.purpose = 'fraud-alerts'
       AND consent.holds_now(g))
     ON CONFLICT (event) DO NOTHING RETURNING event::text`,
    [
      institution,
      trial,
      uses.map(({ event }) => event),
      uses.map(({ customer }) => customer),
      uses.map(({ sealed }) => Buffer.from(sealed).toString('hex')),
    ],
  )
  return new Set(rows.map(({ event }) => event))
}

const keptRow = z.object({
  event: z.string(),
  trial: z.string(),
  sealed: bytesColumn,
  is_fraud: z.boolean().nullable(),
})

/** Uses of a trial of which something became known, held until the transaction ends: nobody counts them a second time meanwhile. */
function lockUses(tx: Tx, events: readonly string[]): Promise<readonly z.infer<typeof keptRow>[]> {
  return tx.rows(
    keptRow,
    `SELECT event::text, trial::text, sealed, is_fraud FROM alerts.model_use WHERE event = ANY ($1::uuid[]) ORDER BY event FOR UPDATE`,
    [events],
  )
}

/** Notes what was said of uses, and so counted. */
async function markUses(tx: Tx, said: readonly { readonly event: string; readonly isFraud: boolean }[]): Promise<void> {
  await tx.run(
    `UPDATE alerts.model_use m SET is_fraud = u.is_fraud::boolean FROM unnest($1::uuid[], $2::text[]) AS u (event, is_fraud) WHERE m.event = u.event`,
    [said.map(({ event }) => event), said.map(({ isFraud }) => String(isFraud))],
  )
}

/** What is added to the sums of one model at one band. */
export type TrialSum = {
  readonly trial: string
  readonly model: 'champion' | 'challenger'
  readonly band: number
  readonly asked: boolean
  readonly uses: number
  readonly frauds: number
  readonly fraudMinor: number
  readonly genuine: number
}

/** Adds to the sums; in one order everywhere, so that two processes wait for each other and never for good. */
async function addSums(tx: Tx, sums: readonly TrialSum[]): Promise<void> {
  if (sums.length === 0) return
  await tx.run(
    `INSERT INTO alerts.model_count AS c (trial, model, band, asked, uses, frauds, fraud_minor, genuine)
     SELECT s.trial, s.model, s.band, s.asked, s.uses, s.frauds, s."fraudMinor", s.genuine FROM jsonb_to_recordset($1::jsonb)
       AS s (trial uuid, model text, band smallint, asked boolean, uses bigint, frauds bigint, "fraudMinor" bigint, genuine bigint)
     ORDER BY 1, 2, 3, 4
     ON CONFLICT (trial, model, band, asked) DO UPDATE SET uses = c.uses + excluded.uses, frauds = c.frauds + excluded.frauds,
       fraud_minor = c.fraud_minor + excluded.fraud_minor, genuine = c.genuine + excluded.genuine`,
    [JSON.stringify(sums)],
  )
}

/** How a model's features were spread, added to what is kept. */
async function addSpread(
  tx: Tx,
  { trial, model }: Pick<TrialSum, 'trial' | 'model'>,
  { rows, counts }: { readonly rows: number; readonly counts: readonly number[] },
): Promise<void> {
  if (rows === 0) return
  await tx.run(
    `INSERT INTO alerts.model_spread AS s (trial, model, rows, counts) VALUES ($1, $2, $3, $4::text[]::bigint[])
     ON CONFLICT (trial, model) DO UPDATE SET rows = s.rows + excluded.rows,
       counts = ARRAY(SELECT coalesce(u.a, 0) + coalesce(u.b, 0) FROM unnest(s.counts, excluded.counts) WITH ORDINALITY AS u (a, b, place) ORDER BY place)`,
    [trial, model, rows, counts.map(String)],
  )
}

const sumRow = z.object({
  trial: z.string(),
  champion: z.string(),
  challenger: z.string(),
  since: instantColumn,
  model: z.enum(['champion', 'challenger']),
  band: z.number(),
  asked: z.boolean(),
  uses: bigintColumn,
  frauds: bigintColumn,
  fraud_minor: bigintColumn,
  genuine: bigintColumn,
})

/** A sum as it is kept, with the trial it belongs to. */
export type KeptSum = z.infer<typeof sumRow>

const sumColumns = 'trial::text, champion, challenger, since, model, band, asked, uses, frauds, fraud_minor, genuine'

/** All sums of a bank's trials. With a staff session's hash: under login `parley_console`, for whoever may see them. */
function sums(tx: Tx, institution: InstitutionId, session: Uint8Array | undefined): Promise<readonly KeptSum[]> {
  return session === undefined
    ? tx.rows(
        sumRow,
        `SELECT ${sumColumns} FROM alerts.model_trial t JOIN alerts.model_count c ON c.trial = t.id WHERE t.institution = $1`,
        [institution],
      )
    : tx.rows(sumRow, `SELECT ${sumColumns} FROM alerts.model_counts($1, $2)`, [session, institution])
}

const spreadRow = z.object({
  model: z.enum(['champion', 'challenger']),
  rows: bigintColumn,
  counts: z.array(bigintColumn),
})

/** How the features of a trial's two models were spread. */
function spreads(tx: Tx, trial: string): Promise<readonly z.infer<typeof spreadRow>[]> {
  return tx.rows(spreadRow, 'SELECT model, rows, counts FROM alerts.model_spread WHERE trial = $1', [trial])
}

/** Forgets uses whose labels are no more waited for; sums stay. Gives how many. For a sweeper. */
function sweep(tx: Tx): Promise<number> {
  return tx.run(
    `DELETE FROM alerts.model_use WHERE ctid = ANY (ARRAY(SELECT ctid FROM alerts.model_use
       WHERE scored_at < clock_timestamp() - interval '60 days' LIMIT 5000))`,
  )
}

/** Trials of models as they are stored. Login `parley_fraud`. */
export const trialStore = { begin, addUses, lockUses, markUses, addSums, addSpread, sums, spreads, sweep } as const
