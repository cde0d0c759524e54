import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  cardEvent,
  createCardEventsWorld,
  sendEvent,
  signedHeaders,
  testLinkSecret,
} from '../../../test/setup/card-events-world.ts'
import type { Cardholder, CardEventsWorld, Intake, SignFlaws } from '../../../test/setup/card-events-world.ts'
import { banks } from '../../../test/setup/trust-world.ts'
import { bankFindings, createLabelFeed } from '../../alerts/index.ts'
import type { FraudLabel } from '../../fraud/index.ts'
import { createLogger, createMetrics, systemClock } from '../../platform/index.ts'
import type { Database } from '../../platform/index.ts'
import { createEventIds } from './event-ids.ts'

let world: CardEventsWorld
let database: Database
let intake: Intake
beforeAll(async () => {
  world = await createCardEventsWorld()
  database = world.clone.connect('fraud')
  intake = await world.start({ deps: { keepLabel: (label) => bankFindings.keepLabel(database, label) } })
})
afterAll(async () => {
  await database.close()
  await world.end()
})

const url = `/banks/${banks.north}/card-labels`
const json = 'application/json'
const ndjson = 'application/x-ndjson'

function post(body: string, type: string, flaws: SignFlaws = {}, { server }: Intake = intake) {
  const headers = { 'content-type': type, ...signedHeaders(flaws.body ?? body, flaws) }
  return server.inject({ method: 'POST', url, headers, payload: body })
}

const answerShape = z.looseObject({ label: z.string().optional(), code: z.string().optional() })

async function sendLabel(label: unknown) {
  const response = await post(JSON.stringify(label), json)
  return { status: response.statusCode, answer: answerShape.parse(response.json()) }
}

const text = (line: unknown): string => (typeof line === 'string' ? line : JSON.stringify(line))

async function sendLabels(lines: readonly unknown[], at: Intake = intake) {
  const response = await post(lines.map(text).join('\n'), ndjson, {}, at)
  const answers = response.body.split('\n').filter((line) => line !== '')
  return { status: response.statusCode, answers: answers.map((line) => answerShape.parse(JSON.parse(line))) }
}

const cardLabel = (account: string, reference: unknown, change: Readonly<Record<string, unknown>> = {}) => ({
  v: 1,
  reference,
  account,
  fraud: true,
  at: new Date().toISOString(),
  ...change,
})

/** Somebody with a use of their card that the log has. */
async function used(holder?: Cardholder) {
  const customer = holder ?? (await world.addCustomer())
  const event = cardEvent(customer.account)
  expect((await sendEvent(intake, event)).status).toBe(200)
  return { customer, account: customer.account, reference: event['reference'] }
}

const labelRow = z.object({ event: z.string(), is_fraud: z.boolean(), source: z.string(), recent: z.boolean() })

const labelsOf = (holder: Pick<Cardholder, 'id'>) =>
  world.clone.admin.rows(
    labelRow,
    `SELECT event::text, is_fraud, source, arrived_at > clock_timestamp() - interval '1 minute' AS recent
     FROM alerts.label WHERE customer = $1 ORDER BY seq`,
    [holder.id],
  )

test('a label of a use that is known is kept under the event’s own id, at the database’s time, whenever the bank found it', async () => {
  const { customer, account, reference } = await used()
  const at = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const sent = await sendLabel(cardLabel(account, reference, { at }))
  expect(sent).toEqual({ status: 200, answer: { reference, label: 'kept' } })
  const event = createEventIds(testLinkSecret)({ institution: banks.north, customer: customer.id }, String(reference))
  expect(await labelsOf(customer)).toEqual([{ event, is_fraud: true, source: 'bank', recent: true }])
})

test('the same label again, from wherever and however often at once, is kept once and told the same', async () => {
  const { customer, account, reference } = await used()
  const other = await world.start({ deps: { keepLabel: (label) => bankFindings.keepLabel(database, label) } })
  const label = cardLabel(account, reference)
  const sent = await Promise.all(
    [intake, other, intake, other].map((one) =>
      sendLabels([label, label, { ...label, at: '2026-11-01T00:00:00Z' }], one),
    ),
  )
  expect(new Set(sent.flatMap(({ answers }) => answers.map((one) => one.label)))).toEqual(new Set(['kept']))
  expect(await labelsOf(customer)).toHaveLength(1)
})

test('a bank that changes its mind has the last word, in the order of the file', async () => {
  const { customer, account, reference } = await used()
  const words = [true, true, false, false, true, false]
  await sendLabels(words.map((fraud) => cardLabel(account, reference, { fraud })))
  expect((await labelsOf(customer)).map((row) => row.is_fraud)).toEqual([true, false, true, false])
})

test('a line that cannot be read says where and which rule, never the value, and holds up no other', async () => {
  const { customer, account, reference } = await used()
  const good = cardLabel(account, reference)
  const { status, answers } = await sendLabels([
    '{"fraud": tr',
    { ...good, fraud: 'unmistakable' },
    { ...good, v: 2 },
    { ...good, at: '1999-01-01T00:00:00Z' },
    { ...good, account: undefined },
    { ...good, reference: 'a b' },
    { ...good, pad: 'x'.repeat(17_000) },
    good,
  ])
  expect(status).toBe(200)
  const told = answers.map(({ code, label, invalid }) => [label, code, invalid])
  const malformed = (at: string, rule: string) => ['ignored', 'banks/card-event-malformed', [{ at, rule }]]
  expect(told).toEqual([
    malformed('', 'json'),
    malformed('/fraud', 'invalid_type'),
    malformed('/v', 'invalid_value'),
    malformed('/at', 'time'),
    malformed('/account', 'invalid_type'),
    malformed('/reference', 'invalid_format'),
    malformed('', 'too_big'),
    ['kept', undefined, undefined],
  ])
  expect(answers.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, undefined])
  expect(JSON.stringify(answers)).not.toContain('unmistakable')
  expect(await labelsOf(customer)).toHaveLength(1)
})

test('one that stands alone is refused with a problem, as events are', async () => {
  const { customer, account, reference } = await used()
  const good = JSON.stringify(cardLabel(account, reference))
  const refusals = [
    await post('{', json),
    await post(JSON.stringify({ ...cardLabel(account, reference), fraud: 1 }), json),
    await post(good, json, { secret: `whsec_${Buffer.from('another').toString('base64')}` }),
    await post(good, json, { body: Buffer.from(`${good} `) }),
    await post(good, json, { atMs: Date.now() - 3_600_000 }),
    await post(good, 'text/csv'),
    await post(`${good}${' '.repeat(17_000)}`, json),
    await post(Array.from({ length: 2_001 }, () => good).join('\n'), ndjson),
    await intake.server.inject({ method: 'POST', url: '/banks/no-such-bank/card-labels', payload: good }),
  ]
  expect(refusals.map((one) => [one.statusCode, answerShape.parse(one.json()).code])).toEqual([
    [400, 'banks/card-event-malformed'],
    [400, 'banks/card-event-malformed'],
    [401, 'banks/card-event-unsigned'],
    [401, 'banks/card-event-unsigned'],
    [400, 'banks/card-event-stale'],
    [415, 'banks/card-event-media-type'],
    [413, 'banks/card-event-too-large'],
    [413, 'banks/card-event-too-many'],
    [404, 'banks/unknown-institution'],
  ])
  expect(await labelsOf(customer)).toEqual([])
  expect((await sendLabel(JSON.parse(good))).answer.label).toBe('kept')
})

test('a label of somebody without leave is ignored and leaves nothing, not even an entry', async () => {
  const holder = await world.addCustomer({ alerts: false })
  for (const account of [holder.account, 'nobody-at-all']) {
    const { status, answer } = await sendLabel(cardLabel(account, 'ref-1'))
    expect([status, answer.label]).toEqual([200, 'ignored'])
  }
  expect(await labelsOf(holder)).toEqual([])
  expect(await world.count(`audit.entry WHERE customer = $1`, [holder.id])).toBe(0)
  expect(await world.count('vault.standing WHERE customer = $1', [holder.id])).toBe(0)
})

test('leave that ended since the use is no leave: the next label is ignored', async () => {
  const { customer, account, reference } = await used()
  await world.stopAll(customer)
  expect((await sendLabel(cardLabel(account, reference))).answer.label).toBe('ignored')
  expect(await labelsOf(customer)).toEqual([])
})

test('the database itself takes no bank’s label of somebody without leave, and takes it while there is', async () => {
  const [asked, left] = [await used(), await world.addCustomer({ alerts: false })]
  const label = { event: randomUUID() as never, institution: banks.north, isFraud: true }
  expect(await bankFindings.keepLabel(database, { ...label, customer: left.id })).toBe('no-leave')
  expect(await labelsOf(left)).toEqual([])
  expect(await bankFindings.keepLabel(database, { ...label, customer: asked.customer.id })).toBe('kept')
})

test('a label of a use that nobody has heard of, or of somebody else’s, is ignored', async () => {
  const [one, other] = [await used(), await used()]
  const { answers } = await sendLabels([
    cardLabel(one.account, 'ref-never-sent'),
    cardLabel(other.account, one.reference),
    cardLabel(one.account, one.reference),
  ])
  expect(answers.map(({ label }) => label)).toEqual(['ignored', 'ignored', 'kept'])
  expect([(await labelsOf(one.customer)).length, (await labelsOf(other.customer)).length]).toEqual([1, 0])
})

test('a joint account’s use is labelled for each customer who gave leave, and for nobody else', async () => {
  const first = await world.addCustomer()
  const second = await world.addCustomer({ account: first.account })
  const third = await world.addCustomer({ account: first.account, alerts: false })
  const { account, reference } = await used(first)
  expect((await sendLabel(cardLabel(account, reference))).answer.label).toBe('kept')
  const counts = [first, second, third].map(async (holder) => (await labelsOf(holder)).length)
  expect(await Promise.all(counts)).toEqual([1, 1, 0])
})

test('when the label cannot be kept the bank is told to come again, and then it is', async () => {
  const { customer, account, reference } = await used()
  const broken = await world.start({
    deps: {
      keepLabel: async () => {
        throw new Error('away')
      },
    },
  })
  const label = cardLabel(account, reference)
  const one = await post(JSON.stringify(label), json, {}, broken)
  expect([one.statusCode, one.headers['retry-after']]).toEqual([503, '1'])
  expect((await sendLabels([label], broken)).answers).toEqual([
    { reference, label: 'ignored', code: 'banks/card-event-not-stored' },
  ])
  expect((await sendLabel(label)).answer.label).toBe('kept')
  expect(await labelsOf(customer)).toHaveLength(1)
})

test('whoever keeps features hears of it by the label feed, as the bank’s word', async () => {
  const heard: FraudLabel[] = []
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const feed = createLabelFeed({ database, label: (label) => heard.push(label), clock: systemClock, logger, metrics })
  const { customer, account, reference } = await used()
  await sendLabel(cardLabel(account, reference))
  await feed.pull()
  const own = heard.filter(({ by }) => by === customer.id)
  expect(own).toMatchObject([{ isFraud: true, informed: true, source: 'bank' }])
  await feed.pull()
  expect(heard.filter(({ by }) => by === customer.id)).toHaveLength(1)
})
