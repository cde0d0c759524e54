import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { finishLinking, startLinking } from './account-linking.ts'
import { besideWebhook, type CallbackKind } from './app-callbacks.ts'
import { machineClock, type Clock } from './clock.ts'
import { serveControl } from './control-api.ts'
import { DISABLE_AFTER_MS, startDeliveries } from './deliver-webhooks.ts'
import { serveGraph } from './graph-api.ts'
import { answerJson } from './http-exchange.ts'
import { serveInApp } from './in-app.ts'
import { startCrawler } from './crawl-links.ts'
import { makeLive } from './live.ts'
import { loadConfig } from './messenger-config.ts'
import { showMessage, showThread } from './show-thread.ts'
import { servePageApi } from './page-api.ts'
import { makeWebhookClient } from './post-webhook.ts'
import { makeRateLimit } from './rate-limit.ts'
import { makeReceipts } from './receipts.ts'
import type { Switches } from './records.ts'
import { seededChance } from './seeded-chance.ts'
import { sendMessage } from './send-message.ts'
import type { PendingEvent } from './state.ts'
import { serveFile } from './static-files.ts'
import { openStore } from './store.ts'
import { subscribePage } from './subscribe-page.ts'
import { openTraffic } from './traffic.ts'

/** How a messenger is started. `port` 0 takes a free one. */
export type MessengerOptions = {
  readonly port: number
  readonly dataDir: string
  readonly host?: string
  readonly webhookUrl?: string | undefined
  /** Where the app hears of removals and deletions; beside the webhook unless given. */
  readonly deauthorizeUrl?: string | undefined
  readonly dataDeletionUrl?: string | undefined
  readonly configFile?: string | undefined
  readonly seed?: string
  /** Switches to turn at once; the others keep what the data folder remembers. */
  readonly switches?: Partial<Switches>
  readonly pageDir?: string
  readonly clock?: Clock
  /** Shorter waits, for tests only. */
  readonly disableAfterMs?: number
  readonly webhookTimeoutMs?: number
}

/** A running messenger: its addresses and how to stop it. */
export type RunningMessenger = {
  readonly ui: string
  readonly graphUrl: string
  readonly controlUrl: string
  readonly close: () => Promise<void>
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000

/** Builds the messenger from its data folder and listens. Refuses any address that is not loopback. */
export async function startMessenger(options: MessengerOptions): Promise<RunningMessenger> {
  const { dataDir, host = '127.0.0.1', clock = machineClock } = options
  if (!LOOPBACK.has(host)) throw new Error('The sandbox messenger listens on loopback only')
  const store = openStore(dataDir)
  const config = loadConfig(dataDir, options.configFile)
  const traffic = openTraffic(dataDir, clock)
  const chance = seededChance(options.seed ?? 'parley')
  const live = makeLive()
  const client = makeWebhookClient(options.webhookTimeoutMs)
  if (options.switches)
    store.commit({ k: 'switches', at: clock.now(), switches: { ...store.state.switches, ...options.switches } })
  const deliveries = startDeliveries({
    config,
    store,
    clock,
    chance,
    traffic,
    client,
    disableAfterMs: options.disableAfterMs ?? DISABLE_AFTER_MS,
    onAttempt: (events) => showAttempt(events),
  })
  const deps = { config, clock, chance, store, deliveries, live }
  const receipts = makeReceipts(deps)
  const crawler = startCrawler({ ...deps, traffic })
  const subscription = subscribePage({ ...deps, client })
  const rateLimit = makeRateLimit()
  const send = (body: Parameters<typeof sendMessage>[1]) => sendMessage({ ...deps, receipts, crawl: crawler.add }, body)
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (incoming, outgoing) => {
      serve(incoming, outgoing).catch((fault: unknown) => fail(outgoing, fault))
    },
  )
  server.listen(options.port, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const ui = `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
  const pageDir = options.pageDir ?? fileURLToPath(new URL('./page', import.meta.url))
  if (options.webhookUrl !== undefined) subscription.start(options.webhookUrl)
  const callbackUrl = (kind: CallbackKind): string =>
    (kind === 'deauthorize' ? options.deauthorizeUrl : options.dataDeletionUrl) ??
    besideWebhook(store.state.subscription.url, kind)
  const calling = { ...deps, traffic, client, callbackUrl }

  function showAttempt(events: readonly PendingEvent[]): void {
    for (const { psid, mid } of events) {
      const thread = store.state.threads.get(psid)
      if (!thread) continue
      if (mid !== undefined) showMessage(deps, thread, mid)
      showThread(deps, thread)
    }
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!ownHost(incoming.headers.host, port))
      return answerJson(outgoing, 421, { reason: 'This name is not served here' })
    const url = new URL(incoming.url ?? '/', ui)
    const path = url.pathname
    if (path.startsWith('/control/'))
      return serveControl({ ...calling, receipts, subscribe: subscription.now }, incoming, outgoing, url)
    if (path.startsWith('/api/')) {
      if (!fromOwnPage(incoming, ui)) return answerJson(outgoing, 403, { reason: 'Only the chat page may do this' })
      return servePageApi({ ...calling, receipts }, incoming, outgoing, path)
    }
    if (incoming.method === 'GET') {
      if (path === '/account-linking/start') return startLinking({ ...deps, ui }, outgoing, url.searchParams)
      if (path === '/account-linking/callback') return finishLinking({ ...deps, ui }, outgoing, url.searchParams)
      if (path === '/in-app') return serveInApp({ store, traffic }, outgoing, url.searchParams)
      if (serveFile(pageDir, path, outgoing)) return
    }
    return serveGraph({ ...deps, traffic, rateLimit, send }, incoming, outgoing, url)
  }

  async function close(): Promise<void> {
    server.close()
    server.closeAllConnections()
    subscription.close()
    receipts.close()
    await crawler.close()
    await deliveries.close()
    await Promise.all([store.close(), traffic.close()])
  }

  return { ui, graphUrl: `${ui}v25.0`, controlUrl: `${ui}control`, close }
}

/** Against DNS rebinding: a foreign name that points at this machine is not answered. */
function ownHost(given: string | undefined, port: number): boolean {
  return given !== undefined && [...LOOPBACK, '[::1]'].some((name) => given === `${name}:${port}` || given === name)
}

/** Against foreign pages in the same browser: they can neither send JSON without asking first nor hide their origin. */
function fromOwnPage(incoming: IncomingMessage, ui: string): boolean {
  const { origin } = incoming.headers
  if (incoming.method === 'GET') return origin === undefined || `${origin}/` === ui
  return (
    (incoming.headers['content-type'] ?? '').startsWith('application/json') &&
    (origin === undefined || `${origin}/` === ui)
  )
}

function fail(outgoing: ServerResponse, fault: unknown): void {
  process.stderr.write(
    `${JSON.stringify({ event: 'messenger.fault', name: fault instanceof Error ? fault.name : 'unknown' })}\n`,
  )
  if (outgoing.headersSent) outgoing.destroy()
  else
    answerJson(outgoing, 500, {
      error: { message: 'An unknown error occurred', type: 'OAuthException', code: 1, error_subcode: 99 },
    })
}
