import type { RecordOf } from './records.ts'
import type { State } from './state.ts'
import type { WebhookEvent, WebhookField } from './webhook-events.ts'

/** Webhook events that may wait for a gateway that is away; beyond it new ones are lost and counted. */
export const PENDING_EVENTS_MAX = 100_000

/** What shall be sent to the app. */
export type EventToQueue = {
  readonly psid: string
  readonly field: WebhookField
  readonly event: WebhookEvent
  readonly at: number
  /** Milliseconds to wait before the first delivery. */
  readonly delayMs?: number
  /** The person's message that this event carries; its 200 acknowledges the message. */
  readonly mid?: string
}

/**
 * The record that queues an event, 'full' when too many wait, or undefined when the app is not subscribed to it (such
 * events are lost, as on the platform). Pure.
 */
export function queueEvent(state: State, wanted: EventToQueue): RecordOf<'event'> | 'full' | undefined {
  const { url, subscribed, fields } = state.subscription
  if (url === '' || !subscribed || !fields.includes(wanted.field)) return undefined
  if (state.events.size >= PENDING_EVENTS_MAX) return 'full'
  return {
    k: 'event',
    at: wanted.at,
    id: state.lastEventId + 1,
    psid: wanted.psid,
    field: wanted.field,
    event: wanted.event,
    delayMs: wanted.delayMs ?? 0,
    ...(wanted.mid === undefined ? {} : { mid: wanted.mid }),
  }
}
