import type { MessengerConfig } from './messenger-config.ts'
import type { Chance } from './seeded-chance.ts'
import type { Clock } from './clock.ts'
import { escapeJson } from './escape-json.ts'
import { IN_FLIGHT_MAX, type WebhookClient } from './post-webhook.ts'
import { signedHeaders } from './sign-webhook.ts'
import type { PendingEvent } from './state.ts'
import type { Store } from './store.ts'
import type { Traffic } from './traffic.ts'
import { makeWebhookQueue } from './webhook-queue.ts'

/** Gaps before the second, third … attempt: quick at first, then ever slower, at last every 10 s. */
export const RETRY_GAPS_MS = [200, 400, 800, 1_500, 3_000, 5_000, 10_000] as const
/** After this long without a single 200 the app is unsubscribed from the page ("Webhooks Disabled"). */
export const DISABLE_AFTER_MS = 3_600_000
/** Events that one POST carries at most. */
const BATCH_EVENTS_MAX = 10
/** An event that the batch rate hits waits so long for others to share its POST. */
const GATHER_MS = 10
/** While nothing gets a 200, so many POSTs at a time are enough to find out that it is back. */
const IN_FLIGHT_WHILE_FAILING = 8
/** An event that is held back for the sake of disorder waits up to this long. */
const REORDER_DELAY_MS_MAX = 500

/** Carries queued events to the app's webhook, at least once, in order for each thread while all goes well. */
export type Deliveries = {
  /** Takes over an event that was committed to the store. */
  readonly add: (event: PendingEvent) => void
  /** Tries again now whatever waits for its next attempt. */
  readonly retryNow: () => void
  /** Looks again whether deliveries may run (after a subscription or the `down` switch changed). */
  readonly wake: () => void
  readonly inFlight: () => number
  readonly close: () => Promise<void>
}

type Delivery = {
  readonly number: number
  readonly events: readonly PendingEvent[]
  readonly body: Buffer
  attempt: number
}

type Deps = {
  readonly config: MessengerConfig
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly traffic: Traffic
  readonly client: WebhookClient
  readonly disableAfterMs: number
  /** Called after each attempt that changed what a page shows. */
  readonly onAttempt: (events: readonly PendingEvent[], status: number) => void
}

/** Starts delivering; events left from an earlier run go first. */
export function startDeliveries(deps: Deps): Deliveries {
  const { store, clock, chance } = deps
  const { state } = store
  const queue = makeWebhookQueue()
  const waiting = new Map<Delivery, NodeJS.Timeout>()
  const held = new Set<NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  let due: Delivery[] = []
  let lastDelivery = state.lastDelivery
  let closed = false

  function add(event: PendingEvent): void {
    const disorder = chance('reorder', event.id) < state.switches.reorderRate
    const extra = disorder ? chance('reorder-delay', event.id) * REORDER_DELAY_MS_MAX : 0
    const delay = event.delayMs + extra
    if (delay <= 0) return enqueue(event)
    later(() => enqueue(event), delay)
  }

  function enqueue(event: PendingEvent): void {
    queue.add(event)
    if (chance('gather', event.id) < state.switches.batchRate) later(pump, GATHER_MS)
    else pump()
  }

  function later(act: () => void, ms: number): void {
    const timer = setTimeout(() => {
      held.delete(timer)
      act()
    }, ms)
    held.add(timer)
  }

  function pump(): void {
    while (!closed && mayDeliver() && running.size < inFlightMax()) {
      const delivery = due.shift() ?? nextDelivery()
      if (!delivery) return
      const run = attempt(delivery).finally(() => {
        running.delete(run)
        pump()
      })
      running.add(run)
    }
  }

  function mayDeliver(): boolean {
    const { subscribed, verified } = state.subscription
    return subscribed && verified && !state.switches.down
  }

  function inFlightMax(): number {
    return state.failingSince === 0 ? IN_FLIGHT_MAX : IN_FLIGHT_WHILE_FAILING
  }

  /** Takes the next thread's events; by the batch rate several of them, and another thread's too, into one POST. */
  function nextDelivery(): Delivery | undefined {
    const batch = chance('batch', lastDelivery + 1) < state.switches.batchRate
    const events = queue.take(batch ? BATCH_EVENTS_MAX : 1, batch)
    if (events.length === 0) return undefined
    lastDelivery += 1
    return { number: lastDelivery, events, body: makeBody(events), attempt: 0 }
  }

  function makeBody(events: readonly PendingEvent[]): Buffer {
    const time = clock.now()
    const threads = new Map<string, { messaging?: unknown[]; standby?: unknown[] }>()
    for (const { psid, field, event } of events) {
      const lists = threads.get(psid) ?? {}
      const name = field === 'standby' ? 'standby' : 'messaging'
      threads.set(psid, { ...lists, [name]: [...(lists[name] ?? []), event] })
    }
    const entry = [...threads.values()].map((lists) => ({ id: deps.config.pageId, time, ...lists }))
    return Buffer.from(escapeJson({ object: 'page', entry }))
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const { url } = state.subscription
    const { number, events, body } = delivery
    // The app must not hear of what a kill could make us forget.
    await store.flushed()
    delivery.attempt += 1
    deps.traffic.note({ direction: 'webhook-out', path: url, body: body.toString() })
    const startedAt = clock.now()
    const answer = await deps.client.send('POST', url, body, signedHeaders(body, deps.config.appSecret))
    const at = clock.now()
    if (closed && answer.status === 0) return
    deps.traffic.note({ direction: 'webhook-in', path: url, body: answer.body })
    const ids = events.map(({ id }) => id)
    const error = answer.error === undefined ? {} : { error: answer.error }
    store.commit({
      k: 'tried',
      at,
      ids,
      delivery: number,
      attempt: delivery.attempt,
      status: answer.status,
      ms: at - startedAt,
      ...error,
    })
    // After its first attempt a delivery no longer holds its threads up: order is only best effort.
    if (delivery.attempt === 1) queue.release(events)
    if (answer.status === 200) repeatSometimes(delivery)
    else if (!giveUp(at)) scheduleRetry(delivery)
    deps.onAttempt(events, answer.status)
  }

  function repeatSometimes(delivery: Delivery): void {
    if (delivery.attempt === 1 && chance('duplicate', delivery.number) < state.switches.duplicateRate)
      scheduleRetry(delivery)
  }

  function scheduleRetry(delivery: Delivery): void {
    const index = Math.min(delivery.attempt - 1, RETRY_GAPS_MS.length - 1)
    const gap = RETRY_GAPS_MS[index] ?? 0
    const timer = setTimeout(() => makeDue(delivery), gap)
    waiting.set(delivery, timer)
  }

  function makeDue(delivery: Delivery): void {
    clearTimeout(waiting.get(delivery))
    waiting.delete(delivery)
    due.push(delivery)
    pump()
  }

  /** After an hour of nothing but failures the app is unsubscribed and what waits is lost. */
  function giveUp(at: number): boolean {
    if (!state.subscription.subscribed) return true
    if (state.failingSince === 0 || at - state.failingSince < deps.disableAfterMs) return false
    store.commit(
      { k: 'subscription', at, ...state.subscription, subscribed: false, disabledAt: at },
      { k: 'dropped', at, ids: [...state.events.keys()], reason: 'webhooks disabled' },
    )
    forgetAll()
    return true
  }

  function forgetAll(): void {
    for (const timer of [...waiting.values(), ...held]) clearTimeout(timer)
    waiting.clear()
    held.clear()
    queue.clear()
    due = []
  }

  for (const event of state.events.values()) add(event)

  return {
    add,
    retryNow: () => [...waiting.keys()].forEach(makeDue),
    wake: pump,
    inFlight: () => running.size,
    close: async () => {
      closed = true
      forgetAll()
      deps.client.close()
      await Promise.all(running)
    },
  }
}
