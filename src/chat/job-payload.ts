import { z } from 'zod'
import { type ConversationId, type MessageId, Fault, isUuid } from '../kernel/index.ts'
import type { Job } from '../platform/index.ts'

function uuidOf<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}

/** Ids as jobs name them. */
export const jobIds = {
  conversation: uuidOf<ConversationId>(),
  message: uuidOf<MessageId>(),
  link: uuidOf<string>(),
}

/** Reads what a job names. Throws `chat/job-malformed` for anything else. */
export function readJob<Value>(shape: z.ZodType<Value>, text: string | undefined): Value {
  const read = shape.safeParse(text)
  if (!read.success) throw new Fault('chat/job-malformed', { retry: 'never' })
  return read.data
}

/** The conversation that a job's key names; retries have a key of their own beside it. */
export function conversationOf(job: Job): ConversationId {
  return readJob(jobIds.conversation, job.key.replace(/^retry:/, ''))
}
