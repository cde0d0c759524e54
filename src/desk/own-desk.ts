import { z } from 'zod'
import { uuidColumn } from '../customers/index.ts'
import { channelNames, dataClasses, isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, InstitutionId, Instant } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Database } from '../platform/index.ts'
import type { DeskCase, DeskLeave, DeskLook, DeskRequest, DeskWords, OwnDesk } from '../privacy-centre/index.ts'
import { pageRows } from './page-store.ts'
import { sealedWords } from './sealed-words.ts'
import { tellDesk } from './tell-desk.ts'

export type OwnDeskDeps = {
  /** Login `parley_centre`: the database decides whose rows these are, by the session alone. */
  readonly database: Database
  /** Of the pages' caller `consent`. */
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
}

const lookRow = z
  .object({
    at: instantColumn,
    shown_as: z.string(),
    institution_name: z.string().nullable(),
    channel: z.enum(channelNames).nullable(),
    data_class: z.enum(dataClasses).nullable(),
  })
  .transform((row): DeskLook => ({
    at: row.at,
    name: row.shown_as,
    institutionName: row.institution_name ?? undefined,
    channel: row.channel ?? undefined,
    dataClass: row.data_class ?? undefined,
  }))

const leaveRow = z
  .object({
    id: z.string(),
    conversation: uuidColumn<ConversationId>(),
    channel: z.enum(channelNames),
    institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
    institution_name: z.string().nullable(),
    asked_as: z.string(),
    classes: z.array(z.enum(dataClasses)),
    asked_at: instantColumn,
    answer: z.enum(['allowed', 'refused']).nullable(),
    over: z.boolean(),
    until: instantColumn.nullable(),
  })
  .transform((row): DeskLeave => ({
    id: row.id,
    conversation: row.conversation,
    channel: row.channel,
    institution: row.institution,
    institutionName: row.institution_name ?? undefined,
    name: row.asked_as,
    classes: row.classes,
    askedAt: row.asked_at,
    answer: row.answer ?? undefined,
    isOver: row.over,
    until: row.until ?? undefined,
  }))

const wordsRow = z.object({
  id: z.string(),
  conversation: uuidColumn<ConversationId>(),
  taken_as: z.string(),
  institution_name: z.string().nullable(),
  carried: z.enum(['chat', 'sealed-page']),
  sealed: bytesColumn,
  at: instantColumn,
})

const caseRow = z
  .object({
    number: z.string(),
    kind: z.enum(['dispute', 'fraud', 'card-lost']),
    institution_name: z.string().nullable(),
    opened_at: instantColumn,
    deadline_at: instantColumn,
    closed_at: instantColumn.nullable(),
  })
  .transform((row): DeskCase => ({
    number: row.number,
    kind: row.kind,
    institutionName: row.institution_name ?? undefined,
    openedAt: row.opened_at,
    answerBy: row.deadline_at,
    closedAt: row.closed_at ?? undefined,
  }))

const requestRow = z
  .object({
    because: z.string(),
    institution_name: z.string().nullable(),
    asked_at: instantColumn,
    deadline_at: instantColumn,
    state: z.enum(['waiting', 'taken', 'returned', 'closed']),
    taken_as: z.string().nullable(),
    is_staffed: z.boolean(),
    is_late: z.boolean(),
    ended_at: instantColumn.nullable(),
  })
  .transform((row): DeskRequest => ({
    about: row.because === 'wrong-place' ? 'wrong-place' : caseReasons.has(row.because) ? 'case' : 'question',
    institutionName: row.institution_name ?? undefined,
    askedAt: row.asked_at,
    stands: standing(row),
  }))

const caseReasons: ReadonlySet<string> = new Set(['dispute', 'fraud', 'card-in-danger'])

function standing(row: {
  readonly state: 'waiting' | 'taken' | 'returned' | 'closed'
  readonly deadline_at: Instant
  readonly taken_as: string | null
  readonly is_staffed: boolean
  readonly is_late: boolean
  readonly ended_at: Instant | null
}): DeskRequest['stands'] {
  if (row.ended_at !== null) return { as: 'ended', at: row.ended_at }
  if (row.state === 'taken') return { as: 'taken', name: row.taken_as ?? '' }
  if (!row.is_staffed) return { as: 'unpromised' }
  return { as: row.is_late ? 'late' : 'waiting', by: row.deadline_at }
}

/** What a customer sees of the desk in the privacy centre: two things that no one login has, a session and the reading of it. */
export function createOwnDesk({ database, keystore }: OwnDeskDeps): OwnDesk {
  return {
    looks: (session) =>
      database.rows(lookRow, 'SELECT at, shown_as, institution_name, channel, data_class FROM desk.own_looks($1)', [
        session,
      ]),
    cases: (session) =>
      database.rows(
        caseRow,
        'SELECT number, kind, institution_name, opened_at, deadline_at, closed_at FROM desk.own_cases($1)',
        [session],
      ),
    requests: (session) =>
      database.rows(
        requestRow,
        `SELECT because, institution_name, asked_at, deadline_at, state, taken_as, is_staffed, is_late, ended_at
         FROM desk.own_requests($1)`,
        [session],
      ),
    leaves: (session) =>
      database.rows(
        leaveRow,
        `SELECT id, conversation, channel, institution, institution_name, asked_as, classes, asked_at, answer, over, until
         FROM desk.own_leaves($1)`,
        [session],
      ),
    async allow(tx, { session, leave, terms }) {
      const isAllowed = await pageRows.allowLeave(tx, { session, id: leave.id, terms })
      if (isAllowed) tellDesk(tx, leave.conversation)
      return isAllowed
    },
    async refuse(tx, { session, leave }) {
      const isRefused = await pageRows.refuseLeave(tx, { session, id: leave.id })
      if (isRefused) tellDesk(tx, leave.conversation)
      return isRefused
    },
    async words(session) {
      const rows = await database.rows(
        wordsRow,
        'SELECT id, conversation, taken_as, institution_name, carried, sealed, at FROM desk.own_messages($1)',
        [session],
      )
      return await Promise.all(rows.map((row) => openWords(keystore, row)))
    },
  }
}

async function openWords(keystore: OwnDeskDeps['keystore'], row: z.infer<typeof wordsRow>): Promise<DeskWords> {
  const { id, conversation, sealed, at, carried, taken_as: name } = row
  const key = await keystore.conversationKey(conversation)
  const words = sealedWords.openAgents(key, { conversation, id }, sealed)
  return { at, name, carried, words, institutionName: row.institution_name ?? undefined }
}
