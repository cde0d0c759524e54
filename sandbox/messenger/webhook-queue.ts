import type { PendingEvent } from './state.ts'

/** Events of many threads, each thread in order; a thread that is being delivered waits until it is released. */
export type WebhookQueue = {
  readonly add: (event: PendingEvent) => void
  /** Takes up to `max` events of the next free thread, and of a second one when `mix` is set; [] when none is free. */
  readonly take: (max: number, mix: boolean) => readonly PendingEvent[]
  /** Frees the threads of events that were taken. */
  readonly release: (events: readonly PendingEvent[]) => void
  readonly clear: () => void
}

/** Makes an empty queue. */
export function makeWebhookQueue(): WebhookQueue {
  const queues = new Map<string, PendingEvent[]>()
  const busy = new Set<string>()
  let free: string[] = []

  function takeFrom(psid: string | undefined, max: number): readonly PendingEvent[] {
    if (psid === undefined) return []
    const queue = queues.get(psid) ?? []
    const taken = queue.splice(0, max)
    busy.add(psid)
    if (queue.length === 0) queues.delete(psid)
    return taken
  }

  return {
    add: (event) => {
      const queue = queues.get(event.psid)
      if (queue) return void queue.push(event)
      queues.set(event.psid, [event])
      if (!busy.has(event.psid)) free.push(event.psid)
    },
    take: (max, mix) => {
      const first = takeFrom(free.shift(), max)
      if (!mix || first.length === 0 || first.length === max) return first
      return [...first, ...takeFrom(free.shift(), max - first.length)]
    },
    release: (events) => {
      for (const psid of new Set(events.map((event) => event.psid))) {
        if (busy.delete(psid) && queues.has(psid)) free.push(psid)
      }
    },
    clear: () => {
      queues.clear()
      busy.clear()
      free = []
    },
  }
}
