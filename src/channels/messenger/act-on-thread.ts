import { z } from 'zod'
import { Fault } from '../../kernel/index.ts'
import {
  type Database,
  type Job,
  type JobHandler,
  type JobOutcome,
  type Logger,
  type Metrics,
  addJob,
} from '../../platform/index.ts'
import type { ConversationKeys } from '../conversation-keys.ts'
import { loadRecipient } from '../conversation-store.ts'
import { ids } from '../id-columns.ts'
import { openAddress } from '../sealed-message.ts'
import { type ThreadAct, giveThread, takeThread, threadActs, threadJob, threadJobs } from '../thread-store.ts'
import { waitOut } from '../wait-out.ts'
import type { GraphClient } from './graph-client.ts'
import { meaningOf } from './graph-errors.ts'

export type ThreadDeps = {
  /** The channel login's. */
  readonly database: Database
  readonly keystore: ConversationKeys
  readonly graph: GraphClient
  readonly pageId: string
  readonly logger: Logger
  readonly metrics: Metrics
}

/** As long as a thread can be kept at all (Conversation Routing): seven days, in seconds. */
const extendSeconds = 7 * 24 * 3_600
/** The messenger did not answer, or said no for now: again after this, doubled up to the longest. */
const pauseFirstMs = 1_000
const pauseLongestMs = 60_000
/** What could not be done by then would be done at the wrong moment. */
const triesMax = 12

const payloadShape = z.object({
  conversation: ids.conversation,
  do: z.enum(threadActs),
  app: z.string().max(64).optional(),
})

/** Passes, takes and extends threads, as the messenger's conversation routing wants it; for the runner of login `parley_channel`. */
export function actOnThreadJobs(deps: ThreadDeps): Readonly<Record<string, JobHandler>> {
  const calls = deps.metrics.counter({
    name: 'parley_thread_calls_total',
    help: 'Calls about who has a thread, by what became of them.',
    labels: ['kind', 'outcome'],
  })
  const count = (call: ThreadAct, outcome: string): void => calls.add(1, { kind: call, outcome })
  return { [threadJobs.act]: waitOut((job) => actOnThread(deps, job, count)) }
}

async function actOnThread(
  deps: ThreadDeps,
  job: Job,
  count: (call: ThreadAct, outcome: string) => void,
): Promise<JobOutcome> {
  const payload = payloadShape.safeParse(job.payload)
  if (!payload.success) throw new Fault('channels/message-broken', { retry: 'never' })
  const { conversation, do: act, app } = payload.data
  const recipient = await loadRecipient(deps.database, conversation)
  // Gone meanwhile, or no longer ours to keep or to give.
  if (recipient === undefined || (recipient.elsewhere && act !== 'take')) return nothingToDo
  const key = await deps.keystore.conversationKey(conversation)
  const psid = openAddress(key, conversation, recipient.addressSealed).reveal()
  const answer = await deps.graph.post(`/${deps.pageId}/${act}_thread_control`, {
    recipient: { id: psid },
    ...(act === 'pass' ? { target_app_id: app } : {}),
    ...(act === 'extend' ? { duration: extendSeconds } : {}),
  })
  if (answer.kind === 'ok') {
    count(act, 'done')
    return { finish: (tx) => note(tx, payload.data) }
  }
  const meaning = answer.kind === 'error' ? meaningOf(answer.error, true).kind : 'later'
  if (meaning === 'elsewhere') return { finish: (tx) => giveThread(tx, conversation, undefined) }
  if ((meaning === 'later' || meaning === 'hold') && job.attempt < triesMax) {
    return { againAfterMs: Math.min(pauseFirstMs * 2 ** Math.min(job.attempt - 1, 10), pauseLongestMs) }
  }
  // Error 27: the page has no default app, so nothing can be taken. Whoever has the thread keeps it.
  const reason = answer.kind === 'error' ? `graph-${answer.error.code}` : answer.because
  deps.logger.warn('messenger.thread-refused', { reason, step: act })
  count(act, reason)
  return nothingToDo
}

async function note(
  tx: Parameters<typeof takeThread>[0],
  { conversation, do: act, app }: z.infer<typeof payloadShape>,
): Promise<void> {
  if (act === 'pass') return giveThread(tx, conversation, app)
  if (act === 'take' && (await takeThread(tx, conversation))) await addJob(tx, threadJob('back', conversation))
}

const nothingToDo: JobOutcome = { finish: async () => undefined }
