import type { ActDeps } from './messenger-deps.ts'
import type { Thread } from './state.ts'
import { viewMessage, viewMessages, viewThread } from './thread-view.ts'

/** Brings one message up to date in every page that shows it. */
export function showMessage(deps: Pick<ActDeps, 'live'>, thread: Thread, mid: string): void {
  deps.live.tell(thread.psid, () => {
    const message = thread.byMid.get(mid)
    return message ? { type: 'message', message: viewMessage(thread, message) } : undefined
  })
}

/** Brings the surroundings of a thread up to date in every page that shows it. */
export function showThread(deps: Pick<ActDeps, 'live' | 'store' | 'config' | 'clock'>, thread: Thread): void {
  deps.live.tell(thread.psid, () => ({
    type: 'thread',
    thread: viewThread(deps.store.state, deps.config, thread, deps.clock.now()),
  }))
}

/** Sends a whole thread again to every page that shows it. */
export function showAll(deps: Pick<ActDeps, 'live' | 'store' | 'config' | 'clock'>, thread: Thread): void {
  deps.live.tell(thread.psid, () => ({
    type: 'snapshot',
    thread: viewThread(deps.store.state, deps.config, thread, deps.clock.now()),
    messages: viewMessages(thread),
  }))
}
