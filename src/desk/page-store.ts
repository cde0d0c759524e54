import { z } from 'zod'
import { languages } from '../channels/index.ts'
import type { Language } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { isInstitutionId, isUuid } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Instant, StaffId } from '../kernel/index.ts'
import { bigintColumn, bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { AgentName } from './agent-name.ts'
import { handoverId } from './handover-id.ts'
import type { HandoverId } from './handover-id.ts'
import { heldAtDesk } from './leave-classes.ts'
import type { LookedClass } from './leave-classes.ts'
import { leaseSeconds, leaveHoursMax, leaveQuestionSeconds } from './limits.ts'

/** A session of the staff's pages, by its hash: the database finds out whose it is. */
export type Session = Uint8Array

/** A place in the queue as the page shows it. */
export type InboxPlace = {
  readonly handover: HandoverId
  readonly institutionName: string | undefined
  readonly because: string
  readonly priority: 'urgent' | 'normal'
  readonly language: Language
  readonly askedAt: Instant
  readonly deadlineAt: Instant
  readonly isLate: boolean
  readonly isMine: boolean
  readonly leaseUntil: Instant | undefined
  readonly lapses: number
  readonly caseNumber: string | undefined
  readonly fits: boolean
  /** What the customer wrote since this agent last did; only of one's own. */
  readonly unanswered: number
  readonly botFailed: boolean
}

const placeRow = z
  .object({
    handover: handoverId,
    institution_name: z.string().nullable(),
    because: z.string(),
    priority: z.enum(['urgent', 'normal']),
    language: z.enum(languages),
    asked_at: instantColumn,
    deadline_at: instantColumn,
    is_late: z.boolean(),
    is_mine: z.boolean(),
    lease_until: instantColumn.nullable(),
    lapses: z.number(),
    case_number: z.string().nullable(),
    fits: z.boolean(),
    unanswered: bigintColumn,
    bot_failed: z.boolean(),
  })
  .transform((row): InboxPlace => ({
    handover: row.handover,
    institutionName: row.institution_name ?? undefined,
    because: row.because,
    priority: row.priority,
    language: row.language,
    askedAt: row.asked_at,
    deadlineAt: row.deadline_at,
    isLate: row.is_late,
    isMine: row.is_mine,
    leaseUntil: row.lease_until ?? undefined,
    lapses: row.lapses,
    caseNumber: row.case_number ?? undefined,
    fits: row.fits,
    unanswered: Number(row.unanswered),
    botFailed: row.bot_failed,
  }))

/** What waits for this agent's banks, and what they have: mine, urgent, whom they serve best, then by deadline. No words. */
async function inbox(tx: Tx, session: Session): Promise<readonly InboxPlace[]> {
  return await tx.rows(
    placeRow,
    `SELECT handover, institution_name, because, priority, language, asked_at, deadline_at, is_late, is_mine, lease_until, lapses,
       case_number, fits, unanswered, bot_failed FROM desk.inbox($1)`,
    [session],
  )
}

/** Somebody who serves the same banks. `gone`: no page of theirs is open. */
export type DeskPerson = {
  readonly login: string
  readonly isMe: boolean
  readonly state: 'here' | 'away' | 'gone'
  readonly held: number
  readonly languages: readonly string[]
  readonly kinds: readonly string[]
}

const personRow = z
  .object({
    login: z.string(),
    is_me: z.boolean(),
    state: z.enum(['here', 'away', 'gone']),
    held: bigintColumn,
    languages: z.array(z.string()),
    kinds: z.array(z.string()),
  })
  .transform(({ login, is_me: isMe, state, held, languages: spoken, kinds }): DeskPerson => ({
    ...{ login, isMe, state, kinds },
    held: Number(held),
    languages: spoken,
  }))

async function people(tx: Tx, session: Session): Promise<readonly DeskPerson[]> {
  return await tx.rows(personRow, 'SELECT login, is_me, state, held, languages, kinds FROM desk.people($1)', [session])
}

/** Says whether one is here, and whom one serves best (left out: as before; empty: everybody alike). */
async function be(
  tx: Tx,
  session: Session,
  now: { readonly state: 'here' | 'away'; readonly languages?: readonly string[]; readonly kinds?: readonly string[] },
): Promise<void> {
  await tx.run('SELECT desk.be($1, $2, $3, $4)', [session, now.state, now.languages ?? null, now.kinds ?? null])
}

const noteRow = z.object({
  id: z.string(),
  written_as: z.string(),
  at: instantColumn,
  sealed: bytesColumn,
  on_return: z.boolean(),
})
export type SealedNote = z.infer<typeof noteRow>

/** The agents' notes about a conversation in hand, oldest first. */
async function notes(tx: Tx, session: Session, handover: HandoverId): Promise<readonly SealedNote[]> {
  return await tx.rows(noteRow, 'SELECT id, written_as, at, sealed, on_return FROM desk.notes($1, $2)', [
    session,
    handover,
  ])
}

const yesRow = z.object({ yes: z.boolean() })

/** Keeps a note, and renews the lease. False: it is not theirs any more. */
async function writeNote(
  tx: Tx,
  session: Session,
  note: { readonly handover: HandoverId; readonly id: string; readonly sealed: Uint8Array },
): Promise<boolean> {
  const values = [session, note.handover, note.id, note.sealed, leaseSeconds]
  return (await tx.one(yesRow, 'SELECT desk.write_note($1, $2, $3, $4, $5) AS yes', values)).yes
}

/** What stands beside a conversation in hand. `hasRead`: somebody read something at the bank for it. */
export type Beside = {
  readonly botFailed: { readonly at: Instant; readonly reference: string } | undefined
  readonly hasRead: boolean
  /** Another app of the page has the thread: what is written waits until it is back. */
  readonly isElsewhere: boolean
}

const besideRow = z.object({
  bot_failed_at: instantColumn.nullable(),
  bot_reference: z.string().nullable(),
  has_read: z.boolean(),
  elsewhere: z.boolean(),
})

async function beside(tx: Tx, agent: AgentName, handover: HandoverId): Promise<Beside | undefined> {
  const row = await tx.maybe(
    besideRow,
    `SELECT bot_failed_at, bot_reference, has_read, desk.is_thread_elsewhere($1, $2) AS elsewhere FROM desk.beside($1, $2)`,
    [agent, handover],
  )
  if (row === undefined) return undefined
  const { bot_failed_at: at, bot_reference: reference, has_read: hasRead, elsewhere: isElsewhere } = row
  return { botFailed: at === null ? undefined : { at, reference: reference ?? '' }, hasRead, isElsewhere }
}

/** A question to look at what the bank knows. `until`: it is allowed, and holds so long at most. */
export type Leave = {
  readonly id: string
  readonly classes: readonly LookedClass[]
  readonly askedAt: Instant
  readonly answer: 'allowed' | 'refused' | undefined
  readonly isOver: boolean
  readonly until: Instant | undefined
}

const leaveRow = z
  .object({
    id: z.string(),
    classes: z.array(heldAtDesk),
    asked_at: instantColumn,
    answer: z.enum(['allowed', 'refused']).nullable(),
    over: z.boolean(),
    until: instantColumn.nullable(),
  })
  .transform((row): Leave => ({
    id: row.id,
    classes: row.classes,
    askedAt: row.asked_at,
    answer: row.answer ?? undefined,
    isOver: row.over,
    until: row.until ?? undefined,
  }))

/** This agent's questions in a conversation in hand, the newest first. */
async function leaves(tx: Tx, session: Session, handover: HandoverId): Promise<readonly Leave[]> {
  return await tx.rows(leaveRow, 'SELECT id, classes, asked_at, answer, over, until FROM desk.leaves($1, $2)', [
    session,
    handover,
  ])
}

/** Keeps a question for the customer; `nobody`: there is no customer or no bank to ask about. */
async function askLeave(
  tx: Tx,
  session: Session,
  asked: { readonly handover: HandoverId; readonly id: string; readonly classes: readonly LookedClass[] },
): Promise<'asked' | 'not-yours' | 'nobody' | 'asked-already'> {
  const values = [session, asked.handover, asked.id, [...asked.classes], leaveQuestionSeconds, leaseSeconds]
  const shape = z.object({ said: z.enum(['asked', 'not-yours', 'nobody', 'asked-already']) })
  return (await tx.one(shape, 'SELECT desk.ask_leave($1, $2, $3, $4, $5, $6) AS said', values)).said
}

const lookRow = z.object({
  customer: uuidColumn<CustomerId>(),
  conversation: uuidColumn<ConversationId>(),
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
})

/** Writes down that this agent looks at a class now; undefined where no leave holds. It must commit before the gate is asked. */
async function beginLook(
  tx: Tx,
  session: Session,
  look: { readonly handover: HandoverId; readonly dataClass: LookedClass },
): Promise<z.infer<typeof lookRow> | undefined> {
  const values = [session, look.handover, look.dataClass, leaseSeconds]
  return await tx.maybe(
    lookRow,
    'SELECT customer, conversation, institution FROM desk.begin_look($1, $2, $3, $4)',
    values,
  )
}

const allowedRow = z.object({ yes: z.boolean() })

/** What the customer's passkey signed answers a question. Login `parley_consent`, in the transaction that keeps the terms. */
async function allowLeave(
  tx: Tx,
  allowed: { readonly session: Uint8Array; readonly id: string; readonly terms: string },
): Promise<boolean> {
  const values = [allowed.session, allowed.id, allowed.terms, leaveHoursMax]
  return (await tx.one(allowedRow, 'SELECT desk.allow_leave($1, $2, $3, $4) AS yes', values)).yes
}

/** The customer says no, or ends what they allowed. Login `parley_consent`. */
async function refuseLeave(tx: Tx, refused: { readonly session: Uint8Array; readonly id: string }): Promise<boolean> {
  return (await tx.one(allowedRow, 'SELECT desk.refuse_leave($1, $2) AS yes', [refused.session, refused.id])).yes
}

const liveRow = z.object({
  place: bigintColumn,
  member: z.custom<StaffId>((value) => typeof value === 'string' && isUuid(value)),
})

/** Which of these sessions live, by their index; those people are at the desk. One statement for all. */
async function liveSessions(tx: Tx, sessions: readonly Session[]): Promise<ReadonlySet<number>> {
  const rows = await tx.rows(liveRow, 'SELECT place, member FROM desk.live_sessions($1)', [sessions])
  return new Set(rows.map(({ place }) => Number(place) - 1))
}

const pulseRow = z.object({
  handover: handoverId,
  state: z.enum(['taken', 'waiting', 'over']),
  institution_name: z.string().nullable(),
  lapses: z.number(),
  because: z.string(),
  priority: z.enum(['urgent', 'normal']),
  language: z.enum(languages),
  deadline_at: instantColumn,
  asked_at: instantColumn,
  lease_until: instantColumn.nullable(),
  unanswered: bigintColumn,
  told: z.array(z.number()),
  own: z.array(z.number()),
})

/** A place as it is now, for those who have the desk open: `mine` for the one who has it in hand. */
export type Change = {
  readonly handover: HandoverId
  readonly state: 'mine' | 'taken' | 'waiting' | 'over'
  readonly institutionName: string | undefined
  readonly lapses: number
  readonly because: string
  readonly priority: 'urgent' | 'normal'
  readonly language: Language
  readonly deadlineAt: Instant
  readonly askedAt: Instant
  readonly leaseUntil: Instant | undefined
  readonly unanswered: number
}

/** A change, and which of the sessions may know it (`told`) and have it in hand (`own`), by their index. */
export type Told = {
  readonly change: Change & { readonly state: 'taken' | 'waiting' | 'over' }
  readonly told: readonly number[]
  readonly own: readonly number[]
}

/** What became of these places and conversations, and which sessions may know it. One statement and one row a place, for all. */
async function pulse(tx: Tx, sessions: readonly Session[], ids: readonly string[]): Promise<readonly Told[]> {
  const rows = await tx.rows(
    pulseRow,
    `SELECT handover, state, institution_name, lapses, because, priority, language, deadline_at, asked_at, lease_until, unanswered, told, own
     FROM desk.pulse($1, $2)`,
    [sessions, ids],
  )
  const indexes = (places: readonly number[]): readonly number[] => places.map((place) => place - 1)
  return rows.map((row) => ({
    change: {
      handover: row.handover,
      state: row.state,
      institutionName: row.institution_name ?? undefined,
      lapses: row.lapses,
      because: row.because,
      priority: row.priority,
      language: row.language,
      deadlineAt: row.deadline_at,
      askedAt: row.asked_at,
      leaseUntil: row.lease_until ?? undefined,
      unanswered: Number(row.unanswered),
    },
    told: indexes(row.told),
    own: indexes(row.own),
  }))
}

/** What the desk's pages ask of the database; whose session it is, the database finds out. */
export const pageRows = {
  inbox,
  people,
  be,
  notes,
  writeNote,
  beside,
  leaves,
  askLeave,
  beginLook,
  allowLeave,
  refuseLeave,
  liveSessions,
  pulse,
} as const
