import { z } from 'zod'
import { languages } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { channelNames, refusal, success } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Instant, Outcome } from '../kernel/index.ts'
import { bytesColumn, instantColumn, sqlState } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { handoverId } from './handover-id.ts'
import type { HandoverId } from './handover-id.ts'
import { heldMax, leaseSeconds } from './limits.ts'

/** A place in the queue as an agent sees it: nothing of what was written. */
export type QueuePlace = {
  readonly handover: HandoverId
  readonly institution: string | undefined
  readonly because: string
  readonly priority: 'urgent' | 'normal'
  readonly askedAt: Instant
  readonly deadlineAt: Instant
  readonly waitedSeconds: number
  readonly isLate: boolean
  readonly isMine: boolean
  readonly lapses: number
  readonly caseNumber: string | undefined
}

const placeRow = z
  .object({
    handover: handoverId,
    institution: z.string().nullable(),
    because: z.string(),
    priority: z.enum(['urgent', 'normal']),
    asked_at: instantColumn,
    deadline_at: instantColumn,
    waited_seconds: z.number(),
    is_late: z.boolean(),
    is_mine: z.boolean(),
    lapses: z.number(),
    case_number: z.string().nullable(),
  })
  .transform((row): QueuePlace => ({
    handover: row.handover,
    institution: row.institution ?? undefined,
    because: row.because,
    priority: row.priority,
    askedAt: row.asked_at,
    deadlineAt: row.deadline_at,
    waitedSeconds: row.waited_seconds,
    isLate: row.is_late,
    isMine: row.is_mine,
    lapses: row.lapses,
    caseNumber: row.case_number ?? undefined,
  }))

// What the functions say when somebody is no agent (any more), or has as many conversations as one person can serve.
const notAnAgent = 'PD001'
const heldEnough = 'PD003'

/** Refuses what the database says no to; every other fault goes on. */
async function asAgent<Value>(
  work: () => Promise<Value>,
): Promise<Outcome<Value, 'desk/not-an-agent' | 'desk/held-enough'>> {
  try {
    return success(await work())
  } catch (thrown) {
    const state = sqlState(thrown)
    if (state === notAnAgent) return refusal('desk/not-an-agent')
    if (state === heldEnough) return refusal('desk/held-enough')
    throw thrown
  }
}

/** The queue of an agent's banks. Login `parley_service`, like everything here. */
async function list(tx: Tx, agent: string): Promise<readonly QueuePlace[]> {
  return await tx.rows(
    placeRow,
    `SELECT handover, institution, because, priority, asked_at, deadline_at, waited_seconds, is_late, is_mine, lapses, case_number
     FROM desk.list($1)`,
    [agent],
  )
}

const takenRow = z.object({ handover: handoverId, conversation: uuidColumn<ConversationId>(), is_new: z.boolean() })

/** Takes a place (undefined: the first); undefined when it is not to be had. */
async function take(
  tx: Tx,
  wish: { readonly agent: string; readonly handover: HandoverId | undefined; readonly name: string },
): Promise<{ readonly handover: HandoverId; readonly isNew: boolean } | undefined> {
  const row = await tx.maybe(takenRow, 'SELECT handover, conversation, is_new FROM desk.take($1, $2, $3, $4, $5)', [
    wish.agent,
    wish.handover ?? null,
    wish.name,
    leaseSeconds,
    heldMax,
  ])
  return row === undefined ? undefined : { handover: row.handover, isNew: row.is_new }
}

/** What an agent has in hand, its words still sealed. */
export type Held = {
  readonly handover: HandoverId
  readonly conversation: Pick<Conversation, 'id' | 'channel' | 'language'>
  readonly customer: CustomerId | undefined
  readonly institutionName: string | undefined
  readonly takenAs: string
  readonly because: string
  readonly askedAt: Instant
  readonly deadlineAt: Instant
  readonly leaseUntil: Instant
  readonly questionSealed: Buffer
  readonly fraudCase: { readonly number: string; readonly kind: string; readonly sealed: Buffer } | undefined
}

const heldRow = z.object({
  handover: handoverId,
  conversation: uuidColumn<ConversationId>(),
  customer: uuidColumn<CustomerId>().nullable(),
  channel: z.enum(channelNames),
  language: z.enum(languages),
  institution_name: z.string().nullable(),
  taken_as: z.string(),
  because: z.string(),
  asked_at: instantColumn,
  deadline_at: instantColumn,
  lease_until: instantColumn,
  question_sealed: bytesColumn,
  case_number: z.string().nullable(),
  case_kind: z.string().nullable(),
  case_sealed: bytesColumn.nullable(),
})

/** What this agent has in hand; undefined when it is not theirs, or not any more. */
async function held(tx: Tx, agent: string, handover: HandoverId): Promise<Held | undefined> {
  const row = await tx.maybe(
    heldRow,
    `SELECT handover, conversation, customer, channel, language, institution_name, taken_as, because, asked_at, deadline_at, lease_until,
       question_sealed, case_number, case_kind, case_sealed FROM desk.held($1, $2)`,
    [agent, handover],
  )
  if (row === undefined) return undefined
  const { case_number: number, case_kind: kind, case_sealed: sealed } = row
  return {
    handover: row.handover,
    conversation: { id: row.conversation, channel: row.channel, language: row.language },
    customer: row.customer ?? undefined,
    institutionName: row.institution_name ?? undefined,
    takenAs: row.taken_as,
    because: row.because,
    askedAt: row.asked_at,
    deadlineAt: row.deadline_at,
    leaseUntil: row.lease_until,
    questionSealed: row.question_sealed,
    fraudCase: number === null || kind === null || sealed === null ? undefined : { number, kind, sealed },
  }
}

const threadRow = z.object({
  id: z.string(),
  said_by: z.enum(['customer', 'agent']),
  carried: z.enum(['chat', 'sealed-page']).nullable(),
  sealed: bytesColumn,
  at: instantColumn,
})
export type SealedLine = z.infer<typeof threadRow>

/** What was written to each other since it was asked, oldest first. */
async function thread(tx: Tx, agent: string, handover: HandoverId): Promise<readonly SealedLine[]> {
  return await tx.rows(threadRow, 'SELECT id, said_by, carried, sealed, at FROM desk.thread($1, $2)', [agent, handover])
}

const yesRow = z.object({ yes: z.boolean() })

/** True, once for each who takes it, when the customer is to be told who it is. */
async function noteJoined(tx: Tx, agent: string, handover: HandoverId): Promise<boolean> {
  return (await tx.one(yesRow, 'SELECT desk.note_joined($1, $2) AS yes', [agent, handover])).yes
}

/** Keeps what the agent wrote, and renews the lease. False: it is not theirs any more. */
async function say(
  tx: Tx,
  said: {
    readonly agent: string
    readonly handover: HandoverId
    readonly id: string
    readonly sealed: Uint8Array
    readonly carried: 'chat' | 'sealed-page'
  },
): Promise<boolean> {
  const values = [said.agent, said.handover, said.id, said.sealed, said.carried, leaseSeconds]
  return (await tx.one(yesRow, 'SELECT desk.say($1, $2, $3, $4, $5, $6) AS yes', values)).yes
}

/** Hands back to the bot. False: it is not theirs any more. */
async function giveBack(
  tx: Tx,
  back: {
    readonly agent: string
    readonly handover: HandoverId
    readonly note: Uint8Array | undefined
    readonly closesCase: boolean
  },
): Promise<boolean> {
  const values = [back.agent, back.handover, back.note ?? null, back.closesCase]
  return (await tx.one(yesRow, 'SELECT desk.give_back($1, $2, $3, $4) AS yes', values)).yes
}

/** What agents' functions of the database do, for one agent by login. */
export const agentRows = { asAgent, list, take, held, thread, noteJoined, say, giveBack } as const
