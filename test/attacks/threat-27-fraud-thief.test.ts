// Whoever holds the messenger account holds every word and every tap of the conversation, and no passkey. They can freeze and report; they
// cannot unblock, silence the alerts, or read a payment.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAlertsPort } from '../../src/alerts/index.ts'
import { stepAlert } from '../../src/alerts/step-alert.ts'
import type { FraudAlert } from '../../src/alerts/fraud-alert.ts'
import { createChat } from '../../src/chat/index.ts'
import { endings } from '../../src/consent/index.ts'
import { Secret, refusal, toInstant } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId } from '../../src/kernel/index.ts'
import { createJobRunner, createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Job, JobRunner } from '../../src/platform/index.ts'
import { alertsEndingJobs } from '../../src/revocation/index.ts'
import { createAlertsWorld } from '../setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../setup/alerts-world.ts'
import { textOf } from '../setup/chat-world.ts'
import { createErasureWorld, tablesWith } from '../setup/erasure-world.ts'
import { eventually } from '../setup/eventually.ts'
import { startMessenger, textMessage } from '../setup/messenger-harness.ts'
import type { GraphBody, MessengerHarness } from '../setup/messenger-harness.ts'
import { testPromises } from '../setup/test-promises.ts'
import { agree, enrolCustomer, newId, sharingTerms } from '../setup/trust-world.ts'

const linkSecret = new Secret<Uint8Array>(randomBytes(32))
const psid = 'v1'

let world: AlertsWorld
let gateway: MessengerHarness
let runner: JobRunner
let victim: WatchedCustomer

beforeAll(async () => {
  world = await createAlertsWorld()
})
afterAll(() => world.end())
beforeEach(async () => {
  await world.clone.admin.run(
    'TRUNCATE channels.conversation, platform.job, platform.job_claim, platform.outbox, alerts.fraud_alert, alerts.label CASCADE',
  )
  world.bank.cards.clear()
  world.bank.acts.clear()
  gateway = await startMessenger(world.clone, { linkSecret, keystore: world.world.keys.channel })
  const deps = {
    database: world.clone.connect('answer', { poolMax: 4 }),
    clock: systemClock,
    random: systemRandom,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  }
  const no = async () => refusal('banks/unreadable')
  const bank = { fetchBalances: no, fetchTransactions: no, fetchCardBills: no, fetchCards: no, fetchAccountDetails: no, changeCard: no } // prettier-ignore
  const chat = createChat(
    { ...deps, bank, keystore: world.world.keys.answer, promises: testPromises, alerts: createAlertsPort() },
    { publicUrl: 'http://localhost:1', linkSecret, timeZone: 'UTC' },
  )
  runner = createJobRunner(deps, { handlers: chat.handlers, concurrency: 2, onDead: chat.giveUp })
  await runner.start()
  await gateway.startSender()
  victim = await link()
})
afterEach(async () => {
  await runner.stop()
  await gateway.close()
})

/** The victim, who linked the conversation that the thief now holds. */
async function link(): Promise<WatchedCustomer> {
  await say('hi')
  const row = await world.clone.admin.one(z.object({ id: z.string() }), 'SELECT id::text FROM channels.conversation')
  const conversation = row.id as ConversationId
  const customer = await enrolCustomer(world.world.keys.consent, world.newPasskey())
  await world.clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await world.clone.admin.run('UPDATE channels.conversation SET customer = $2, linked_at = now() WHERE id = $1', [
    conversation,
    customer.id,
  ])
  const purposes = { 'answer-customer': ['balance', 'card-status'], 'fraud-alerts': ['card-events', 'card-status'] } as const // prettier-ignore
  await agree(world.consent, customer, sharingTerms(customer.id, { conversation, disclosure: 'sealed', purposes }))
  return { ...customer, conversation }
}

const said = (): readonly GraphBody[] => gateway.graph.messages().filter(({ recipient }) => recipient?.id === psid)

async function hear(act: () => Promise<unknown>, replies = 1): Promise<readonly string[]> {
  const before = said().length
  await act()
  await eventually(`${replies} replies`, () => said().length >= before + replies)
  return said().slice(before).map(textOf)
}

const say = (text: string): Promise<readonly string[]> => hear(() => gateway.write(psid, textMessage(text)))

/** Writes or taps, and lets everything that follows happen, whether anything is said or not. */
async function act(content: object): Promise<void> {
  await gateway.write(psid, content)
  const open = `SELECT FROM platform.job WHERE kind = 'chat.handle'`
  await eventually('it is handled', async () => (await world.clone.admin.run(open)) === 0)
  await world.run()
}
const write = (text: string): Promise<void> => act(textMessage(text))
const tap = (payload: string): Promise<void> =>
  act({ postback: { mid: `m_${randomBytes(8).toString('hex')}`, title: 'tap', payload } })

/** A use of the victim's card that is asked about; the alert's id. */
async function ask(change: Parameters<AlertsWorld['use']>[1] = {}): Promise<string> {
  const before = said().length
  await world.take(world.use(victim, change))
  await world.run()
  await eventually('the question', () => said().length > before)
  const [alert] = (await world.rows(victim)).toReversed()
  if (alert === undefined) throw new Error('no alert')
  return alert.id
}

const stateOf = async (alert: string): Promise<string | undefined> =>
  (await world.rows(victim)).find(({ id }) => id === alert)?.state

async function alertsHeld(): Promise<number> {
  const { held } = await world.clone.admin.one(
    z.object({ held: z.coerce.number() }),
    `SELECT count(*) AS held FROM consent.grant_ g WHERE customer = $1 AND purpose = 'fraud-alerts' AND consent.holds_now(g)`,
    [victim.id],
  )
  return held
}

test('can freeze and report: “not me” counts from whoever says it', async () => {
  const alert = await ask()
  await tap(`alert:${alert}:not-me`)
  expect(world.bank.cards.get('account-1')).toBe('frozen')
  expect(await stateOf(alert)).toBe('protected')
  expect(await world.clone.admin.run('SELECT FROM desk.fraud_case WHERE customer = $1', [victim.id])).toBe(1)
})

describe('cannot unblock', () => {
  test('what “not me” froze, by no word and no tap', async () => {
    const alert = await ask()
    await write('that was not me')
    expect(world.bank.cards.get('account-1')).toBe('frozen')
    for (const text of [
      'it was me',
      'yes it was me after all',
      'unfreeze my card',
      'entsperr meine Karte',
      'yes',
      'undo',
    ]) {
      await write(text)
    }
    for (const payload of [
      `alert:${alert}:it-was-me`,
      `alert:${alert}:not-sure`,
      'intent:unfreeze_card',
      'freeze:none',
    ]) {
      await tap(payload)
    }
    expect(world.bank.cards.get('account-1')).toBe('frozen')
    // One act at the bank, and it froze.
    expect(world.bank.acts.size).toBe(1)
    expect(await stateOf(alert)).toBe('protected')
  })

  test('what was declined, nor put a question to rest, before the details were seen with the passkey', async () => {
    const alert = await ask()
    await tap(`alert:${alert}:it-was-me`)
    await write('it was me')
    await write('yes')
    expect(['asked', 'reminded']).toContain(await stateOf(alert))
    expect(await world.clone.admin.run('SELECT FROM alerts.label WHERE customer = $1', [victim.id])).toBe(0)
    // The customer's own "not me" still protects.
    await tap(`alert:${alert}:not-me`)
    expect(world.bank.cards.get('account-1')).toBe('frozen')
  })

  test('with any words in any order: nothing that a chat can say ends in less than it was', () => {
    const chatSays = fc.constantFrom(
      { kind: 'not-me' },
      { kind: 'it-was-me', withPasskey: false },
      { kind: 'not-sure' },
    ) // prettier-ignore
    fc.assert(
      fc.property(fc.array(chatSays, { maxLength: 12 }), fc.boolean(), (events, declined) => {
        let alert: FraudAlert = { ...askedAlert, declined }
        let froze = false
        for (const event of events) {
          const step = stepAlert(alert, { ...event, at: toInstant(1_000) })
          froze ||= step.effects.some((effect) => effect.do === 'freeze')
          expect(step.effects.filter((effect) => effect.do === 'freeze').length).toBeLessThanOrEqual(1)
          alert = step.alert
          if (froze) expect(['protecting', 'protected', 'unprotected']).toContain(alert.state)
          // Nobody saw the details.
          expect(alert.state).not.toBe('genuine')
        }
        expect(froze).toBe(events.some(({ kind }) => kind === 'not-me'))
      }),
    )
  })
})

const askedAlert: FraudAlert = {
  id: newId<FraudAlert['id']>(),
  origin: 'question',
  state: 'asked',
  declined: false,
  informed: false,
  freezeOrdered: false,
  personAsked: false,
  verdict: undefined,
  dueAt: undefined,
}

describe('cannot silence fraud alerts', () => {
  const words = [
    'stop', 'stop sharing', 'stop everything', 'unsubscribe', 'turn off fraud alerts now', 'no more warnings', 'erase me', 'delete my data',
    'deaktivieren Sie die Betrugswarnungen', 'para los avisos de fraude',
  ] // prettier-ignore

  test('by words or taps: they end what is shared for answers, and the question still comes', async () => {
    for (const text of words) await write(text)
    for (const payload of ['intent:stop_sharing', 'intent:stop_alerts', 'intent:confirm_erase', 'intent:erase_me']) {
      await tap(payload)
    }
    expect(await alertsHeld()).toBe(2)
    const alert = await ask({ accountId: 'account-2' })
    expect(await stateOf(alert)).toBe('asked')
  })

  test('before a day is over by the database’s clock, whatever job is run early; every other chat hears of it and can keep them', async () => {
    await addConversation(victim.id)
    await write('stop fraud alerts')
    expect(await runEndingJobs()).toBe(2)
    expect(await alertsHeld()).toBe(2)
    const told = `SELECT FROM platform.job WHERE kind = 'notices.tell' AND payload ->> 'kind' = 'alertsEnding' AND payload ->> 'except' = $1`
    expect(await world.clone.admin.run(told, [victim.conversation])).toBe(1)
    await world.clone.connect('answer').transaction((tx) => endings.alerts.keep(tx, victim.id))
    await aDayLater()
    await runEndingJobs()
    expect(await alertsHeld()).toBe(2)
    // Asked again and kept by nobody, they end when the day is over: the way for whoever lost the passkey.
    await world.clone.admin.run(`DELETE FROM platform.job WHERE kind LIKE 'revocation.alerts-%'`)
    await write('stop fraud alerts')
    await aDayLater()
    await runEndingJobs()
    expect(await alertsHeld()).toBe(0)
  })

  test('by making the conversation somebody else’s: it is not free while alerts come to it', async () => {
    await write('stop sharing')
    const thief = await enrolCustomer(world.world.keys.consent, world.newPasskey())
    const { free } = await world.consent.one(
      z.object({ free: z.boolean() }),
      'SELECT consent.is_free_for($1, $2) AS free',
      [victim.conversation, thief.id],
    )
    expect(free).toBe(false)
  })

  test('with the login of the chat: it ends nothing that warns, for no reason it may give', async () => {
    const answer = world.clone.connect('answer', { poolMax: 1 })
    for (const because of ['customer-in-chat', 'never-confirmed'] as const) {
      const grants = `ARRAY(SELECT id FROM consent.grant_ WHERE customer = '${victim.id}' AND purpose = 'fraud-alerts')`
      await answer.run(`SELECT FROM consent.end_where('${because}', NULL, NULL, NULL, NULL, NULL, ${grants}, NULL, 10)`)
    }
    for (const because of [
      'customer-on-page',
      'a-day-after-stop',
      'narrowed',
      'expired',
      'recovery',
      'bank',
    ] as const) {
      const ending = answer.run(`SELECT FROM consent.end_where($1, $2, NULL, NULL, NULL, NULL, NULL, NULL, 10)`, [because, victim.id]) // prettier-ignore
      await expect(ending, because).rejects.toMatchObject({ cause: { code: '42501' } })
    }
    const terms = `(SELECT terms FROM consent.grant_ WHERE customer = '${victim.id}' LIMIT 1)`
    await expect(answer.run(`SELECT consent.revoke_terms(${terms}, 'customer-in-chat')`)).rejects.toMatchObject({ cause: { code: '42501' } }) // prettier-ignore
    expect(await alertsHeld()).toBe(2)
  })
})

describe('cannot read the payment', () => {
  test('from what the chat carries: every question is the same, whatever was paid where', async () => {
    await ask({ amount: { minor: 4_210n, currency: 'USD' } })
    await ask({
      accountId: 'account-2',
      amount: { minor: 99_999n, currency: 'EUR' },
      merchant: { id: 'm-other', name: 'Juwelier Stern', category: '5944', city: 'Wien', country: 'AT' },
    })
    const questions = said().filter((body) => textOf(body).includes('question about a card payment'))
    expect(questions).toHaveLength(2)
    const bytes = questions.map((body) => JSON.stringify(body.message).replace(/[0-9a-f-]{36}|[\w-]{64}/g, '…'))
    expect(bytes[0]).toBe(bytes[1])
  })

  test('by asking, tapping, or answering: nothing said before or after names shop, place or amount', async () => {
    const alert = await ask()
    for (const text of [
      'what payment?',
      'how much was it',
      'where was my card used',
      'show me the details',
      'full figures please',
    ]) {
      await write(text)
    }
    await tap(`alert:${alert}:not-sure`)
    await tap(`alert:${alert}:not-me`)
    await eventually('what became of it is told', () => said().some((body) => textOf(body).includes('frozen')))
    const everything = JSON.stringify(said())
    for (const fact of ['42.10', '42,10', 'Corner Store', 'San Jose', '4821', 'account-1']) {
      expect(everything).not.toContain(fact)
    }
  })
})

/** Runs the jobs of "stop fraud alerts" at once, as no timer would; how many there are. */
async function runEndingJobs(): Promise<number> {
  const jobs = await world.clone.admin.rows(
    z.object({ id: z.bigint(), kind: z.string(), key: z.string(), payload: z.record(z.string(), z.string()) }),
    `SELECT id, kind, key, payload FROM platform.job WHERE kind LIKE 'revocation.alerts-%' ORDER BY id`,
  )
  const revoker = world.clone.connect('revoker', { poolMax: 1 })
  for (const row of jobs) {
    const job: Job = { ...row, attempt: 1, createdAt: systemClock.now() }
    const outcome = await alertsEndingJobs[row.kind]?.(job)
    if (outcome !== undefined && 'finish' in outcome) await revoker.transaction(outcome.finish)
  }
  return jobs.length
}

/** As if a day had passed since words asked for the end of the victim's alerts. */
async function aDayLater(): Promise<void> {
  await world.clone.admin.run(
    `UPDATE consent.alerts_ending SET asked_at = asked_at - interval '25 hours', ends_at = ends_at - interval '25 hours' WHERE customer = $1`,
    [victim.id],
  )
  await world.clone.admin.run(
    `UPDATE consent.grant_ SET starts_at = starts_at - interval '26 hours' WHERE customer = $1`,
    [victim.id],
  )
}

test('what the alerts kept goes with an erasure, wishes of the chat included', async () => {
  const alert = await ask()
  await tap(`alert:${alert}:not-me`)
  await ask({ accountId: 'account-2' })
  await write('stop fraud alerts')
  // Work under way names its customer until it is done; here nobody does it.
  await world.clone.admin.run(
    `DELETE FROM platform.job WHERE kind LIKE 'alerts.%' OR kind LIKE 'revocation.%' OR kind LIKE 'notices.%'`,
  )
  const erasing = createErasureWorld(world.clone, world.world)
  const erasure = await erasing.begin(victim)
  await erasing.follow(erasure)
  expect((await erasing.status(erasure))?.state).toBe('done')
  const left = await tablesWith(world.clone.admin, [victim.id, victim.conversation, alert])
  expect(left.filter((name) => /^(?:alerts|consent|chat|vault|channels|customers)\./.test(name))).toEqual([])
  await expect(world.world.keys.service.conversationKey(victim.conversation)).rejects.toMatchObject({
    code: 'keystore/erased',
  })
})

async function addConversation(customer: CustomerId): Promise<ConversationId> {
  const id = newId<ConversationId>()
  await world.clone.admin.run(
    `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at)
     VALUES ($1, 'messenger', 'page', $2, '', $3, now())`,
    [id, randomBytes(32), customer],
  )
  return id
}
