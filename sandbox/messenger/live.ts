import type { LiveEvent } from './shown-message.ts'

/** Pages that may watch at the same time. */
const WATCHERS_MAX = 64

/** Carries changes to the chat pages that are open. */
export type Live = {
  /** Watches a thread; returns how to stop, or undefined when too many pages watch. */
  readonly watch: (psid: string, send: (event: LiveEvent) => void) => (() => void) | undefined
  /** Builds the event only if somebody watches the thread. */
  readonly tell: (psid: string, makeEvent: () => LiveEvent | undefined) => void
  /** Tells every watched thread. */
  readonly tellAll: (makeEvent: (psid: string) => LiveEvent | undefined) => void
}

/** Makes the board on which open pages watch threads. */
export function makeLive(): Live {
  const watchers = new Map<string, Set<(event: LiveEvent) => void>>()
  let count = 0

  function tell(psid: string, makeEvent: () => LiveEvent | undefined): void {
    const set = watchers.get(psid)
    if (!set) return
    const event = makeEvent()
    if (!event) return
    for (const send of set) send(event)
  }

  return {
    tell,
    tellAll: (makeEvent) => {
      for (const psid of watchers.keys()) tell(psid, () => makeEvent(psid))
    },
    watch: (psid, send) => {
      if (count >= WATCHERS_MAX) return undefined
      count += 1
      const set = watchers.get(psid) ?? new Set()
      watchers.set(psid, set.add(send))
      return () => {
        if (!set.delete(send)) return
        count -= 1
        if (set.size === 0) watchers.delete(psid)
      }
    },
  }
}
