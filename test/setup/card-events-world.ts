import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { bankCodes, createCardEvents } from '../../src/banks/index.ts'
import type { CardEventSettings, CardEvents, CardEventsDeps } from '../../src/banks/index.ts'
import { Secret } from '../../src/kernel/index.ts'
import type { ConversationId, InstitutionId } from '../../src/kernel/index.ts'
import { createLogger, createMetrics, createServer, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import type { TestDatabase } from './database.ts'
import { testPromises } from './test-promises.ts'
import { agree, banks, createTrustWorld, enrolCustomer, newId, sharingTerms } from './trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from './trust-world.ts'

/** What the test bank signs its events with. */
export const eventSecret = `whsec_${Buffer.from('a secret for the events of cards').toString('base64')}`

/** Somebody who may have given leave for fraud alerts. */
export type Cardholder = EnrolledCustomer & {
  readonly conversation: ConversationId
  readonly account: string
}

/** A gateway's intake: its server and what stops it. */
export type Intake = { readonly server: HttpServer; readonly events: CardEvents; stop(): Promise<void> }

export type IntakeOptions = {
  readonly bank?: Partial<CardEventSettings>
  readonly deps?: Partial<CardEventsDeps>
}

/** The intake of card events on a database and a keystore, with people who gave leave and people who did not. */
export type CardEventsWorld = {
  readonly clone: TestDatabase
  readonly trust: TrustWorld
  start(options?: IntakeOptions): Promise<Intake>
  addCustomer(options?: {
    readonly alerts?: boolean
    readonly account?: string
    readonly institution?: InstitutionId
  }): Promise<Cardholder>
  /** Signs terms with fraud alerts anew: other terms take the place of the earlier ones. */
  agreeAgain(holder: Cardholder, alerts: boolean): Promise<void>
  /** Ends every grant of theirs at once. */
  stopAll(holder: Cardholder): Promise<void>
  count(from: string, values?: readonly string[]): Promise<number>
  end(): Promise<void>
}

export const testLinkSecret = new Secret<Uint8Array>(randomBytes(32))

/** On a copy of the run's database, or on the one that is given (benchmarks and proofs bring their own). */
export async function createCardEventsWorld(given?: TestDatabase): Promise<CardEventsWorld> {
  const clone = given ?? (await copyDatabase())
  const trust = await createTrustWorld(clone)
  const consent = clone.connect('consent', { poolMax: 1 })
  const started: Intake[] = []

  return {
    clone,
    trust,
    async start({ bank = {}, deps = {} } = {}) {
      const ambient = { random: systemRandom, logger: createLogger({ role: 'test', level: 'silent' }) }
      const metrics = createMetrics({ processMetrics: false })
      const database = clone.connect('fraud')
      const events = createCardEvents(
        {
          ...ambient,
          metrics,
          clock: systemClock,
          database,
          keystore: trust.keys.fraud,
          promises: testPromises,
          ...deps,
        },
        { institutions: [{ id: banks.north, cardEvents: testBank(bank) }], linkSecret: testLinkSecret },
      )
      const server = await createServer(
        { ...ambient, metrics },
        {
          title: 'test',
          version: '1',
          limits: events.limits,
          statusOf: (code) => Object.entries(bankCodes).find(([known]) => known === code)?.[1].status,
        },
      )
      await events.addRoutes(server)
      const intake = {
        server,
        events,
        async stop() {
          await server.close()
          events.close()
          await database.close()
        },
      }
      started.push(intake)
      return intake
    },
    async addCustomer({ alerts = true, account = `acc-${randomUUID()}`, institution = banks.north } = {}) {
      const customer = await enrolCustomer(trust.keys.consent)
      const conversation = newId<ConversationId>()
      await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
      const holder = { ...customer, conversation, account }
      await agree(consent, customer, termsOf(holder, alerts, institution))
      return holder
    },
    agreeAgain: (holder, alerts) => agree(consent, holder, termsOf(holder, alerts, banks.north)),
    async stopAll(holder) {
      await consent.rows(
        z.unknown(),
        `SELECT ending FROM consent.end_where('customer-on-page', $1, NULL, NULL, NULL, NULL, NULL, NULL, 100)`,
        [holder.id],
      )
    },
    async count(from, values = []) {
      const row = await clone.admin.one(z.object({ count: z.bigint() }), `SELECT count(*) FROM ${from}`, values)
      return Number(row.count)
    },
    async end() {
      for (const intake of started) await intake.stop()
      await trust.end()
      await clone.drop()
    },
  }
}

// Only tests have a run whose database can be copied.
async function copyDatabase(): Promise<TestDatabase> {
  const { cloneDatabase } = await import('./database.ts')
  return await cloneDatabase()
}

function testBank(change: Partial<CardEventSettings>): CardEventSettings {
  return { secret: eventSecret, formerSecrets: [], deadlineMs: 45_000, declines: true, ...change }
}

function termsOf(holder: Cardholder, alerts: boolean, institution: InstitutionId) {
  const { conversation, account } = holder
  const purposes = {
    'answer-customer': ['balance'] as const,
    ...(alerts ? { 'fraud-alerts': ['card-events', 'card-status'] as const } : {}),
  }
  return sharingTerms(holder.id, { conversation, institution, accounts: [account], purposes })
}

/** An event as a bank says it; a test changes what it is about. */
export function cardEvent(account: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    v: 1,
    reference: `ref-${randomUUID()}`,
    kind: 'authorization',
    account,
    cardLast4: '4821',
    at: new Date().toISOString(),
    amount: '42.10',
    currency: 'USD',
    merchant: { id: 'm-100', name: 'Corner Coffee', category: '5814', terminal: 't-1', city: 'Oakland', country: 'US' },
    presence: 'in-person',
    ...change,
  }
}

export type SignFlaws = { readonly secret?: string; readonly atMs?: number; readonly body?: Buffer }

/** Headers of Standard Webhooks for a body. */
export function signedHeaders(body: string | Buffer, flaws: SignFlaws = {}): Record<string, string> {
  const id = `msg_${randomUUID()}`
  const timestamp = String(Math.floor((flaws.atMs ?? Date.now()) / 1000))
  const key = Buffer.from((flaws.secret ?? eventSecret).slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

const answerShape = z.looseObject({
  reference: z.string().optional(),
  verdict: z.string().optional(),
  code: z.string().optional(),
})
export type EventAnswer = z.infer<typeof answerShape>

/** Where the test bank sends. */
export const eventsUrl = `/banks/${banks.north}/card-authorizations`

/** Sends one event, signed. */
export async function sendEvent(
  { server }: Pick<Intake, 'server'>,
  event: unknown,
  flaws: SignFlaws = {},
): Promise<{ readonly status: number; readonly answer: EventAnswer }> {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  const headers = { 'content-type': 'application/json', ...signedHeaders(flaws.body ?? body, flaws) }
  const response = await server.inject({ method: 'POST', url: eventsUrl, headers, payload: body })
  return { status: response.statusCode, answer: answerShape.parse(response.json()) }
}

/** Sends several as NDJSON; one answer each. */
export async function sendLines({ server }: Pick<Intake, 'server'>, lines: readonly unknown[]) {
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
  const headers = { 'content-type': 'application/x-ndjson', ...signedHeaders(body) }
  const response = await server.inject({ method: 'POST', url: eventsUrl, headers, payload: body })
  const answers = response.body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => answerShape.parse(JSON.parse(line)))
  return { status: response.statusCode, answers }
}
