import type { ActDeps } from './messenger-deps.ts'
import type { WebhookClient } from './post-webhook.ts'
import { showThread } from './show-thread.ts'
import { verifyWebhook } from './verify-webhook.ts'
import { WEBHOOK_FIELDS } from './webhook-events.ts'

/** Gap between two attempts at the handshake while the app is not up yet. */
const HANDSHAKE_GAP_MS = 500
/** How long the messenger goes on trying the handshake after its start: as long as it repeats webhooks. */
const HANDSHAKE_FOR_MS = 3_600_000

/** Points the page at an app's webhook. */
export type PageSubscription = {
  /** Subscribes and keeps trying the handshake until it succeeds. */
  readonly start: (url: string) => void
  /** Subscribes (again) and shakes hands once; '' or a sentence that says what went wrong. */
  readonly now: (url: string | undefined) => Promise<string>
  readonly close: () => void
}

/** Makes the page's subscription. Events wait while the handshake has not succeeded yet. */
export function subscribePage(deps: ActDeps & { readonly client: WebhookClient }): PageSubscription {
  const { store, clock, config, client } = deps
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function point(url: string): void {
    const { subscription } = store.state
    const same = subscription.url === url
    const fields = subscription.fields.length > 0 ? subscription.fields : [...WEBHOOK_FIELDS]
    store.commit({
      k: 'subscription',
      at: clock.now(),
      url,
      verified: same && subscription.verified,
      subscribed: true,
      fields,
    })
  }

  async function shakeHands(): Promise<string> {
    const { url } = store.state.subscription
    const trouble = await verifyWebhook(client, url, config.verifyToken)
    if (trouble !== '' || closed) return trouble
    store.commit({ k: 'subscription', at: clock.now(), ...store.state.subscription, verified: true })
    deps.deliveries.wake()
    for (const thread of store.state.threads.values()) showThread(deps, thread)
    return ''
  }

  async function keepTrying(until: number): Promise<void> {
    const trouble = await shakeHands()
    if (trouble === '' || closed || clock.now() > until) return
    timer = setTimeout(() => void keepTrying(until), HANDSHAKE_GAP_MS)
  }

  return {
    start: (url) => {
      point(url)
      void keepTrying(clock.now() + HANDSHAKE_FOR_MS)
    },
    now: async (url) => {
      const target = url ?? store.state.subscription.url
      if (target === '') return 'No webhook address is known'
      point(target)
      return shakeHands()
    },
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
