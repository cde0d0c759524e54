import type { JournalRecord } from './records.ts'
import type { State, Thread, ThreadMessage } from './state.ts'

/** The shortest list of records that gives this state again (except the list of past webhook attempts). */
export function* snapshotRecords(state: State): Generator<JournalRecord> {
  const at = 0
  yield { k: 'switches', at, switches: state.switches }
  yield { k: 'subscription', at, ...state.subscription }
  yield { k: 'profile', at, profile: { ...state.profile } }
  for (const template of state.templates.values()) yield { k: 'template', at, template }
  for (const thread of state.threads.values()) yield* threadRecords(thread)
  for (const [token, { psid, at: madeAt }] of state.linkTokens) yield { k: 'link-token', at: madeAt, psid, token }
  for (const { attempts: _, mid, ...event } of state.events.values()) {
    yield { k: 'event', at, ...event, ...(mid === undefined ? {} : { mid }) }
  }
  yield {
    k: 'counters',
    at,
    sends: state.sends,
    lastEventId: state.lastEventId,
    lastDelivery: state.lastDelivery,
    droppedEvents: state.droppedEvents,
  }
}

function* threadRecords(thread: Thread): Generator<JournalRecord> {
  const { psid } = thread
  const { createdAt: at, name, locale, appScopedId } = thread
  yield { k: 'person', at, psid, name, locale, appScopedId }
  for (const message of thread.messages) yield* messageRecords(psid, message)
  yield { k: 'delivered', at: 0, psid, watermark: thread.deliveredWatermark }
  yield { k: 'read', at: 0, psid, watermark: thread.readWatermark }
  if (thread.seenByPageAt > 0) yield { k: 'seen', at: thread.seenByPageAt, psid }
  yield { k: 'interaction', at: thread.lastInteractionAt, psid }
  yield { k: 'blocked', at: 0, psid, blocked: thread.blocked }
  yield { k: 'linked', at: 0, psid, linked: thread.linked }
  if (thread.owner !== '') yield { k: 'thread-owner', at: 0, psid, owner: thread.owner, until: thread.ownerUntil }
  if (thread.appRemoved) yield { k: 'app-removed', at: 0, psid }
  for (const callback of thread.callbacks) yield { k: 'app-callback', psid, ...callback }
  yield { k: 'forgotten', at: 0, psid, messages: thread.droppedMessages }
}

function* messageRecords(psid: string, message: ThreadMessage): Generator<JournalRecord> {
  const { at, mid, from, kind, carried, shown, metadata, replyTo, cut } = message
  yield {
    k: 'message',
    at,
    psid,
    mid,
    from,
    kind,
    carried,
    shown,
    replyTo,
    cut,
    ...(metadata === undefined ? {} : { metadata }),
    ...(message.webhook === undefined || message.webhook === 'not-subscribed' ? {} : { eventId: 0 }),
  }
  if (message.webhook !== undefined && message.webhook !== 'pending') {
    yield {
      k: 'fate',
      at: message.acknowledgedAt ?? 0,
      psid,
      mid,
      webhook: message.webhook,
      attempts: message.attempts,
    }
  }
  if (message.reaction !== '') yield { k: 'reaction', at, psid, mid, emoji: message.reaction }
  if (message.numEdit > 0) yield { k: 'edit', at, psid, mid, text: shown.text, numEdit: message.numEdit }
  for (const preview of message.previews) yield { k: 'preview', at, psid, mid, ...preview }
}
