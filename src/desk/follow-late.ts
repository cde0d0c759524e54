import { queueReply } from '../channels/index.ts'
import type { Job, JobOutcome, Metrics } from '../platform/index.ts'
import type { DeskDeps } from './desk-deps.ts'
import { sayAtDesk } from './desk-words.ts'
import { handoverOf } from './desk-job.ts'
import { followHandover, noteLate } from './follow-store.ts'

/** The job that comes at a deadline: key of its own, payload `{ handover }`. Added by whoever promised the time. */
export const lateJob = 'desk.late'

const nothingToDo: JobOutcome = { finish: async () => undefined }

/** Somebody should have come: if nobody has, the customer is told so, once, and it is counted. */
export async function followLate(
  deps: DeskDeps & { readonly metrics: Pick<Metrics, 'counter'> },
  job: Job,
): Promise<JobOutcome> {
  const handover = handoverOf(job)
  const now = await followHandover(deps.database, handover)
  if (now === undefined || now.state !== 'waiting' || now.isLateTold) return nothingToDo
  if (now.deadlineLeftMs > 0) return { againAfterMs: now.deadlineLeftMs }
  const key = await deps.keystore.conversationKey(now.conversation.id)
  return {
    async finish(tx) {
      if (!(await noteLate(tx, handover))) return
      const time = { at: now.deadlineAt, zone: deps.timeZone }
      const reply = { text: sayAtDesk(now.conversation.language, 'late', { time }) }
      const keystore = { conversationKey: async () => key }
      await queueReply({ random: deps.random, keystore }, tx, { ...now, reply, priority: 'answer' })
      deps.metrics.counter(deskNews).add(1, { outcome: 'late' })
    },
  }
}

/** What the desk counts: deadlines that passed with nobody there, and leases that lapsed. */
export const deskNews = {
  name: 'parley_desk_promises_missed_total',
  help: 'Deadlines of the desk that passed with nobody there (late), and conversations whose agent went quiet (lapsed).',
  labels: ['outcome'],
} as const
