import { z } from 'zod'
import { news } from '../answers/index.ts'
import type { Reckoned } from '../answers/index.ts'
import { uuidColumn } from '../customers/index.ts'
import { Fault, isInstitutionId } from '../kernel/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { findConversation } from './find-conversation.ts'
import { lookAtBank } from './look-at-bank.ts'
import { untoldOf } from './printed-news.ts'
import type { Telling } from './tell-news.ts'
import { tellNews } from './tell-news.ts'
import type { NotifyParts } from './notify-parts.ts'
import { watches } from './watch-store.ts'

/** A look that fell over is made again so often; then the next turn comes. Each is an entry of its own. */
const attemptsMax = 3
/** A look that could not be made within this time is not made: its hour of the day is over. */
const staleMs = 3_600_000

const payloadShape = z.object({
  customer: uuidColumn<CustomerId>(),
  institution: z.string().refine(isInstitutionId),
})

/**
 * Job `notify.look`: one look at one bank of one customer, and a message where it finds what was not told before. The looks'
 * `opened` entries commit before the bank is asked; what is told, and that it was told, commits with the job's end.
 */
export async function lookForNews(parts: NotifyParts, job: Job): Promise<JobOutcome> {
  const read = payloadShape.safeParse(job.payload)
  if (!read.success) throw new Fault('notify/job-malformed', { retry: 'never' })
  const { customer, institution } = read.data
  if (job.attempt > attemptsMax || parts.clock.now() - job.createdAt > staleMs) return over
  const [place, watch] = await Promise.all([
    findConversation(parts.database, read.data),
    watches.since(parts.database, read.data),
  ])
  if (place === undefined || watch === undefined) return over
  const { conversation, classes } = place
  const reckoned: Reckoned = { now: parts.clock.now(), timeZone: watch.timeZone ?? parts.timeZone }
  const look = await lookAtBank(parts, { customer, institution, conversation: conversation.id, classes }, reckoned)
  if (look === undefined) return over
  if (look.refused !== undefined) parts.logger.info('notify.bank-refused', { institution, code: look.refused })
  const found = news.find(look.facts, reckoned, news.days(reckoned, watch.began))
  const fresh = await untoldOf(parts.database, customer, { found, permits: look.permits })
  const key = await parts.keystore.conversationKey(conversation.id)
  const telling: Telling = { look, conversation, key, customer, institution, reckoned, fresh }
  return { finish: (tx) => tellNews(parts, tx, telling) }
}

const over: JobOutcome = { finish: async () => undefined }
