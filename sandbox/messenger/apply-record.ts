import { createHash } from 'node:crypto'
import { applyThreadRecord } from './apply-thread-record.ts'
import type { JournalRecord, RecordOf } from './records.ts'
import {
  ATTEMPTS_MAX,
  MESSAGES_MAX,
  THREAD_MESSAGES_MAX,
  type State,
  type Thread,
  type ThreadMessage,
} from './state.ts'

/** Account-linking tokens remembered; the oldest goes first. */
const LINK_TOKENS_MAX = 1_000

/** Folds one record into the state. The same records in the same order always give the same state. */
export function applyRecord(state: State, record: JournalRecord): void {
  switch (record.k) {
    case 'person':
      return addPerson(state, record)
    case 'message':
      return addMessage(state, record)
    case 'event':
      return addEvent(state, record)
    case 'tried':
      return countAttempt(state, record)
    case 'dropped':
      return dropEvents(state, record)
    case 'subscription':
      return subscribe(state, record)
    case 'profile':
      state.profile = record.profile
      return
    case 'template':
      state.templates.set(templateKey(record.template.name, record.template.language), record.template)
      return
    case 'switches':
      state.switches = record.switches
      return
    case 'counters':
      state.sends = record.sends
      state.lastEventId = record.lastEventId
      state.lastDelivery = record.lastDelivery
      state.droppedEvents = record.droppedEvents
      return
    case 'link-token':
      return addLinkToken(state, record)
    default:
      return applyThreadRecord(state, record)
  }
}

/** The key of a template: its name in one language. */
export function templateKey(name: string, language: string): string {
  return `${name}|${language}`
}

function addPerson(state: State, record: RecordOf<'person'>): void {
  state.threads.set(record.psid, {
    psid: record.psid,
    name: record.name,
    locale: record.locale,
    appScopedId: record.appScopedId ?? olderAppScopedId(record.psid),
    createdAt: record.at,
    messages: [],
    byMid: new Map(),
    droppedMessages: 0,
    lastInteractionAt: 0,
    blocked: false,
    linked: false,
    appRemoved: false,
    callbacks: [],
    deliveredWatermark: 0,
    readWatermark: 0,
    seenByPageAt: 0,
    owner: '',
    ownerUntil: 0,
  })
}

/** For people of a journal from before app-scoped ids: the same at every start, and not the psid. */
function olderAppScopedId(psid: string): string {
  const number = createHash('sha256').update(`app-scoped|${psid}`).digest().readBigUInt64BE()
  return `9${String(number % 10n ** 16n).padStart(16, '0')}`
}

function addMessage(state: State, record: RecordOf<'message'>): void {
  const thread = state.threads.get(record.psid)
  if (!thread) return
  const stored: ThreadMessage = {
    at: record.at,
    mid: record.mid,
    from: record.from,
    kind: record.kind,
    carried: record.carried,
    metadata: record.metadata,
    replyTo: record.replyTo ?? '',
    cut: record.cut ?? false,
    shown: record.shown,
    previews: [],
    reaction: '',
    numEdit: 0,
    webhook: record.from === 'page' ? undefined : record.eventId === undefined ? 'not-subscribed' : 'pending',
    acknowledgedAt: undefined,
    attempts: 0,
  }
  thread.messages.push(stored)
  thread.byMid.set(record.mid, stored)
  if (record.from === 'person') thread.lastInteractionAt = record.at
  else state.sends += 1
  state.messages += 1
  if (thread.messages.length > THREAD_MESSAGES_MAX || state.messages > MESSAGES_MAX) dropOldestMessage(state, thread)
}

function dropOldestMessage(state: State, thread: Thread): void {
  const oldest = thread.messages.shift()
  if (!oldest) return
  thread.byMid.delete(oldest.mid)
  thread.droppedMessages += 1
  state.messages -= 1
}

function addEvent(state: State, record: RecordOf<'event'>): void {
  state.lastEventId = record.id
  state.events.set(record.id, {
    id: record.id,
    psid: record.psid,
    field: record.field,
    event: record.event,
    delayMs: record.delayMs,
    mid: record.mid,
    attempts: 0,
  })
}

function countAttempt(state: State, record: RecordOf<'tried'>): void {
  state.lastDelivery = Math.max(state.lastDelivery, record.delivery)
  state.attempts.push(record)
  if (state.attempts.length > ATTEMPTS_MAX * 2) state.attempts = state.attempts.slice(-ATTEMPTS_MAX)
  const accepted = record.status === 200
  if (accepted) state.failingSince = 0
  else if (state.failingSince === 0) state.failingSince = record.at
  for (const id of record.ids) {
    const event = state.events.get(id)
    if (!event) continue
    event.attempts += 1
    const message = event.mid === undefined ? undefined : state.threads.get(event.psid)?.byMid.get(event.mid)
    if (message) message.attempts = event.attempts
    if (!accepted) continue
    state.events.delete(id)
    if (!message) continue
    message.webhook = 'acknowledged'
    message.acknowledgedAt = record.at
  }
}

function dropEvents(state: State, record: RecordOf<'dropped'>): void {
  state.droppedEvents += record.unqueued ?? 0
  for (const id of record.ids) {
    const event = state.events.get(id)
    if (!event) continue
    state.events.delete(id)
    state.droppedEvents += 1
    const message = event.mid === undefined ? undefined : state.threads.get(event.psid)?.byMid.get(event.mid)
    if (message) message.webhook = 'dropped'
  }
}

function subscribe(state: State, record: RecordOf<'subscription'>): void {
  const { url, verified, subscribed, fields, disabledAt } = record
  state.subscription = { url, verified, subscribed, fields, ...(disabledAt === undefined ? {} : { disabledAt }) }
  if (subscribed) state.failingSince = 0
}

function addLinkToken(state: State, record: RecordOf<'link-token'>): void {
  state.linkTokens.set(record.token, { psid: record.psid, at: record.at })
  const oldest = state.linkTokens.keys().next().value
  if (state.linkTokens.size > LINK_TOKENS_MAX && oldest !== undefined) state.linkTokens.delete(oldest)
}
