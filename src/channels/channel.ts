import type { ChannelName, ConversationId, CustomerId, Instant, MessageId, Secret } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'

/** What a person reads in a channel. Buttons belong to the message; quick replies vanish after a tap. */
export type Reply = {
  readonly text: string
  readonly buttons?: readonly ReplyButton[]
  readonly quickReplies?: readonly QuickReply[]
  /** Nobody asked for it: outside the messenger's window it goes under words of its own. */
  readonly unasked?: true
  /**
   * The template that goes in its place when the messenger's window is closed. By its name alone: one that says the same in fixed words and has
   * the same buttons, filled in from these. `whole`: one whose words and buttons are the same for everybody, with nothing to fill in.
   */
  readonly template?: string | { readonly whole: string }
  /** With it the thread goes to this other app of the page, whose people answer from then on. */
  readonly passTo?: string
}

/** A button that opens a page of ours, or one that sends a payload back into the chat. Titles have 20 characters at most. */
export type ReplyButton =
  | { readonly kind: 'link'; readonly title: string; readonly url: string }
  | { readonly kind: 'postback'; readonly title: string; readonly payload: string }

export type QuickReply = { readonly title: string; readonly payload: string }

/** The languages people are answered in. */
export const languages = ['en', 'es', 'fr', 'de', 'pt'] as const
export type Language = (typeof languages)[number]

/** A thread with one person at one messenger. `customer` is there once a bank was linked and confirmed from it. */
export type Conversation = {
  readonly id: ConversationId
  readonly channel: ChannelName
  readonly customer: CustomerId | undefined
  readonly language: Language
  readonly lastInboundAt: Instant | undefined
  readonly linkedAt: Instant | undefined
}

export const inboundKinds = ['text', 'quick-reply', 'postback', 'attachment', 'account-unlinked'] as const
export type InboundKind = (typeof inboundKinds)[number]

/** A message as it was stored: card numbers masked, the text shortened where it was very long. */
export type InboundMessage = {
  readonly id: MessageId
  readonly conversation: Conversation
  readonly kind: InboundKind
  readonly text: Secret<string>
  /** Of a tapped button or quick reply: the words we put there ourselves. */
  readonly payload?: string
  /** What stands for the message that it replies to; see `sentMessages.find`. */
  readonly replyTo?: string
  /** The text was longer than we read. */
  readonly cut: boolean
  /** Another app of the page has the thread, or had it when this was written: whatever is said here is not ours to answer. */
  readonly elsewhere: boolean
  /** By the messenger's clock. */
  readonly sentAt: Instant
  /** By the database's clock. */
  readonly now: Instant
}

/**
 * What a messenger's folder gives to the rest: it takes messages in through its routes and carries sealed replies out.
 * Every implementation passes the shared list in `channel-contract.test.ts`.
 */
export type Channel = {
  readonly name: ChannelName
  /** Adds the webhook's routes. */
  addRoutes(server: HttpServer): Promise<void>
  /** Carries one reply; what became of it. Never throws for what the messenger answers. */
  deliver(delivery: Delivery): Promise<DeliveryOutcome>
  /** Whether what we hear from the messenger lets us settle a message whose delivery is in doubt. */
  readonly echoes: boolean
  /** Begins background work, such as the profile's set-up. Returns at once. */
  start(): void
  stop(): Promise<void>
}

/** One reply on its way to one person. */
export type Delivery = {
  readonly outboxId: string
  readonly conversation: ConversationId
  readonly address: Secret<string>
  readonly language: Language
  readonly reply: Reply
  /** Whether the messenger lets us write freely, by our own clock. */
  readonly windowOpen: boolean
}

/**
 * `accepted`: the messenger has it, under this id of its own. `in-doubt`: the connection broke after we spoke; it may have it. `later`: it said no
 * for now, and for certain did not take it. `refused`: it never will. `elsewhere`: another app of the page has the thread. `passed` is there when
 * the thread was to go to another app: whether it has it now.
 */
export type DeliveryOutcome =
  | { readonly kind: 'accepted'; readonly carrierId?: string; readonly passed?: boolean }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'in-doubt'; readonly because: string }
  | { readonly kind: 'later'; readonly afterMs: number; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string }
