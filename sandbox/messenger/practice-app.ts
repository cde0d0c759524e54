import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { isRecord, listAt, recordAt, textAt, type JsonRecord } from './json-value.ts'
import type { MessengerConfig } from './messenger-config.ts'
import { loadConfig } from './messenger-config.ts'

/** One webhook POST as the app got it: exact bytes and headers. */
export type ReceivedWebhook = {
  readonly raw: Buffer
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly events: readonly JsonRecord[]
}

/** An app on the other side of the wire, for the messenger's own tests. It knows the protocol and nothing else. */
export type PracticeApp = {
  readonly url: string
  readonly received: ReceivedWebhook[]
  /** What the app answers from now on: a status, or 'hang' for no answer at all. */
  answer: number | 'hang'
  /** Called with each event; its result is not waited for by the webhook's answer. */
  onEvent: (event: JsonRecord) => void | Promise<void>
  /** All events so far that have this key (message, postback, delivery, read …). */
  readonly eventsWith: (key: string) => readonly JsonRecord[]
  readonly close: () => Promise<void>
}

/** Starts the app on a free port, or on a given one (to come back after an outage). */
export async function startPracticeApp(verifyToken: string, port = 0): Promise<PracticeApp> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
    if (incoming.method === 'GET') {
      const known =
        url.searchParams.get('hub.mode') === 'subscribe' && url.searchParams.get('hub.verify_token') === verifyToken
      outgoing.writeHead(known ? 200 : 403).end(known ? url.searchParams.get('hub.challenge') : '')
      return
    }
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const raw = Buffer.concat(chunks)
      const events = eventsOf(JSON.parse(raw.toString('utf8')))
      app.received.push({ raw, headers: incoming.headers, events })
      if (app.answer === 'hang') return
      outgoing.writeHead(app.answer).end()
      if (app.answer === 200) for (const event of events) void app.onEvent(event)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const app: PracticeApp = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/webhook`,
    received: [],
    answer: 200,
    onEvent: () => undefined,
    eventsWith: (key) => app.received.flatMap(({ events }) => events.filter((event) => event[key] !== undefined)),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return app
}

function eventsOf(body: unknown): readonly JsonRecord[] {
  const entries = isRecord(body) ? (listAt(body, 'entry') ?? []) : []
  return entries.filter(isRecord).flatMap((entry) => (listAt(entry, 'messaging') ?? []).filter(isRecord))
}

/** The text of a person's message, or undefined when the event is something else (an echo, for example). */
export function personText(event: JsonRecord): string | undefined {
  const message = recordAt(event, 'message')
  return message && message['is_echo'] !== true ? textAt(message, 'text') : undefined
}

/** What a peer gets from an HTTP call. */
export type PeerAnswer = { readonly status: number; readonly body: JsonRecord }

/** Speaks the Graph API and the control API of a messenger over HTTP. */
export type Peer = {
  readonly config: MessengerConfig
  readonly graph: (method: string, path: string, body?: unknown) => Promise<PeerAnswer>
  /** Sends a message (or any other body) to a person. */
  readonly send: (psid: string, message: JsonRecord, more?: JsonRecord) => Promise<PeerAnswer>
  readonly control: (method: string, path: string, body?: unknown) => Promise<PeerAnswer>
  readonly makePerson: (name: string) => Promise<string>
  readonly messagesOf: (psid: string) => Promise<readonly JsonRecord[]>
}

/** Makes a peer from the secrets in a messenger's data folder. */
export function makePeer(dataDir: string, addresses: { readonly graphUrl: string; readonly controlUrl: string }): Peer {
  const config = loadConfig(dataDir, join(dataDir, 'config.json'))
  const proof = createHmac('sha256', config.appSecret).update(config.pageAccessToken).digest('hex')
  const peer: Peer = {
    config,
    graph: (method, path, body) => {
      const url = new URL(addresses.graphUrl + path)
      url.searchParams.set('appsecret_proof', proof)
      return call(method, url.href, config.pageAccessToken, body)
    },
    send: (psid, message, more = {}) =>
      peer.graph('POST', '/me/messages', { recipient: { id: psid }, messaging_type: 'RESPONSE', message, ...more }),
    control: (method, path, body) => call(method, addresses.controlUrl + path, config.controlSecret, body),
    makePerson: async (name) => textAt((await peer.control('POST', '/people', { name })).body, 'psid') ?? '',
    messagesOf: async (psid) =>
      (listAt((await peer.control('GET', `/threads/${psid}`)).body, 'messages') ?? []).filter(isRecord),
  }
  return peer
}

async function call(method: string, url: string, bearer: string, body: unknown): Promise<PeerAnswer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json()
  return { status: response.status, body: isRecord(answer) ? answer : {} }
}

/** The config file of a data folder as text, for tests that look for secrets where they must not be. */
export function readConfigText(dataDir: string): string {
  return readFileSync(join(dataDir, 'config.json'), 'utf8')
}

/** Polls until the condition holds; throws with the promise's words after the deadline (milliseconds). */
export async function until(what: string, holds: () => boolean | Promise<boolean>, deadlineMs = 45_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Did not come true in ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
}
