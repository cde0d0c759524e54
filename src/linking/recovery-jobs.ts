import { z } from 'zod'
import { loadConversation, queueReply } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { sealCustomer } from '../consent/index.ts'
import { completeRecovery } from '../customers/index.ts'
import type { Recovery } from '../customers/index.ts'
import type { ConversationId, CustomerId, Secret } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import { addJob } from '../platform/index.ts'
import type { Database, Job, JobHandler, Random, Tx } from '../platform/index.ts'
import { linkWords } from './link-words.ts'
import { offerLink } from './offer-link.ts'

export type RecoveryJobsDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'conversationKey'>
  readonly random: Random
  readonly publicUrl: string
}

/** How long the link in a notice can be opened: as long as the recovery can be stopped. */
const noticeLinkSeconds = 24 * 3_600

/** How many conversations one customer's notices go to. */
const conversationsMax = 50

/**
 * What commits together with a new recovery: everything is sealed again, and two jobs are added. Notices go out at once;
 * the end of the wait has a job of its own, on a key of its own, so that the notices do not hold it up.
 */
export async function beginWaiting(tx: Tx, recovery: Recovery): Promise<void> {
  await sealCustomer(tx, recovery.customer)
  const payload = { recovery: recovery.id, customer: recovery.customer }
  await addJob(tx, { kind: 'linking.recovery-notice', key: `recovery-notice:${recovery.id}`, payload })
  await addJob(tx, { kind: 'linking.recovery', key: `recovery:${recovery.id}`, payload, delayMs: 1_000 })
}

const payloadShape = z.object({ recovery: z.uuid(), customer: z.uuid().transform((id) => id as CustomerId) })

/** Handlers for a job runner of login `parley_consent`. */
export function recoveryJobs(deps: RecoveryJobsDeps): Readonly<Record<string, JobHandler>> {
  return {
    'linking.recovery-notice': (job) => tellEveryConversation(deps, job, 'notice.recoveryStarted', { stoppable: true }),
    'linking.recovery': (job) => finishRecovery(deps, job),
  }
}

async function finishRecovery(deps: RecoveryJobsDeps, job: Job): ReturnType<JobHandler> {
  const { recovery, customer } = payloadShape.parse(job.payload)
  const done = await deps.database.transaction((tx) => completeRecovery(tx, recovery))
  if (done.state === 'waiting') return { againAfterMs: Math.min(done.waitMs, 3_600_000) }
  if (done.state === 'cancelled') return { finish: async () => undefined }
  const told = await tellEveryConversation(deps, job, 'notice.recoveryDone', { stoppable: false })
  return {
    async finish(tx) {
      // Once more: what was loosened during the wait was loosened by the passkey that is said to be lost.
      await sealCustomer(tx, customer)
      if ('finish' in told) await told.finish(tx)
    },
  }
}

type Told = { readonly conversation: Conversation; readonly key: Secret<Uint8Array> }

async function tellEveryConversation(
  deps: RecoveryJobsDeps,
  job: Job,
  message: string,
  options: { readonly stoppable: boolean },
): ReturnType<JobHandler> {
  const { customer } = payloadShape.parse(job.payload)
  const conversations = await listConversations(deps.database, customer)
  // Keys first: no call leaves while the transaction is open.
  const told: readonly Told[] = await Promise.all(
    conversations.map(async (conversation) => ({
      conversation,
      key: await deps.keystore.conversationKey(conversation.id),
    })),
  )
  return {
    async finish(tx) {
      for (const each of told) await queueNotice(deps, tx, each, message, options)
    },
  }
}

async function queueNotice(
  deps: RecoveryJobsDeps,
  tx: Tx,
  { conversation, key }: Told,
  message: string,
  options: { readonly stoppable: boolean },
): Promise<void> {
  const words = linkWords.for(conversation.language)
  const offer = { conversation: conversation.id, purpose: 'change', seconds: noticeLinkSeconds } as const
  const buttons = options.stoppable
    ? [{ kind: 'link' as const, title: words.say('notice.stopButton'), url: await offerLink(deps, tx, offer) }]
    : []
  await queueReply({ random: deps.random, keystore: { conversationKey: async () => key } }, tx, {
    conversation,
    reply: { text: `${words.say(message)} ${words.say('notice.safety')}`, buttons },
    priority: 'question',
  })
}

async function listConversations(tx: Tx, customer: CustomerId): Promise<readonly Conversation[]> {
  const rows = await tx.rows(
    z.object({ id: z.uuid().transform((id) => id as ConversationId) }),
    `SELECT c.id FROM channels.conversation c WHERE c.customer = $1 ORDER BY c.linked_at LIMIT ${conversationsMax}`,
    [customer],
  )
  const found = await Promise.all(rows.map((row) => loadConversation(tx, row.id)))
  return found.filter((conversation) => conversation !== undefined)
}
