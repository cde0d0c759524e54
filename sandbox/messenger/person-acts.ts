import { nothingShown, TEXT_MAX } from './check-message.ts'
import { newMessageId } from './message-id.ts'
import { commitWithEvent, type ActDeps } from './messenger-deps.ts'
import { randomDigits } from './messenger-config.ts'
import type { JournalRecord } from './records.ts'
import { PEOPLE_MAX, type Thread, type ThreadMessage } from './state.ts'
import { showMessage, showThread } from './show-thread.ts'
import { personEvent, type WebhookEvent, type WebhookField } from './webhook-events.ts'

/** Edits a person may make to one message. */
export const EDITS_MAX = 5
const NAME_MAX = 100

/** A refused act: a sentence for whoever tried it. */
export type ActRefusal = { readonly ok: false; readonly reason: string }
/** What an act gives, or why not. */
export type ActOutcome<Value> = { readonly ok: true; readonly value: Value } | ActRefusal

function no(reason: string): ActRefusal {
  return { ok: false, reason }
}

/** Creates a person with a fresh page-scoped id. */
export function createPerson(deps: ActDeps, name: string, locale: string): ActOutcome<string> {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > NAME_MAX) return no(`A name has 1 to ${NAME_MAX} characters`)
  if (deps.store.state.threads.size >= PEOPLE_MAX) return no(`The sandbox holds ${PEOPLE_MAX} people at most`)
  const psid = randomDigits(16)
  const appScopedId = randomDigits(17)
  deps.store.commit({ k: 'person', at: deps.clock.now(), psid, name: trimmed, locale, appScopedId })
  return { ok: true, value: psid }
}

/** What a person types or taps as a quick reply. */
export type Words = { readonly text: string; readonly quickReplyPayload?: string; readonly replyTo?: string }

/** A person writes: stored, shown, and sent to the app. Gives the message's id. */
export function say(deps: ActDeps, thread: Thread, words: Words): ActOutcome<string> {
  const { text, quickReplyPayload, replyTo } = words
  if (text.trim() === '' || text.length > TEXT_MAX) return no(`A message has 1 to ${TEXT_MAX} characters`)
  if (thread.blocked) return no('This person has blocked the page')
  if (replyTo !== undefined && !thread.byMid.has(replyTo)) return no('The message to reply to is not in this thread')
  const mid = newMessageId()
  const message = {
    mid,
    text,
    ...(quickReplyPayload === undefined ? {} : { quick_reply: { payload: quickReplyPayload } }),
    ...(replyTo === undefined ? {} : { reply_to: { mid: replyTo } }),
  }
  enter(deps, thread, {
    mid,
    kind: 'message',
    field: 'messages',
    text,
    content: { message },
    ...(replyTo === undefined ? {} : { replyTo }),
  })
  return { ok: true, value: mid }
}

/** A tap on a button, the menu, an ice breaker or Get Started. */
export type Tap = { readonly title: string; readonly payload: string; readonly referral?: WebhookEvent }

/** A person taps: gives the postback's message id. */
export function tap(deps: ActDeps, thread: Thread, { title, payload, referral }: Tap): ActOutcome<string> {
  if (thread.blocked) return no('This person has blocked the page')
  const mid = newMessageId()
  const postback = { mid, title, payload, ...(referral === undefined ? {} : { referral }) }
  enter(deps, thread, { mid, kind: 'postback', field: 'messaging_postbacks', text: title, content: { postback } })
  return { ok: true, value: mid }
}

type Entry = {
  readonly mid: string
  readonly kind: 'message' | 'postback'
  readonly field: WebhookField
  readonly text: string
  readonly content: WebhookEvent
  readonly replyTo?: string
}

function enter(deps: ActDeps, thread: Thread, entry: Entry): void {
  const { psid } = thread
  const { mid, kind, field, text, content, replyTo } = entry
  // Two messages of one thread never share a millisecond: the app sorts by this time.
  const at = Math.max(deps.clock.now(), (thread.messages.at(-1)?.at ?? 0) + 1)
  const event = personEvent({ pageId: deps.config.pageId, psid, at }, content)
  commitWithEvent(deps, { psid, field, event, at, mid }, (eventId) => [
    {
      k: 'message',
      at,
      psid,
      mid,
      from: 'person',
      kind,
      carried: event,
      shown: { ...nothingShown, text },
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(eventId === undefined ? {} : { eventId }),
    },
  ])
  showMessage(deps, thread, mid)
}

/** A reaction to a message; `on` false takes it back. */
export type Reaction = { readonly mid: string; readonly emoji: string; readonly on: boolean }

/** A person reacts to a message, or takes the reaction back (`on` false). Opens the window. */
export function react(deps: ActDeps, thread: Thread, { mid, emoji, on }: Reaction): ActOutcome<string> {
  if (!thread.byMid.has(mid)) return no('The message is not in this thread')
  const at = deps.clock.now()
  const reaction = { reaction: 'other', emoji, action: on ? 'react' : 'unreact', mid }
  happen(deps, thread, {
    field: 'message_reactions',
    content: { reaction },
    records: [
      { k: 'reaction', at, psid: thread.psid, mid, emoji: on ? emoji : '' },
      { k: 'interaction', at, psid: thread.psid },
    ],
  })
  showMessage(deps, thread, mid)
  return { ok: true, value: mid }
}

/** A person edits an own message, up to five times. */
export function edit(deps: ActDeps, thread: Thread, mid: string, text: string): ActOutcome<string> {
  const message: ThreadMessage | undefined = thread.byMid.get(mid)
  if (!message || message.from !== 'person' || message.kind !== 'message')
    return no('Only an own message can be edited')
  if (message.numEdit >= EDITS_MAX) return no(`A message can be edited ${EDITS_MAX} times`)
  if (text.trim() === '' || text.length > TEXT_MAX) return no(`A message has 1 to ${TEXT_MAX} characters`)
  const numEdit = message.numEdit + 1
  happen(deps, thread, {
    field: 'message_edits',
    content: { message_edit: { mid, text, num_edit: numEdit } },
    records: [{ k: 'edit', at: deps.clock.now(), psid: thread.psid, mid, text, numEdit }],
  })
  showMessage(deps, thread, mid)
  return { ok: true, value: mid }
}

/** A person follows an m.me link with a `ref` into the thread. */
export function refer(deps: ActDeps, thread: Thread, ref: string): void {
  const referral = { ref, source: 'SHORTLINK', type: 'OPEN_THREAD' }
  happen(deps, thread, { field: 'messaging_referrals', content: { referral }, records: interaction(deps, thread) })
}

/** A person agrees to something the page asked, told to the app as an opt-in. */
export function optIn(deps: ActDeps, thread: Thread, payload: string): void {
  const optin = { type: 'notification_messages', payload }
  happen(deps, thread, { field: 'messaging_optins', content: { optin }, records: interaction(deps, thread) })
}

/** The account was linked (with the code the login page gave) or unlinked. */
export function linkAccount(deps: ActDeps, thread: Thread, code: string | undefined, token?: string): void {
  const linked = code !== undefined
  const content = { account_linking: linked ? { status: 'linked', authorization_code: code } : { status: 'unlinked' } }
  const record = {
    k: 'linked',
    at: deps.clock.now(),
    psid: thread.psid,
    linked,
    ...(token === undefined ? {} : { token }),
  } as const
  happen(deps, thread, { field: 'messaging_account_linking', content, records: [record, ...interaction(deps, thread)] })
  showThread(deps, thread)
}

/** Blocks the page for this person, or lifts the block. */
export function block(deps: ActDeps, thread: Thread, blocked: boolean): void {
  deps.store.commit({ k: 'blocked', at: deps.clock.now(), psid: thread.psid, blocked })
  showThread(deps, thread)
}

function interaction(deps: ActDeps, thread: Thread): readonly JournalRecord[] {
  return [{ k: 'interaction', at: deps.clock.now(), psid: thread.psid }]
}

type Happening = {
  readonly field: WebhookField
  readonly content: WebhookEvent
  readonly records: readonly JournalRecord[]
}

function happen(deps: ActDeps, thread: Thread, { field, content, records }: Happening): void {
  const at = deps.clock.now()
  const event = personEvent({ pageId: deps.config.pageId, psid: thread.psid, at }, content)
  commitWithEvent(deps, { psid: thread.psid, field, event, at }, () => records)
}
