import { z } from 'zod'
import { type InstitutionId, Fault, isInstitutionId } from '../kernel/index.ts'
import type { Job } from '../platform/index.ts'
import { jobIds } from './job-payload.ts'
import type { QuestionSource } from './turn.ts'

/** The job that asks a bank again that was down: key `retry:` and the conversation, payload {@link retryPayload}. */
export const retryJob = 'chat.retry'

/** As long as `bank_down` promises. */
export const retryWindowMs = 15 * 60_000

const pauseFirstMs = 5_000
const pauseLongestMs = 60_000

/** How long to wait before the next try: doubled each time, up to a minute. */
export function retryPauseMs(attempt: number): number {
  return Math.min(pauseFirstMs * 2 ** Math.min(Math.max(attempt - 1, 0), 10), pauseLongestMs)
}

/** What a retry is about. Ids and a time only: the question stays where it is, sealed. */
export type Retry = {
  readonly from: QuestionSource
  readonly institutions: readonly InstitutionId[]
  /** When the bank was first found to be down, in milliseconds since 1970. */
  readonly since: number
}

/** A retry as a job's payload. */
export function retryPayload({ from, institutions, since }: Retry): Readonly<Record<string, string>> {
  return { source: from.source, id: from.id, institutions: institutions.join(' '), since: String(since) }
}

const retryShape = z
  .object({
    institutions: z.string().transform((text) => text.split(' ').filter(isInstitutionId)),
    since: z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  })
  .and(
    z.discriminatedUnion('source', [
      z.object({ source: z.literal('message'), id: jobIds.message }),
      z.object({ source: z.literal('pending'), id: jobIds.conversation }),
      z.object({ source: z.literal('link'), id: jobIds.link }),
    ]),
  )

/** Reads what {@link retryPayload} wrote. Throws `chat/job-malformed` for anything else. */
export function readRetry(job: Job): Retry {
  const read = retryShape.safeParse(job.payload)
  if (!read.success) throw new Fault('chat/job-malformed', { retry: 'never' })
  const { institutions, since, ...from } = read.data
  return { from, institutions, since }
}
