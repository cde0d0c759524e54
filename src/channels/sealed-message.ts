import { z } from 'zod'
import type { Leave } from '../consent/index.ts'
import { type ConversationId, type MessageId, type OutboxId, Fault, Secret, disclosures } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { Reply } from './channel.ts'
import { ids } from './id-columns.ts'

/** A reply on its way out and the leave without which it must not go. */
export type Outgoing = { readonly reply: Reply; readonly leave: Leave }

/** What of a message is stored: what the person wrote or tapped. */
export type Incoming = {
  readonly text: string
  readonly payload?: string | undefined
  /** What stands for the message it replies to. */
  readonly replyTo?: string | undefined
  readonly cut: boolean
  /** Overheard while another app of the page had the thread. */
  readonly standby?: true | undefined
}

const buttonShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('link'), title: z.string(), url: z.string() }),
  z.object({ kind: z.literal('postback'), title: z.string(), payload: z.string() }),
])

const outgoingShape = z.object({
  v: z.literal(1),
  text: z.string(),
  buttons: z.array(buttonShape),
  quickReplies: z.array(z.object({ title: z.string(), payload: z.string() })),
  unasked: z.literal(true).optional(),
  template: z.union([z.string(), z.object({ whole: z.string() })]).optional(),
  passTo: z.string().optional(),
  // Inside the seal, so that nobody who can write to the database can take the guard off a message.
  leave: z.array(z.object({ grant: ids.grant, level: z.enum(disclosures) })),
})

const incomingShape = z.object({
  v: z.literal(1),
  text: z.string(),
  payload: z.string().optional(),
  replyTo: z.string().optional(),
  cut: z.boolean(),
  standby: z.literal(true).optional(),
})

type Place<RowId> = { readonly conversation: ConversationId; readonly id: RowId }

/** Seals a reply for its row of the outbox; moved to another row or conversation it does not open. */
export function sealOutgoing(key: Secret<Uint8Array>, place: Place<OutboxId>, outgoing: Outgoing): Buffer {
  const { text, buttons = [], quickReplies = [], unasked, template, passTo } = outgoing.reply
  const plain = JSON.stringify({ v: 1, text, buttons, quickReplies, unasked, template, passTo, leave: outgoing.leave })
  return seal(key.reveal(), Buffer.from(plain, 'utf8'), outgoingContext(place))
}

/** Opens what {@link sealOutgoing} made. Throws `channels/message-broken` for anything else. */
export function openOutgoing(key: Secret<Uint8Array>, place: Place<OutboxId>, sealed: Uint8Array): Outgoing {
  const { text, buttons, quickReplies, unasked, template, passTo, leave } = parse(
    outgoingShape,
    unseal(key.reveal(), sealed, outgoingContext(place)),
  )
  const named = {
    ...(template === undefined ? {} : { template }),
    ...(passTo === undefined ? {} : { passTo }),
  }
  return { reply: { text, buttons, quickReplies, ...(unasked === undefined ? {} : { unasked }), ...named }, leave }
}

/** Seals what a person wrote for its row. */
export function sealIncoming(key: Secret<Uint8Array>, place: Place<MessageId>, incoming: Incoming): Buffer {
  const plain = JSON.stringify({ v: 1, ...incoming })
  return seal(key.reveal(), Buffer.from(plain, 'utf8'), incomingContext(place))
}

/** Opens what {@link sealIncoming} made. Throws `channels/message-broken` for anything else. */
export function openIncoming(key: Secret<Uint8Array>, place: Place<MessageId>, sealed: Uint8Array): Incoming {
  const { v: _, ...incoming } = parse(incomingShape, unseal(key.reveal(), sealed, incomingContext(place)))
  return incoming
}

/** Seals a person's id at the messenger under the conversation's key. */
export function sealAddress(key: Secret<Uint8Array>, conversation: ConversationId, address: string): Buffer {
  return seal(key.reveal(), Buffer.from(address, 'utf8'), addressContext(conversation))
}

/** Opens what {@link sealAddress} made. */
export function openAddress(key: Secret<Uint8Array>, conversation: ConversationId, sealed: Uint8Array): Secret<string> {
  return new Secret(unseal(key.reveal(), sealed, addressContext(conversation)).toString('utf8'))
}

function outgoingContext(place: Place<OutboxId>): string {
  return `outbox|${place.conversation}|${place.id}`
}

function incomingContext(place: Place<MessageId>): string {
  return `inbound_message|${place.conversation}|${place.id}`
}

function addressContext(conversation: ConversationId): string {
  return `conversation_address|${conversation}`
}

function parse<Value>(shape: z.ZodType<Value>, plain: Buffer): Value {
  try {
    return shape.parse(JSON.parse(plain.toString('utf8')))
  } catch {
    // Without its cause: that would carry what the person wrote.
    throw new Fault('channels/message-broken', { retry: 'never' })
  }
}
