import type { Switches } from '../switches.ts'
import type { Notice, NoticeBook } from './notice-book.ts'
import { pauseAfterMs } from './retry-pause.ts'
import { signNotice } from './sign-notice.ts'
import type { Subscriptions } from './subscriptions.ts'

/** How long a callback may take to answer. */
const CALLBACK_MS_MAX = 5_000
/** After this long the bank stops trying; the notice can still be fetched. */
const TRIED_MS_MAX = 24 * 3_600_000
/** How often waiting notices are looked at. */
const LOOK_EVERY_MS = 200
/** Deliveries under way at once. */
const DELIVERIES_MAX = 16

/** What the delivery of notices stands on. */
export type DeliveryDeps = {
  readonly book: NoticeBook
  readonly subscriptions: Subscriptions
  readonly pushSecretOf: (clientId: string) => Promise<string | undefined>
  readonly switches: () => Switches
  readonly now: () => number
}

/** Delivers waiting notices until stopped. */
export type NoticeDelivery = {
  /** Looks at once, for a notice that has just been written down. */
  wake(): void
  /** Stops trying; what waits goes on at the next start. */
  stop(): Promise<void>
}

/** At least once, with growing pauses, over restarts: a notice waits until a callback has answered 2xx. */
export function startNoticeDelivery(deps: DeliveryDeps): NoticeDelivery {
  const underway = new Map<string, Promise<void>>()
  const stopped = new AbortController()
  const timer = setInterval(look, LOOK_EVERY_MS)

  function look(): void {
    const { down, noticeDelayMs } = deps.switches()
    if (stopped.signal.aborted || down) return
    for (const notice of deps.book.waiting()) {
      const dueAt = Math.max(notice.nextAt, notice.createdAt + noticeDelayMs)
      if (underway.has(notice.id) || underway.size >= DELIVERIES_MAX || dueAt > deps.now()) continue
      const attempt = deliver(deps, notice, stopped.signal)
        .catch((error: unknown) => console.error('a notice could not be handled', error))
        .finally(() => underway.delete(notice.id))
      underway.set(notice.id, attempt)
    }
  }

  return {
    wake: look,
    async stop() {
      clearInterval(timer)
      stopped.abort()
      await Promise.all(underway.values())
    },
  }
}

async function deliver(deps: DeliveryDeps, notice: Notice, stopped: AbortSignal): Promise<void> {
  const subscription = deps.subscriptions.of(notice.clientId).find(({ type }) => type === notice.type)
  const secret = await deps.pushSecretOf(notice.clientId)
  // Nobody asked to be told, or we have no secret to sign with: it waits to be fetched.
  if (subscription === undefined || secret === undefined) return deps.book.save({ ...notice, state: 'undelivered' })
  const { dropNotices, duplicateNotices } = deps.switches()
  if (dropNotices) return deps.book.save({ ...notice, state: 'delivered' })
  let arrived = await post(deps, notice, { url: subscription.callbackUrl, secret, stopped })
  if (duplicateNotices)
    arrived = (await post(deps, notice, { url: subscription.callbackUrl, secret, stopped })) && arrived
  if (stopped.aborted) return
  const attempts = notice.attempts + 1
  if (arrived) return deps.book.save({ ...notice, attempts, state: 'delivered' })
  const nextAt = deps.now() + pauseAfterMs(attempts)
  const state = nextAt - notice.createdAt > TRIED_MS_MAX ? 'undelivered' : 'waiting'
  await deps.book.save({ ...notice, attempts, nextAt, state })
}

/** One attempt; true for a 2xx. Redirects are not followed: the callback was agreed on, and no other. */
async function post(
  deps: DeliveryDeps,
  { id, body }: Notice,
  to: { readonly url: string; readonly secret: string; readonly stopped: AbortSignal },
): Promise<boolean> {
  try {
    const response = await fetch(to.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...signNotice(to.secret, { id, body, atMs: deps.now() }) },
      body,
      signal: AbortSignal.any([to.stopped, AbortSignal.timeout(CALLBACK_MS_MAX)]),
    })
    await response.body?.cancel()
    return response.ok
  } catch (error) {
    console.error('a callback did not answer', error instanceof Error ? error.message : error)
    return false
  }
}
