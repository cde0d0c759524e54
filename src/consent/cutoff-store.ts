import { z } from 'zod'
import { isUuid, readCutoffTarget } from '../kernel/index.ts'
import type { ChannelName, CutoffId, CutoffTarget, InstitutionId, Instant, LiftId, StaffId } from '../kernel/index.ts'
import { bigintColumn, instantColumn, jobTopic } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { cutoffReach } from './cutoff-reach-store.ts'

/** An act of the staff as it was signed with a passkey: the document's bytes, and the assertion whose challenge is its hash. */
export type SignedAct = {
  readonly document: string
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

/** A cut-off as the console shows it. People and telling are found out after it took effect. */
export type Cutoff = CutoffTarget & {
  readonly id: CutoffId
  readonly reason: string
  readonly cutBy: StaffId
  readonly cutAt: Instant
  readonly liftedAt: Instant | undefined
  readonly reach: {
    /** So far, until `countedAt` is there. */
    readonly people: number
    readonly countedAt: Instant | undefined
    /** The last look that was let through after the cut-off was written, if any. */
    readonly lastLookAt: Instant | undefined
    readonly told: number
    readonly toldAt: Instant | undefined
  }
  /** Signed in the last 24 hours while it is open; those it was lifted with afterwards. */
  readonly lifts: readonly { readonly id: LiftId; readonly staff: StaffId; readonly at: Instant }[]
}

/**
 * Cuts off what the document names, for good until two people lift it. Undefined: it is cut off already. Login
 * `parley_console`. SQLSTATE 42501: this person may not. The caller has verified the signature.
 */
async function cutOff(tx: Tx, signed: SignedAct): Promise<Instant | undefined> {
  tx.announce(jobTopic)
  const row = await tx.one(
    z.object({ at: instantColumn.nullable() }),
    'SELECT consent.cut_off($1, $2, $3, $4, $5) AS at',
    valuesOf(signed),
  )
  return row.at ?? undefined
}

/**
 * Writes down a signed wish to lift; lifts nothing by itself: the keystore does, once it has verified two people's.
 * `first`, `second`: how many people by now. Login `parley_console`. SQLSTATE 42501: this person may not.
 */
async function signLift(tx: Tx, signed: SignedAct): Promise<'first' | 'second' | 'same-person' | 'over'> {
  const row = await tx.one(
    z.object({ step: z.enum(['first', 'second', 'same-person', 'over']) }),
    'SELECT consent.sign_lift($1, $2, $3, $4, $5) AS step',
    valuesOf(signed),
  )
  return row.step
}

function valuesOf(signed: SignedAct): readonly (string | Uint8Array)[] {
  return [signed.document, signed.credentialId, signed.authenticatorData, signed.clientData, signed.signature]
}

/** The cut-offs that this session's person is to know of, open ones first, then the latest ended; a hundred. Login `parley_console`. */
async function listCutoffs(tx: Tx, session: Uint8Array): Promise<readonly Cutoff[]> {
  const [cutoffs, lifts] = [
    await tx.rows(
      cutoffRow,
      `SELECT id, kind, target, reason, cut_by, cut_at, lifted_at, people, counted_at, last_look_at, told, told_at
       FROM consent.cutoffs($1)`,
      [session],
    ),
    await tx.rows(liftRow, 'SELECT id, cutoff, staff, at FROM consent.cutoff_lifts($1)', [session]),
  ]
  return cutoffs.flatMap((row) => {
    const cutoff = cutoffOf(
      row,
      lifts.filter((lift) => lift.cutoff === row.id),
    )
    return cutoff === undefined ? [] : [cutoff]
  })
}

function uuidOf<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}

const cutoffRow = z.object({
  id: uuidOf<CutoffId>(),
  kind: z.string(),
  target: z.string(),
  reason: z.string(),
  cut_by: uuidOf<StaffId>(),
  cut_at: instantColumn,
  lifted_at: instantColumn.nullable(),
  people: bigintColumn,
  counted_at: instantColumn.nullable(),
  last_look_at: instantColumn.nullable(),
  told: bigintColumn,
  told_at: instantColumn.nullable(),
})
const liftRow = z.object({
  id: uuidOf<LiftId>(),
  cutoff: uuidOf<CutoffId>(),
  staff: uuidOf<StaffId>(),
  at: instantColumn,
})

function cutoffOf(row: z.infer<typeof cutoffRow>, lifts: readonly z.infer<typeof liftRow>[]): Cutoff | undefined {
  const target = readCutoffTarget(row.kind, row.target)
  if (target === undefined) return undefined
  return {
    ...target,
    id: row.id,
    reason: row.reason,
    cutBy: row.cut_by,
    cutAt: row.cut_at,
    liftedAt: row.lifted_at ?? undefined,
    reach: {
      people: Number(row.people),
      countedAt: row.counted_at ?? undefined,
      lastLookAt: row.last_look_at ?? undefined,
      told: Number(row.told),
      toldAt: row.told_at ?? undefined,
    },
    lifts: lifts.map(({ id, staff, at }) => ({ id, staff, at })),
  }
}

/** Whether an open cut-off covers a channel or a bank, and since when: for the words to whoever asks meanwhile. */
export type CutOffSince = { readonly kind: CutoffTarget['kind']; readonly since: Instant }

/** What stands in the way of this channel and bank at this moment; undefined when nothing is cut off. For words, never for deciding. */
async function cutOffSince(tx: Tx, channel: ChannelName, institution: InstitutionId): Promise<CutOffSince | undefined> {
  return await tx.maybe(sinceRow, 'SELECT kind, since FROM consent.cut_off_since($1, $2)', [channel, institution])
}

const sinceRow = z.object({ kind: z.enum(['platform', 'channel', 'institution']), since: instantColumn })

/** The kill switch's rows: {@link cutOff}, {@link signLift}, {@link listCutoffs}, {@link cutOffSince}; and what follows them. */
export const cutoffs = { cutOff, signLift, list: listCutoffs, since: cutOffSince, reach: cutoffReach } as const
