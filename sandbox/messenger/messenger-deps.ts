import type { Chance } from './seeded-chance.ts'
import type { Clock } from './clock.ts'
import type { Deliveries } from './deliver-webhooks.ts'
import type { Live } from './live.ts'
import type { MessengerConfig } from './messenger-config.ts'
import { queueEvent, type EventToQueue } from './queue-event.ts'
import type { JournalRecord } from './records.ts'
import { ownerOf } from './state.ts'
import type { Store } from './store.ts'
import type { WebhookField } from './webhook-events.ts'

/** What every act in the messenger needs: its memory, the clock, and the way out to the app and to open pages. */
export type ActDeps = {
  readonly config: MessengerConfig
  readonly clock: Clock
  readonly chance: Chance
  readonly store: Store
  readonly deliveries: Deliveries
  readonly live: Live
}

/**
 * Stores what happened together with the webhook event it causes, and starts the delivery. The event's line comes first,
 * so that a kill between the two lines leaves no message whose webhook never comes.
 * `makeRecords` gets the event's id, or undefined when the app is not subscribed.
 */
export function commitWithEvent(
  deps: Pick<ActDeps, 'store' | 'deliveries' | 'config'>,
  wanted: EventToQueue,
  makeRecords: (eventId: number | undefined) => readonly JournalRecord[],
): void {
  const { state } = deps.store
  const event = queueEvent(state, { ...wanted, field: fieldFor(deps, wanted) })
  if (event === undefined) return deps.store.commit(...makeRecords(undefined))
  if (event === 'full') return deps.store.commit(...makeRecords(undefined), ...loseEvent(wanted))
  deps.store.commit(event, ...makeRecords(event.id))
  const pending = state.events.get(event.id)
  if (pending) deps.deliveries.add(pending)
}

/** What happens in a thread that another app has comes to us as `standby`. Who has it is told in any case. */
function fieldFor({ store, config }: Pick<ActDeps, 'store' | 'config'>, wanted: EventToQueue): WebhookField {
  const thread = store.state.threads.get(wanted.psid)
  const owner = thread === undefined ? '' : ownerOf(thread, wanted.at)
  return wanted.field === 'messaging_handovers' || owner === '' || owner === config.appId ? wanted.field : 'standby'
}

/** An event that finds no place is lost, but counted and said so. */
function loseEvent({ psid, mid, at }: EventToQueue): readonly JournalRecord[] {
  const fate = { k: 'fate', at, psid, mid: mid ?? '', webhook: 'dropped', attempts: 0 } as const
  return [{ k: 'dropped', at, ids: [], unqueued: 1, reason: 'too many wait' }, ...(mid === undefined ? [] : [fate])]
}
