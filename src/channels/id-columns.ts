import { z } from 'zod'
import {
  type ConversationId,
  type CustomerId,
  type GrantId,
  type MessageId,
  type OutboxId,
  isUuid,
} from '../kernel/index.ts'

function uuidOf<Kind extends string>(): z.ZodType<Kind> {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value))
}

/** Ids as they come out of rows, jobs, webhooks and the generator, each as its own type. */
export const ids = {
  conversation: uuidOf<ConversationId>(),
  customer: uuidOf<CustomerId>(),
  grant: uuidOf<GrantId>(),
  message: uuidOf<MessageId>(),
  outbox: uuidOf<OutboxId>(),
}
