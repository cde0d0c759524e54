import { z } from 'zod'
import type { CaseAsked, PersonAsked, WithPerson, WordsForPerson } from '../chat/index.ts'
import type { ConversationId, Instant } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { handoverId } from './handover-id.ts'
import type { HandoverId } from './handover-id.ts'

const askedRow = z.object({
  handover: handoverId,
  deadline_at: instantColumn,
  is_new: z.boolean(),
  wait_seconds: z.number().nullable(),
  is_staffed: z.boolean(),
})

/** A place in the queue, as the database gave it. */
export type AskedRow = {
  readonly handover: HandoverId
  readonly answerBy: Instant
  readonly isNew: boolean
  readonly waitSeconds: number | undefined
  readonly isStaffed: boolean
}

/** Asks for a person. Login `parley_answer`; in the caller's transaction. */
export async function insertAsk(
  tx: Tx,
  asked: PersonAsked & { readonly id: string; readonly fraudCase?: string },
): Promise<AskedRow> {
  const row = await tx.one(
    askedRow,
    `SELECT handover, deadline_at, is_new, wait_seconds, is_staffed FROM desk.ask($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      asked.id,
      asked.conversation,
      asked.customer ?? null,
      asked.institution ?? null,
      asked.because,
      asked.priority,
      asked.message,
      asked.question,
      asked.deadlineSeconds,
      asked.fraudCase ?? null,
    ],
  )
  return {
    handover: row.handover,
    answerBy: row.deadline_at,
    isNew: row.is_new,
    waitSeconds: row.wait_seconds ?? undefined,
    isStaffed: row.is_staffed,
  }
}

const caseRow = z.object({
  fraud_case: z.string(),
  number: z.string(),
  deadline_at: instantColumn,
  is_new: z.boolean(),
})

/** Opens a case, or finds the one that the same words mean. Login `parley_answer`. */
export async function insertCase(
  tx: Tx,
  asked: CaseAsked & { readonly id: string },
): Promise<{ readonly id: string; readonly number: string; readonly answerBy: Instant; readonly isNew: boolean }> {
  const row = await tx.one(
    caseRow,
    'SELECT fraud_case, number, deadline_at, is_new FROM desk.open_case($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      asked.id,
      asked.customer,
      asked.conversation,
      asked.institution ?? null,
      asked.kind,
      asked.message,
      asked.question,
      asked.deadlineSeconds,
    ],
  )
  return { id: row.fraud_case, number: row.number, answerBy: row.deadline_at, isNew: row.is_new }
}

const withRow = z.object({ taken_as: z.string(), institution_name: z.string().nullable() })

/** Who has the conversation now. Login `parley_answer`. */
export async function findWithPerson(tx: Tx, conversation: ConversationId): Promise<WithPerson | undefined> {
  const row = await tx.maybe(withRow, 'SELECT taken_as, institution_name FROM desk.with_person($1)', [conversation])
  return row === undefined ? undefined : { name: row.taken_as, institutionName: row.institution_name ?? undefined }
}

const yesRow = z.object({ yes: z.boolean() })

/** Keeps what the customer wrote for the agent. False: nobody has the conversation now. Login `parley_answer`. */
export async function insertHeard(tx: Tx, words: WordsForPerson & { readonly id: string }): Promise<boolean> {
  const row = await tx.one(yesRow, 'SELECT desk.hear($1, $2, $3, $4) AS yes', [
    words.id,
    words.conversation,
    words.message,
    words.text,
  ])
  return row.yes
}

/** Gives up a place that still waits. Login `parley_answer`. */
export async function cancelAsk(tx: Tx, conversation: ConversationId): Promise<boolean> {
  return (await tx.one(yesRow, 'SELECT desk.cancel($1) AS yes', [conversation])).yes
}

/** The customer lets no agent look, or not any more. False: nothing was asked. Login `parley_answer`. */
export async function refuseLeaveHere(tx: Tx, conversation: ConversationId): Promise<boolean> {
  return (await tx.one(yesRow, 'SELECT desk.refuse_leave_here($1) AS yes', [conversation])).yes
}

/** The bot could not answer here; whoever takes the conversation sees it, for a day. Login `parley_answer`. */
export async function noteBotFailed(tx: Tx, conversation: ConversationId, reference: string): Promise<void> {
  await tx.run('SELECT desk.note_bot_failed($1, $2)', [conversation, reference])
}
