import type { ServerResponse } from 'node:http'
import { createInterface } from 'node:readline'
import { ok, type ControlCall, type ControlDeps, type ControlReply } from './control-call.ts'
import { windowIsOpen, type Thread } from './state.ts'
import { bannerOf } from './thread-view.ts'
import type { Traffic } from './traffic.ts'

/** A person, in short. */
export function describePerson(thread: Thread): Readonly<Record<string, unknown>> {
  const { psid, name, locale, appScopedId, blocked, linked, appRemoved, callbacks, messages } = thread
  return { psid, name, locale, appScopedId, blocked, linked, appRemoved, callbacks, messages: messages.length }
}

/** The whole record of one thread, as the messenger knows it. */
export function readThread(deps: ControlDeps, call: ControlCall): ControlReply {
  const thread = deps.store.state.threads.get(call.psid ?? '')
  if (!thread) return { status: 404, body: { reason: 'There is no such person' } }
  const messages = thread.messages.map(({ carried, at, webhook, acknowledgedAt, attempts, ...message }) => ({
    mid: message.mid,
    from: message.from,
    kind: message.kind,
    at,
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.from === 'page'
      ? { cut: message.cut }
      : { webhook, acknowledged: webhook === 'acknowledged', acknowledgedAt, attempts }),
    shown: message.shown,
    previews: message.previews,
    carried,
  }))
  const { deliveredWatermark, readWatermark, droppedMessages, lastInteractionAt } = thread
  const windowOpen = windowIsOpen(thread, deps.clock.now())
  return ok({
    ...describePerson(thread),
    windowOpen,
    lastInteractionAt,
    deliveredWatermark,
    readWatermark,
    droppedMessages,
    messages,
  })
}

/** What waits for its 200, and the last attempts. */
export function describeDeliveries(deps: ControlDeps, limit: number): Readonly<Record<string, unknown>> {
  const { state } = deps.store
  const attempts = state.attempts.slice(-limit).map(({ at, ids, delivery, attempt, status, ms, error }) => {
    return { at, eventIds: ids, delivery, attempt, status, ms, ...(error === undefined ? {} : { error }) }
  })
  const pending = [...state.events.values()].map(({ id, psid, field, mid, attempts: tried }) => ({
    id,
    psid,
    field,
    mid,
    attempts: tried,
  }))
  const { failingSince, droppedEvents } = state
  return {
    pendingCount: state.events.size,
    inFlight: deps.deliveries.inFlight(),
    failingSince,
    droppedEvents,
    pending: pending.slice(0, limit),
    attempts,
  }
}

/** The messenger as a whole. */
export function describeState(deps: ControlDeps): Readonly<Record<string, unknown>> {
  const { state } = deps.store
  return {
    pageId: deps.config.pageId,
    appId: deps.config.appId,
    pageName: deps.config.pageName,
    people: state.threads.size,
    messages: state.messages,
    sends: state.sends,
    pendingEvents: state.events.size,
    droppedEvents: state.droppedEvents,
    failingSince: state.failingSince,
    banner: bannerOf(state),
    subscription: state.subscription,
    switches: state.switches,
    profile: state.profile,
    templates: [...state.templates.values()].map(({ name, language }) => ({ name, language })),
  }
}

/** Streams `{"traffic":[…],"complete":true}` line by line, so that a long record needs no memory. */
export async function streamTraffic(deps: { readonly traffic: Traffic }, outgoing: ServerResponse): Promise<void> {
  const lines = createInterface({ input: await deps.traffic.read() })
  outgoing.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  outgoing.write('{"traffic":[')
  let separator = ''
  for await (const line of lines) {
    if (!outgoing.write(separator + line)) await new Promise((resolve) => outgoing.once('drain', resolve))
    separator = ',\n'
    if (outgoing.destroyed) return
  }
  outgoing.end(`],"complete":${deps.traffic.complete()}}`)
}
