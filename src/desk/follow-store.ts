import { z } from 'zod'
import { languages } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { channelNames } from '../kernel/index.ts'
import type { ConversationId, Instant } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { HandoverId } from './handover-id.ts'

/** A hand-over as a job finds it. Times left are by the database's clock; negative once they are over. */
export type Followed = {
  readonly conversation: Pick<Conversation, 'id' | 'channel' | 'language'>
  readonly state: 'waiting' | 'taken' | 'returned' | 'closed'
  readonly takenAs: string
  readonly deadlineAt: Instant
  readonly leaseLeftMs: number
  readonly deadlineLeftMs: number
  readonly isLateTold: boolean
  readonly isUrgent: boolean
}

const followedRow = z.object({
  conversation: uuidColumn<ConversationId>(),
  channel: z.enum(channelNames),
  language: z.enum(languages),
  state: z.enum(['waiting', 'taken', 'returned', 'closed']),
  taken_as: z.string().nullable(),
  deadline_at: instantColumn,
  lease_left_ms: bigintColumn.nullable(),
  deadline_left_ms: bigintColumn,
  late_told: z.boolean(),
  urgent: z.boolean(),
})

/** How a hand-over stands; undefined once it is gone, with its conversation. Login `parley_service`. */
export async function followHandover(tx: Tx, handover: HandoverId): Promise<Followed | undefined> {
  const row = await tx.maybe(
    followedRow,
    `SELECT conversation, channel, language, state, taken_as, deadline_at, lease_left_ms, deadline_left_ms, late_told, urgent
     FROM desk.follow($1)`,
    [handover],
  )
  if (row === undefined) return undefined
  return {
    conversation: { id: row.conversation, channel: row.channel, language: row.language },
    state: row.state,
    takenAs: row.taken_as ?? '',
    deadlineAt: row.deadline_at,
    leaseLeftMs: Number(row.lease_left_ms ?? 0n),
    deadlineLeftMs: Number(row.deadline_left_ms),
    isLateTold: row.late_told,
    isUrgent: row.urgent,
  }
}

/** Puts a lapsed one back into the queue: by when somebody should come; undefined when its lease lives, or it is over. */
export async function lapseHandover(
  tx: Tx,
  handover: HandoverId,
  deadlineSeconds: number,
): Promise<Instant | undefined> {
  const row = await tx.one(z.object({ at: instantColumn.nullable() }), 'SELECT desk.lapse($1, $2) AS at', [
    handover,
    deadlineSeconds,
  ])
  return row.at ?? undefined
}

/** True, once, when the customer is to be told that nobody came in time. */
export async function noteLate(tx: Tx, handover: HandoverId): Promise<boolean> {
  return (await tx.one(z.object({ yes: z.boolean() }), 'SELECT desk.note_late($1) AS yes', [handover])).yes
}

/** How many wait, are late, and are with somebody; how long the oldest has waited, in seconds. */
export type Standing = {
  readonly waiting: number
  readonly late: number
  readonly taken: number
  readonly oldestSeconds: number
}

const standingRow = z.object({
  waiting: bigintColumn,
  late: bigintColumn,
  taken: bigintColumn,
  oldest_seconds: z.number(),
})

/** How the queue stands now. */
export async function loadStanding(tx: Tx): Promise<Standing> {
  const row = await tx.one(standingRow, 'SELECT waiting, late, taken, oldest_seconds FROM desk.standing()')
  return {
    waiting: Number(row.waiting),
    late: Number(row.late),
    taken: Number(row.taken),
    oldestSeconds: row.oldest_seconds,
  }
}

/** Closes and forgets what is too old; gives how many rows. */
export async function sweepRows(tx: Tx): Promise<number> {
  return Number((await tx.one(z.object({ swept: bigintColumn }), 'SELECT desk.sweep() AS swept')).swept)
}
