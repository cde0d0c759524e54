import type { Preview, Shown } from './shown-message.ts'
import type { RecordOf, Switches, Template } from './records.ts'

/** Messages kept in memory for one thread; older ones are counted as dropped. Enough for the longest kill proof. */
export const THREAD_MESSAGES_MAX = 20_000
/** Messages kept in memory over all threads (about 1.5 kB each). */
export const MESSAGES_MAX = 400_000
/** People one messenger can hold. */
export const PEOPLE_MAX = 10_000
/** Webhook attempts kept for `GET /control/deliveries`; all of them stay in the journal and the traffic file. */
export const ATTEMPTS_MAX = 20_000
/** Callbacks kept for one person. */
export const CALLBACKS_MAX = 20
/** Templates one page can hold (the platform allows 250). */
export const TEMPLATES_MAX = 250
/** How long a person's act keeps the window open for RESPONSE and UPDATE. */
export const WINDOW_MS = 24 * 3_600_000
/** How long a person at the page may still write with the HUMAN_AGENT tag. */
export const HUMAN_AGENT_WINDOW_MS = 7 * WINDOW_MS

/** What became of the webhook that carries a person's message. */
export type WebhookFate = 'pending' | 'acknowledged' | 'dropped' | 'not-subscribed'

/** One entry of a thread. */
export type ThreadMessage = {
  readonly at: number
  readonly mid: string
  readonly from: 'page' | 'person'
  readonly kind: 'message' | 'postback'
  /** The JSON as it was received (Send API body) or sent (webhook event). */
  readonly carried: unknown
  readonly metadata: string | undefined
  readonly replyTo: string
  readonly cut: boolean
  shown: Shown
  previews: Preview[]
  reaction: string
  numEdit: number
  webhook: WebhookFate | undefined
  acknowledgedAt: number | undefined
  attempts: number
}

/** A person and their conversation with the page. */
export type Thread = {
  readonly psid: string
  readonly name: string
  readonly locale: string
  /** The person as the app sees them through the platform's login: another id than the psid. */
  readonly appScopedId: string
  readonly createdAt: number
  readonly messages: ThreadMessage[]
  readonly byMid: Map<string, ThreadMessage>
  droppedMessages: number
  lastInteractionAt: number
  blocked: boolean
  linked: boolean
  /** The person took the app out of their settings. */
  appRemoved: boolean
  /** What the app answered to callbacks about this person, newest last. */
  callbacks: readonly Omit<RecordOf<'app-callback'>, 'k' | 'psid'>[]
  deliveredWatermark: number
  readWatermark: number
  seenByPageAt: number
  /** The app that has the thread, and until when it keeps it without doing anything; see `ownerOf`. */
  owner: string
  ownerUntil: number
}

/** A webhook event that has not had its 200 yet. */
export type PendingEvent = {
  readonly id: number
  readonly psid: string
  readonly field: string
  readonly event: unknown
  readonly delayMs: number
  readonly mid: string | undefined
  attempts: number
}

/** The app's subscription to the page. */
export type Subscription = Omit<RecordOf<'subscription'>, 'k' | 'at'>

/** Everything the messenger knows. Changed only by `applyRecord`. */
export type State = {
  readonly threads: Map<string, Thread>
  readonly events: Map<number, PendingEvent>
  readonly templates: Map<string, Template>
  readonly linkTokens: Map<string, { readonly psid: string; readonly at: number }>
  attempts: RecordOf<'tried'>[]
  subscription: Subscription
  profile: Readonly<Record<string, unknown>>
  switches: Switches
  /** The first of an unbroken row of failed deliveries; 0 while all is well. */
  failingSince: number
  lastEventId: number
  lastDelivery: number
  sends: number
  messages: number
  droppedEvents: number
}

/** The switches of a fresh messenger. */
export const startSwitches: Switches = {
  cutRate: 0.05,
  duplicateRate: 0,
  reorderRate: 0,
  batchRate: 0.3,
  echoes: true,
  echoDelayMs: 0,
  deliveries: true,
  slowMs: 0,
  down: false,
  previews: true,
  rateLimitPerSecond: 300,
  failNext: null,
}

/** A messenger in which nothing has happened yet. */
export function emptyState(): State {
  return {
    threads: new Map(),
    events: new Map(),
    templates: new Map(),
    linkTokens: new Map(),
    attempts: [],
    subscription: { url: '', verified: false, subscribed: false, fields: [] },
    profile: {},
    switches: startSwitches,
    failingSince: 0,
    lastEventId: 0,
    lastDelivery: 0,
    sends: 0,
    messages: 0,
    droppedEvents: 0,
  }
}

/** A thread in which its owner does nothing for so long is nobody's. */
export const THREAD_IDLE_MS = 24 * 3_600_000
/** The longest that an owner may keep a thread for. */
export const THREAD_EXTEND_MS_MAX = 7 * 24 * 3_600_000

/** The app that has the thread at this moment; '' for nobody: then the default app answers. */
export function ownerOf(thread: Thread, now: number): string {
  return now < thread.ownerUntil ? thread.owner : ''
}

/** Is the thread inside the standard 24-hour window? */
export function windowIsOpen(thread: Thread, now: number): boolean {
  return now - thread.lastInteractionAt < WINDOW_MS
}
