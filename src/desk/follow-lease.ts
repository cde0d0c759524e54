import { queueReply } from '../channels/index.ts'
import { addJob } from '../platform/index.ts'
import type { Job, JobOutcome, Metrics } from '../platform/index.ts'
import type { DeskDeps } from './desk-deps.ts'
import { sayAtDesk } from './desk-words.ts'
import { handoverOf } from './desk-job.ts'
import { deskNews, lateJob } from './follow-late.ts'
import { followHandover, lapseHandover } from './follow-store.ts'
import { lapsedDeadlineSeconds } from './limits.ts'
import { tellDesk } from './tell-desk.ts'

/** The job that watches a lease: payload `{ handover }`. Added by whoever takes a conversation. */
export const leaseJob = 'desk.lease'

const nothingToDo: JobOutcome = { finish: async () => undefined }

/** An agent who went quiet loses the conversation: it goes back to its place in the queue, and the customer is told so. */
export async function followLease(
  deps: DeskDeps & { readonly metrics: Pick<Metrics, 'counter'> },
  job: Job,
): Promise<JobOutcome> {
  const handover = handoverOf(job)
  const now = await followHandover(deps.database, handover)
  if (now === undefined || now.state !== 'taken') return nothingToDo
  if (now.leaseLeftMs > 0) return { againAfterMs: now.leaseLeftMs }
  const key = await deps.keystore.conversationKey(now.conversation.id)
  const deadlineSeconds = lapsedDeadlineSeconds[now.isUrgent ? 'urgent' : 'normal']
  return {
    async finish(tx) {
      const answerBy = await lapseHandover(tx, handover, deadlineSeconds)
      // Somebody else took it meanwhile, or the agent came back.
      if (answerBy === undefined) return
      tellDesk(tx, handover)
      const { language } = now.conversation
      const values = { name: now.takenAs, time: { at: answerBy, zone: deps.timeZone } }
      const keystore = { conversationKey: async () => key }
      const reply = { text: sayAtDesk(language, 'lapsed', values) }
      await queueReply({ random: deps.random, keystore }, tx, { ...now, reply, priority: 'answer' })
      await addJob(tx, {
        kind: lateJob,
        key: `${lateJob}:${deps.random.uuid()}`,
        payload: { handover },
        delayMs: deadlineSeconds * 1_000,
      })
      deps.metrics.counter(deskNews).add(1, { outcome: 'lapsed' })
    },
  }
}
