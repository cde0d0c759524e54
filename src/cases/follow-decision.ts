import { z } from 'zod'
import { bankFindings } from '../alerts/index.ts'
import { conversations, queueReply } from '../channels/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { Fault, caseFindings, isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Job, JobHandler, JobOutcome, Random, Tx } from '../platform/index.ts'
import { sayDecided } from './chat-words.ts'
import { isFraudBy } from './step-case.ts'

/** What following a decision needs: login `parley_fraud`, for labels are its own. */
export type FollowDecisionDeps = {
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
  /** The gateway's origin: where the customer reads how the case stands. */
  readonly publicUrl: string
}

/** The job that `cases.confirm` adds with the second person's yes. */
export const decidedJob = 'cases.decided'

const payloadShape = z.object({ case: z.uuid() })

const decidedRow = z.object({
  customer: uuidColumn<CustomerId>(),
  conversation: uuidColumn<ConversationId>(),
  institution: z.string().refine(isInstitutionId).nullable(),
  finding: z.enum(caseFindings),
  told: z.boolean(),
  events: z.array(z.string()),
})

/** The jobs of this module, for a runner of login `parley_fraud`. */
export function caseJobs(deps: FollowDecisionDeps): Readonly<Record<string, JobHandler>> {
  return { [decidedJob]: (job) => followDecision(deps, job) }
}

/**
 * After two people agreed: what they found reaches the features, the customer is told that there is something to read, and the case is closed. All of
 * it commits with the end of the job, once. The chat hears no fact of it, whatever it may carry.
 */
async function followDecision(deps: FollowDecisionDeps, job: Job): Promise<JobOutcome> {
  const payload = payloadShape.safeParse(job.payload)
  if (!payload.success) throw new Fault('cases/job-malformed', { retry: 'never' })
  const id = payload.data.case
  const found = await deps.database.maybe(decidedRow, 'SELECT * FROM cases.decided($1)', [id])
  if (found === undefined || found.told) return { finish: async () => undefined }
  const conversation = await conversations.load(deps.database, found.conversation)
  // Whoever has the conversation by now is nobody to tell.
  const isTheirs = conversation !== undefined && conversation.customer === found.customer
  const key = isTheirs ? await deps.keystore.conversationKey(found.conversation) : undefined
  return {
    finish: async (tx) => {
      if (!(await noteTold(tx, id, key === undefined ? 'nobody' : 'told'))) return
      const { customer, institution, events, finding } = found
      if (institution !== null)
        await bankFindings.settle(tx, { customer, institution, events, isFraud: isFraudBy(finding) })
      if (conversation === undefined || key === undefined) return
      const keystore = { conversationKey: async () => key }
      const reply = sayDecided(conversation.language, deps.publicUrl)
      await queueReply({ random: deps.random, keystore }, tx, { conversation, reply, priority: 'answer' })
    },
  }
}

async function noteTold(tx: Tx, id: string, how: 'told' | 'nobody'): Promise<boolean> {
  const row = await tx.one(z.object({ noted: z.boolean() }), 'SELECT cases.note_told($1, $2) AS noted', [id, how])
  return row.noted
}
