import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { addAlertPages, alertPageLimits, createAlerts } from '../../src/alerts/index.ts'
import type { Alerts, DecidedUse, SeenUse, UseDecision } from '../../src/alerts/index.ts'
import type { Bank, CardState } from '../../src/banks/index.ts'
import { createCasePort } from '../../src/cases/index.ts'
import { openOutgoing } from '../../src/channels/sealed-message.ts'
import { createDeskPort } from '../../src/desk/index.ts'
import { Secret, refusal, success, toInstant } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, Disclosure, OutboxId } from '../../src/kernel/index.ts'
import { assets } from '../../src/pages/index.ts'
import {
  addJob,
  bytesColumn,
  createLogger,
  createMetrics,
  createServer,
  systemClock,
  systemRandom,
} from '../../src/platform/index.ts'
import type { HttpServer, Job, JobHandler } from '../../src/platform/index.ts'
import { buildFolder } from './build-folder.ts'
import { cloneDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { type SoftPasskey, createSoftPasskey } from './soft-passkey.ts'
import { startPushService } from '../../sandbox/push/start-push-service.ts'
import { createPushBrowsers, createPushSender, pushKeys } from '../../src/push/index.ts'
import { testPromises } from './test-promises.ts'
import { agree, banks, createTrustWorld, newId, sharingTerms } from './trust-world.ts'
import type { EnrolledCustomer } from './trust-world.ts'

/** Somebody whose card use is watched. */
export type WatchedCustomer = EnrolledCustomer & { readonly conversation: ConversationId }

/** Alerts on a database and a keystore, with a bank and an event log that a test makes up; jobs are run by hand. */
export type AlertsWorld = Awaited<ReturnType<typeof createAlertsWorld>>

/** The bank of these tests: its cards, what it was told, and whether it answers. */
export type AlertsBank = {
  cards: Map<string, CardState['status']>
  /** Keys of the acts that it did, in order. A repeated key is one act. */
  acts: Map<string, string>
  calls: number
  down: boolean
}

const jobRow = z.object({
  id: z.bigint(),
  kind: z.string(),
  key: z.string(),
  payload: z.record(z.string(), z.string()),
})

export async function createAlertsWorld(options: { readonly timeZone?: string } = {}) {
  const clone = await cloneDatabase()
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const world = await createTrustWorld(clone, { origins: [origin], rpId: 'localhost' })
  const consent = clone.connect('consent', { poolMax: 1 })
  const database = clone.connect('fraud')
  const bank: AlertsBank = { cards: new Map(), acts: new Map(), calls: 0, down: false }
  const log = new Map<string, SeenUse>()
  const decided = new Map<string, UseDecision>()
  const pushService = await startPushService({ port: 0 })
  const about = { key: pushKeys.make(), subject: 'mailto:parley@localhost', practice: pushService.origin }
  const ambient = {
    clock: systemClock,
    random: systemRandom,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  }
  const hashKey = new Secret<Uint8Array>(randomBytes(32))
  const sender = createPushSender(ambient, about)
  const browsers = createPushBrowsers(
    { database: consent, keystore: world.keys.consent, random: systemRandom, hashKey },
    { publicKey: about.key.publicKey, practice: pushService.origin },
  )
  const alerts: Alerts = createAlerts({
    ...ambient,
    database,
    keystore: world.keys.fraud,
    promises: testPromises,
    bank: fakeBank(bank),
    uses: {
      async recall({ event }) {
        const [use, decision] = [log.get(event), decided.get(event)]
        return use === undefined || decision === undefined ? undefined : ({ use, decision } satisfies DecidedUse)
      },
      read: async (permit, events) =>
        events.flatMap((event) => log.get(event) ?? []).filter(({ customer }) => customer === permit.customer),
    },
    desk: createDeskPort({ random: systemRandom }),
    cases: createCasePort(),
    push: sender,
    hashKey,
    publicUrl: origin,
    timeZone: options.timeZone ?? 'UTC',
  })
  let server: HttpServer | undefined

  return {
    clone,
    world,
    consent,
    database,
    alerts,
    bank,
    log,
    pushService,
    browsers,
    addCustomer,
    use,
    take,
    reply,
    step,
    run,
    jobs,
    waiting,
    rows,
    makeDue,
    origin,
    newPasskey,
    startPages,
    async end() {
      await server?.close()
      sender.close()
      await pushService.close()
      await world.end()
      await clone.drop()
    },
  }

  /** Of this world's pages, whose origin is the server's. */
  function newPasskey(): SoftPasskey {
    return createSoftPasskey({ origin, rpId: 'localhost' })
  }

  async function addCustomer(
    change: { readonly disclosure?: Disclosure; readonly alerts?: boolean; readonly awake?: boolean } = {},
  ): Promise<WatchedCustomer> {
    const { disclosure = 'sealed', alerts: wants = true, awake = true } = change
    const passkey = newPasskey()
    const id = newId<CustomerId>()
    const { challenge } = await world.keys.consent.beginEnrolment(id)
    const pinned = await world.keys.consent.finishEnrolment({ customer: id, response: passkey.register(challenge) })
    if (!pinned.ok) throw new Error(pinned.code)
    const customer = { id, passkey }
    const conversation = newId<ConversationId>()
    await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
    await clone.admin.run(
      `INSERT INTO customers.passkey (credential_id, customer, public_key, effective_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [pinned.value.credentialId, id, pinned.value.publicKey],
    )
    await clone.admin.run(
      `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at, last_inbound_at)
       VALUES ($1, 'messenger', 'page', $2, '', $3, now(), CASE WHEN $4 THEN now() END)`,
      [conversation, randomBytes(32), customer.id, awake],
    )
    const toWarn = wants ? { 'fraud-alerts': ['card-events', 'card-status'] as const } : {}
    const purposes = { 'answer-customer': ['balance'] as const, ...toWarn }
    await agree(consent, customer, sharingTerms(customer.id, { conversation, disclosure, purposes }))
    return { ...customer, conversation }
  }

  /** The pages, on a port of their own. */
  async function startPages(): Promise<string> {
    const logger = createLogger({ role: 'test', level: 'silent' })
    const limits = Object.fromEntries(
      Object.keys(alertPageLimits).map((name) => [name, { max: 1_000_000, windowMs: 60_000 }]),
    )
    server = await createServer(
      { logger, metrics: createMetrics({ processMetrics: false }), random: systemRandom },
      { title: 'test', version: '0', limits },
    )
    const webAssets = assets.load(join(buildFolder(), 'web'))
    assets.add(server, webAssets)
    await addAlertPages(server, {
      random: systemRandom,
      logger,
      assets: webAssets,
      origin,
      party: { id: 'localhost', name: 'Parley', origin },
      consent: { database: consent },
      alerts: alerts.parts,
      phraseOf: async () => new Secret('green harbour'),
    })
    await server.listen({ host: '127.0.0.1', port })
    return origin
  }

  /** A use of a card as the event log has it. */
  function use(customer: WatchedCustomer, change: Partial<SeenUse> = {}, decision: Partial<UseDecision> = {}): SeenUse {
    const id = systemRandom.uuid()
    const made: SeenUse = {
      id,
      customer: customer.id,
      institution: banks.north,
      kind: 'authorization',
      accountId: 'account-1',
      cardLastDigits: '4821',
      at: toInstant(Date.UTC(2026, 10, 22, 18, 3)),
      amount: { minor: 4_210n, currency: 'USD' },
      merchant: { id: `m-${id.slice(0, 8)}`, name: 'Corner Store', category: '5411', city: 'San Jose', country: 'US' },
      presence: 'in-person',
      reference: `ref-${id.slice(0, 8)}`,
      ...change,
    }
    log.set(made.id, made)
    decided.set(made.id, { verdict: 'observe', ask: true, ...decision })
    bank.cards.set(made.accountId, bank.cards.get(made.accountId) ?? 'active')
    return made
  }

  /** The job that the bank's module adds with an event. */
  async function take(made: SeenUse): Promise<void> {
    const { customer, institution, id } = made
    await database.transaction((tx) =>
      addJob(tx, {
        kind: 'alerts.card-event',
        key: `alerts:${customer}`,
        payload: { customer, institution, event: id },
      }),
    )
  }

  /** What the chat adds when somebody taps or says so. */
  async function reply(alert: string, says: 'not-me' | 'it-was-me' | 'not-sure'): Promise<void> {
    await database.transaction((tx) =>
      addJob(tx, { kind: 'alerts.reply', key: `alert-reply:${alert}`, payload: { alert, says } }),
    )
  }

  async function jobs(): Promise<readonly z.infer<typeof jobRow>[]> {
    return clone.admin.rows(
      jobRow,
      `SELECT id, kind, key, payload FROM platform.job WHERE kind LIKE 'alerts.%' AND due_at <= clock_timestamp() + interval '1 second'
       ORDER BY priority, id`,
    )
  }

  /** Does one job; `finish` false: it is killed after the outside was called and before anything commits. */
  async function step(row: z.infer<typeof jobRow>, { finish = true, attempt = 1 } = {}): Promise<'done' | 'again'> {
    const handler: JobHandler | undefined = alerts.handlers[row.kind] ?? alerts.pushHandlers[row.kind]
    if (handler === undefined) throw new Error(`no job ${row.kind}`)
    const job: Job = { ...row, attempt, createdAt: systemClock.now() }
    const outcome = await handler(job)
    if (!('finish' in outcome)) return 'again'
    if (!finish) return 'again'
    await database.transaction(async (tx) => {
      await tx.run('DELETE FROM platform.job WHERE id = $1', [row.id])
      await outcome.finish(tx)
    })
    return 'done'
  }

  /** Runs every job that is due until none is left, or each left one waits for the outside. */
  async function run(): Promise<void> {
    for (let rounds = 0; rounds < 50; rounds += 1) {
      const due = await jobs()
      const ends = []
      for (const row of due) ends.push(await step(row, { attempt: 20 }))
      if (!ends.includes('done')) return
    }
    throw new Error('jobs without end')
  }

  /** The messages that wait for a customer, opened, oldest first. */
  async function waiting(customer: WatchedCustomer) {
    const found = await clone.admin.rows(
      z.object({ id: z.string(), sealed: bytesColumn, priority: z.number() }),
      'SELECT id::text, sealed, priority FROM platform.outbox WHERE conversation = $1 ORDER BY created_at',
      [customer.conversation],
    )
    const key = await world.keys.channel.conversationKey(customer.conversation)
    return found.map(({ id, sealed, priority }) => {
      const place = { conversation: customer.conversation, id: id as OutboxId }
      return { id, priority, size: sealed.length, ...openOutgoing(key, place, sealed) }
    })
  }

  async function rows(customer: WatchedCustomer) {
    return clone.admin.rows(
      z.object({
        id: z.string(),
        state: z.string(),
        informed: z.boolean(),
        events: z.array(z.string()),
        case_number: z.string().nullable(),
      }),
      'SELECT id::text, state, informed, events::text[], case_number FROM alerts.fraud_alert WHERE customer = $1 ORDER BY opened_at',
      [customer.id],
    )
  }

  /** As if time had passed: every timer of the customer's alerts is due. */
  async function makeDue(customer: WatchedCustomer): Promise<void> {
    const found = await clone.admin.rows(
      z.object({ id: z.string(), at: z.string() }),
      `UPDATE alerts.fraud_alert SET due_at = date_trunc('milliseconds', clock_timestamp()) WHERE customer = $1 AND due_at IS NOT NULL
       RETURNING id::text, (extract(epoch FROM due_at) * 1000)::bigint::text AS at`,
      [customer.id],
    )
    for (const { id, at } of found) {
      await database.transaction((tx) =>
        addJob(tx, { kind: 'alerts.due', key: `alert-due:${id}:${at}`, payload: { alert: id, at } }),
      )
    }
  }
}

function fakeBank(bank: AlertsBank): Pick<Bank, 'fetchCards' | 'changeCard'> {
  const stateOf = (accountId: string): CardState => ({
    accountId,
    lastDigits: new Secret('4821'),
    status: bank.cards.get(accountId) ?? 'active',
    since: undefined,
  })
  return {
    async fetchCards() {
      if (bank.down) return refusal('banks/unreachable')
      return success({ cards: [...bank.cards.keys()].map(stateOf), declines: [] })
    },
    async changeCard(_permit, act) {
      bank.calls += 1
      if (bank.down) return refusal('banks/unreachable')
      if (!bank.acts.has(act.key)) {
        bank.acts.set(act.key, act.accountId)
        bank.cards.set(act.accountId, act.to)
      }
      return success(stateOf(act.accountId))
    },
  }
}
