import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EchoBoard, createEchoBoard, createMessenger, createSender } from '../../src/channels/index.ts'
import type { ConversationKeys, DyingKeys, Messenger, Sender } from '../../src/channels/index.ts'
import { messengerProfile } from '../../src/chat/messenger-profile.ts'
import { leaveHolds } from '../../src/consent/index.ts'
import { Secret } from '../../src/kernel/index.ts'
import {
  createHttpClient,
  createJobRunner,
  createLogger,
  createMetrics,
  createServer,
  systemClock,
  systemRandom,
} from '../../src/platform/index.ts'
import type { Database, HttpServer, JobRunner, Metrics } from '../../src/platform/index.ts'
import type { TestDatabase } from './database.ts'

/** One call the gateway made to the messenger. */
export type GraphCall = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: GraphBody
}

export type GraphBody = {
  readonly recipient?: { readonly id: string }
  readonly messaging_type?: string
  readonly sender_action?: string
  readonly appsecret_proof?: string
  readonly message?: {
    readonly text?: string
    readonly metadata?: string
    readonly template?: { readonly name: string }
    readonly attachment?: { readonly payload: { readonly text: string; readonly buttons: readonly GraphButton[] } }
    readonly quick_replies?: readonly { readonly title: string; readonly payload: string }[]
  }
  readonly [other: string]: unknown
}
export type GraphButton = { readonly title: string; readonly url?: string; readonly payload?: string }

/** What the fake messenger does with the next call: undefined means it accepts. */
export type GraphAct = { readonly status: number; readonly body: unknown } | 'cut' | 'take-and-cut'

/** A stand-in for the Graph API on loopback: records, and answers as told. For the real thing see sandbox/messenger. */
export type FakeGraph = {
  readonly url: string
  readonly calls: GraphCall[]
  /** Messages it has taken, in order; typing signs and the profile's set-up are not among them. */
  messages(): readonly GraphBody[]
  decide: (body: GraphBody) => GraphAct | undefined
  /** What a GET is answered; undefined: as if the messenger had nothing to say. */
  respond: (path: string) => unknown
  close(): Promise<void>
}

export async function startFakeGraph(): Promise<FakeGraph> {
  const calls: GraphCall[] = []
  const taken: GraphBody[] = []
  const server = createHttpServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = (text === '' ? {} : JSON.parse(text)) as GraphBody
      const path = incoming.url ?? ''
      calls.push({ method: incoming.method ?? '', path, headers: incoming.headers, body })
      const act = body.message === undefined ? undefined : fake.decide(body)
      if (body.message !== undefined && (act === undefined || act === 'take-and-cut')) taken.push(body)
      if (act === 'cut' || act === 'take-and-cut') return void incoming.socket.resetAndDestroy()
      const said = incoming.method === 'GET' ? fake.respond(path) : undefined
      const answer = act ?? { status: 200, body: said ?? answerTo(path, body) }
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeGraph = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    messages: () => taken,
    decide: () => undefined,
    respond: () => undefined,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return fake
}

function answerTo(path: string, body: GraphBody): unknown {
  if (path.startsWith('/me/message_templates')) return { data: [], id: '1', status: 'APPROVED' }
  if (!path.startsWith('/me/messages')) return { success: true, result: 'success' }
  return { recipient_id: body.recipient?.id, message_id: `m_${randomBytes(8).toString('hex')}` }
}

/** What a messenger and its app share. */
export type MessengerWire = Readonly<
  Record<'graphUrl' | 'pageId' | 'appId' | 'appSecret' | 'verifyToken' | 'pageAccessToken', string>
>

/** Keys that a test can make again: no keystore process. */
export const testKeys: ConversationKeys & DyingKeys = {
  conversationKey: async (conversation) => new Secret(createHash('sha256').update(`test|${conversation}`).digest()),
  dyingKeys: async (conversation) => [
    { slot: 'test', key: new Secret(createHash('sha256').update(`dying|${conversation}`).digest()) },
  ],
}

export const pageId = '1234567890123'
export const appId = '998877665544332'
export const appSecret = 'app-secret-of-a-test'
export const verifyToken = 'verify-token-of-a-test'

/** The gateway's messenger side, listening on a free port of loopback. */
export type MessengerHarness = {
  readonly graph: FakeGraph
  readonly url: string
  readonly webhookUrl: string
  readonly channel: Messenger
  readonly server: HttpServer
  readonly database: Database
  readonly metrics: Metrics
  readonly echoes: EchoBoard
  readonly sender: Sender
  /** Runs the sender's jobs; stopped by `close`. */
  startSender(): Promise<JobRunner>
  /** Posts a signed webhook body as it is. */
  post(body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Posts one event from a person, or several. */
  write(psid: string, ...messages: readonly object[]): Promise<Response>
  close(): Promise<void>
}

export async function startMessenger(
  clone: TestDatabase,
  options: {
    readonly linkSecret?: Secret<Uint8Array>
    readonly echoWaitMs?: number
    /** A messenger on the other side of the wire, in place of the stand-in. */
    readonly wire?: MessengerWire
    /** Where log lines go; nowhere unless given. */
    readonly logTo?: { write(line: string): void }
    readonly keystore?: ConversationKeys & Partial<DyingKeys>
    /** The parts that a mutant brings its own of. */
    readonly product?: { readonly createMessenger: typeof createMessenger; readonly createServer: typeof createServer }
  } = {},
): Promise<MessengerHarness> {
  const { product = { createMessenger, createServer } } = options
  const keystore = { ...testKeys, ...options.keystore }
  const logger = createLogger({
    role: 'test',
    ...(options.logTo === undefined
      ? { level: 'silent' as const }
      : { level: 'debug' as const, destination: options.logTo }),
  })
  const metrics = createMetrics({ processMetrics: false })
  const database = clone.connect('channel', { poolMax: 8 })
  const graph = await startFakeGraph()
  const fake = { graphUrl: graph.url, pageId, appId, appSecret, verifyToken, pageAccessToken: 'page-token-of-a-test' }
  const wire: MessengerWire = options.wire ?? fake
  const http = createHttpClient(
    { metrics },
    { deadlineMs: 45_000, maxBodyBytes: 65_536, allowedOrigins: [new URL(wire.graphUrl).origin] },
  )
  const echoes = createEchoBoard(systemClock)
  const server = await product.createServer({ logger, metrics, random: systemRandom }, { title: 'test', version: '0' })
  const channel = product.createMessenger(
    { database, keystore, echoes, http, clock: systemClock, random: systemRandom, logger, metrics },
    {
      graphUrl: wire.graphUrl,
      pageId: wire.pageId,
      appId: wire.appId,
      appSecret: new Secret(wire.appSecret),
      verifyToken: new Secret(wire.verifyToken),
      pageAccessToken: new Secret(wire.pageAccessToken),
      linkSecret: options.linkSecret ?? new Secret(randomBytes(32)),
      pagesUrl: 'http://localhost:1',
      profile: messengerProfile(),
    },
  )
  await channel.addRoutes(server)
  await server.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  const webhookUrl = `${url}/channels/messenger/webhook`
  const sender = createSender({
    database,
    keystore,
    channels: [channel],
    leaveHolds,
    echoes,
    echoWaitMs: options.echoWaitMs ?? 300,
    elsewhereLookMs: 20,
    logger,
    metrics,
  })
  const runners: JobRunner[] = []
  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(webhookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body), ...headers },
      body: Buffer.from(body),
    })
  return {
    graph,
    url,
    webhookUrl,
    channel,
    server,
    database,
    metrics,
    echoes,
    sender,
    post,
    async startSender() {
      const runner = createJobRunner(
        { database, logger, metrics, random: systemRandom },
        { handlers: { send: sender.send, ...channel.jobs }, concurrency: 8, onDead: sender.giveUp },
      )
      runners.push(runner)
      await runner.start()
      return runner
    },
    write: (psid, ...messages) => post(webhookBody(messages.map((message) => personEvent(psid, message)))),
    async close() {
      await Promise.all(runners.map((runner) => runner.stop()))
      await channel.stop()
      await server.close()
      await graph.close()
      await database.close()
    },
  }
}

/** The header the messenger sends for these bytes. */
export function sign(body: string | Uint8Array, secret = appSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

export function webhookBody(events: readonly object[]): string {
  return JSON.stringify({ object: 'page', entry: [{ id: pageId, time: Date.now(), messaging: events }] })
}

/** An event as the messenger writes it: `content` holds `message`, `postback` and so on. */
export function personEvent(psid: string, content: object): object {
  return { sender: { id: psid }, recipient: { id: pageId }, timestamp: Date.now(), ...content }
}

export function textMessage(text: string, mid = `m_${randomBytes(12).toString('hex')}`): object {
  return { message: { mid, text } }
}

/** The echo of a message of ours. */
export function echoBody(outboxId: string, psid = '1'): string {
  const message = {
    mid: `m_${randomBytes(8).toString('hex')}`,
    is_echo: true,
    app_id: 1,
    metadata: outboxId,
    text: 'x',
  }
  return webhookBody([{ sender: { id: pageId }, recipient: { id: psid }, timestamp: Date.now(), message }])
}
