import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  cardEvent,
  createCardEventsWorld,
  eventSecret,
  eventsUrl,
  sendEvent,
  sendLines,
  signedHeaders,
} from '../../../test/setup/card-events-world.ts'
import type { Cardholder, CardEventsWorld, Intake } from '../../../test/setup/card-events-world.ts'
import { eventually } from '../../../test/setup/eventually.ts'
import { banks } from '../../../test/setup/trust-world.ts'
import type { CardAuthorization } from './card-authorization.ts'

let world: CardEventsWorld
let intake: Intake
const decided: CardAuthorization[] = []
beforeAll(async () => {
  world = await createCardEventsWorld()
  intake = await world.start({
    deps: {
      decide: (authorization) => {
        decided.push(authorization)
        return { verdict: authorization.amount.minor > 100_000n ? 'decline' : 'approve' }
      },
    },
  })
})
afterAll(() => world.end())

const storedOf = (holder: Cardholder) => world.count('vault.card_event WHERE customer = $1', [holder.id])
const jobsOf = (holder: Cardholder) => world.count(`platform.job WHERE key = 'alerts:' || $1`, [holder.id])
const entriesOf = (holder: Cardholder) =>
  world.count(`audit.entry WHERE customer = $1 AND data_class = 'card-events'`, [holder.id])

const entryRow = z.object({ event: z.string(), data_class: z.string(), login: z.string(), purpose: z.string() })

test('an event of a card with leave is stored once, behind an entry that stood before it, and then decided', async () => {
  const holder = await world.addCustomer()
  const event = cardEvent(holder.account)
  const sent = await sendEvent(intake, event)
  expect(sent).toEqual({ status: 200, answer: { reference: event['reference'], verdict: 'approve' } })
  expect(await storedOf(holder)).toBe(1)
  const entries = await world.clone.admin.rows(
    entryRow,
    `SELECT e.event, e.data_class, e.login, e.purpose FROM audit.entry e JOIN vault.card_event c ON c.customer = e.customer
     WHERE e.customer = $1 AND e.at < c.received_at AND e.xid < c.xmin::text::xid8`,
    [holder.id],
  )
  const login = `${world.clone.prefix}fraud`
  expect(entries).toEqual([{ event: 'opened', data_class: 'card-events', login, purpose: 'fraud-alerts' }])
  expect(await jobsOf(holder)).toBe(1)
})

test('what was stored is read back as it came, and lies sealed in the database', async () => {
  const holder = await world.addCustomer()
  const name = 'Unmistakable Bakery'
  const merchant = { id: 'm-77', name, category: '5462', latitude: 37.3, longitude: -121.9, country: 'US' }
  const event = cardEvent(holder.account, { merchant, amount: '1234.50', networkScore: 12, device: 'd-1' })
  expect((await sendEvent(intake, event)).answer.verdict).toBe('decline')
  const of = { customer: holder.id, institution: banks.north }
  const [logged] = await intake.events.replay(of, 0n)
  expect(logged?.event).toEqual(decided.find(({ reference }) => reference === event['reference']))
  expect(logged).toMatchObject({
    verdict: 'decline',
    event: { accountId: holder.account, amount: { minor: 123_450n, currency: 'USD' }, merchant, networkScore: 12 },
  })
  expect(
    await world.count(`vault.card_event c WHERE position($1::bytea IN c.sealed) > 0`, [
      `\\x${Buffer.from(name).toString('hex')}`,
    ]),
  ).toBe(0)
  expect(await intake.events.recall(of, [logged?.event.id ?? fail()])).toEqual([logged])
})

test('the same event again is told the same, whichever gateway it comes to, and kept once', async () => {
  const holder = await world.addCustomer()
  const other = await world.start({ deps: { decide: () => ({ verdict: 'decline' }) } })
  const event = cardEvent(holder.account)
  const first = await sendEvent(intake, event)
  const again = await Promise.all([sendEvent(intake, event), sendEvent(other, event), sendEvent(intake, event)])
  const lines = await sendLines(intake, [event, event])
  expect([...again.map(({ answer }) => answer), ...lines.answers]).toEqual(
    Array.from({ length: 5 }, () => first.answer),
  )
  expect([await storedOf(holder), await jobsOf(holder)]).toEqual([1, 1])
})

test('two gateways at once: one entry for the hour, each event once, one verdict for each', async () => {
  const holder = await world.addCustomer()
  const one = await world.start({ deps: { decide: () => ({ verdict: 'approve' }) } })
  const two = await world.start({ deps: { decide: () => ({ verdict: 'decline' }) } })
  const events = Array.from({ length: 40 }, () => cardEvent(holder.account))
  const asked = events.flatMap((event) => [sendEvent(one, event), sendEvent(two, event)])
  const answers = (await Promise.all(asked)).map(({ answer }) => answer)
  for (const { reference } of answers) {
    expect(new Set(answers.filter((one) => one.reference === reference).map(({ verdict }) => verdict)).size).toBe(1)
  }
  expect([await storedOf(holder), await jobsOf(holder), await entriesOf(holder)]).toEqual([40, 40, 1])
})

test('without leave the answer is observe and not one byte is kept', async () => {
  const holder = await world.addCustomer({ alerts: false })
  await eventually(
    'the log is still',
    async () => JSON.stringify(await everyRow(world)) === JSON.stringify(await everyRow(world)),
  )
  const before = await everyRow(world)
  for (const account of [holder.account, 'nobody-at-all']) {
    const { status, answer } = await sendEvent(intake, cardEvent(account))
    expect([status, answer.verdict]).toEqual([200, 'observe'])
  }
  const { answers } = await sendLines(intake, [cardEvent(holder.account), cardEvent('nobody')])
  expect(answers.map(({ verdict }) => verdict)).toEqual(['observe', 'observe'])
  expect(await everyRow(world)).toEqual(before)
})

test('leave that is given holds from the next event on; an account of another bank or customer has none of it', async () => {
  const holder = await world.addCustomer({ alerts: false })
  await sendEvent(intake, cardEvent(holder.account))
  await world.agreeAgain(holder, true)
  expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('approve')
  const elsewhere = await world.addCustomer({ institution: banks.south })
  expect((await sendEvent(intake, cardEvent(elsewhere.account))).answer.verdict).toBe('observe')
  expect([await storedOf(holder), await storedOf(elsewhere)]).toEqual([1, 0])
})

test.each(['a stop', 'an end date', 'the kill switch', 'terms without alerts'])(
  '%s in the middle of the hour holds at the next event',
  async (what) => {
    const holder = await world.addCustomer()
    expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('approve')
    if (what === 'a stop') await world.stopAll(holder)
    if (what === 'terms without alerts') await world.agreeAgain(holder, false)
    if (what === 'an end date') {
      await world.clone.admin.run(
        `UPDATE consent.grant_ SET starts_at = now() - interval '1 day', expires_at = now() WHERE customer = $1`,
        [holder.id],
      )
    }
    const cutoff = what === 'the kill switch' ? await cutOff(world) : undefined
    const late = await sendEvent(intake, cardEvent(holder.account))
    expect(late).toMatchObject({ status: 200, answer: { verdict: 'observe' } })
    expect(await storedOf(holder)).toBe(1)
    expect(await intake.events.replay({ customer: holder.id, institution: banks.north }, 0n)).toEqual([])
    if (cutoff === undefined) return
    await world.clone.admin.run(
      'UPDATE consent.cutoff SET lifted_at = now(), lifted_with = ARRAY[gen_random_uuid(), gen_random_uuid()] WHERE id = $1',
      [cutoff],
    )
    expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('approve')
    expect(await entriesOf(holder)).toBe(1)
  },
)

test('one whose leave ended does not spoil the events of others in the same request', async () => {
  const [stays, goes] = [await world.addCustomer(), await world.addCustomer()]
  await sendLines(intake, [cardEvent(stays.account), cardEvent(goes.account)])
  await world.stopAll(goes)
  const known = cardEvent(stays.account)
  await sendEvent(intake, known)
  const { answers } = await sendLines(intake, [cardEvent(goes.account), known, cardEvent(stays.account)])
  expect(answers.map(({ verdict }) => verdict)).toEqual(['observe', 'approve', 'approve'])
  expect([await storedOf(stays), await storedOf(goes)]).toEqual([3, 1])
})

test('an hour later the look is opened anew', async () => {
  const holder = await world.addCustomer()
  await sendEvent(intake, cardEvent(holder.account))
  await world.clone.admin.run(`UPDATE vault.standing SET hour = hour - interval '1 hour' WHERE customer = $1`, [
    holder.id,
  ])
  await world.clone.admin.run(`UPDATE audit.entry SET at = at - interval '1 hour' WHERE customer = $1`, [holder.id])
  expect((await sendEvent(intake, cardEvent(holder.account))).answer.verdict).toBe('approve')
  expect([await entriesOf(holder), await storedOf(holder)]).toEqual([2, 2])
})

test('whatever comes first, a reversal, a completion and a refund name their authorization', async () => {
  const holder = await world.addCustomer()
  const authorization = cardEvent(holder.account)
  const of = authorization['reference']
  const kinds = ['reversal', 'completion', 'refund', 'advice']
  for (const kind of kinds) {
    const { answer } = await sendEvent(intake, cardEvent(holder.account, { kind, of }))
    expect(answer.verdict).toBe('observe')
  }
  await sendEvent(intake, authorization)
  const linked = `vault.card_event c JOIN vault.card_event a ON a.id = c.of_event WHERE a.customer = $1 AND a.kind = 'authorization'`
  expect(await world.count(linked, [holder.id])).toBe(kinds.length)
})

test('a joint account has two customers, each with their own log, and the bank is told the more careful verdict', async () => {
  const first = await world.addCustomer()
  const second = await world.addCustomer({ account: first.account })
  const careful = await world.start({
    deps: { decide: ({ customer }) => ({ verdict: customer === second.id ? 'decline' : 'approve' }) },
  })
  expect((await sendEvent(careful, cardEvent(first.account))).answer.verdict).toBe('decline')
  expect([await storedOf(first), await storedOf(second)]).toEqual([1, 1])
})

test('a bank that did not ask to be told to decline is told that we observe, and its events are kept all the same', async () => {
  const holder = await world.addCustomer()
  const observing = await world.start({
    bank: { declines: false },
    deps: { decide: () => ({ verdict: 'decline' }) },
  })
  expect((await sendEvent(observing, cardEvent(holder.account))).answer.verdict).toBe('observe')
  expect(await storedOf(holder)).toBe(1)
})

test('what is late is observed within the deadline, and stored all the same', async () => {
  const holder = await world.addCustomer()
  const keystore = world.trust.keys.fraud
  let letGo = (): void => undefined
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const slow = await world.start({
    bank: { deadlineMs: 60 },
    deps: {
      decide: () => ({ verdict: 'decline' }),
      keystore: {
        auditKey: (customer) => keystore.auditKey(customer),
        release: async (ticket) => {
          await held
          return await keystore.release(ticket)
        },
      },
    },
  })
  const event = cardEvent(holder.account)
  // What holds it lets go only below: an answer shows that it was not waited for.
  const { status, answer } = await sendEvent(slow, event)
  expect([status, answer]).toEqual([
    200,
    { reference: event['reference'], verdict: 'observe', code: 'banks/card-event-late' },
  ])
  letGo()
  await eventually('it is stored', async () => (await storedOf(holder)) === 1)
  await eventually('the same verdict stands', async () => (await sendEvent(intake, event)).answer.verdict === 'observe')
})

test('with the database away the bank is told that nothing was stored, and never to decline; said again, it is taken', async () => {
  const holder = await world.addCustomer()
  const database = world.clone.connect('fraud')
  const cut = await world.start({ deps: { database, decide: () => ({ verdict: 'decline' }) } })
  await database.close()
  const event = cardEvent(holder.account)
  const { status, answer } = await sendEvent(cut, event)
  expect([status, answer.code]).toEqual([503, 'banks/card-event-not-stored'])
  const lines = await sendLines(cut, [event, '{'])
  expect(lines.answers.map(({ verdict, code }) => [verdict, code])).toEqual([
    ['observe', 'banks/card-event-not-stored'],
    ['observe', 'banks/card-event-malformed'],
  ])
  expect((await sendEvent(intake, event)).answer.verdict).toBe('approve')
})

test('the entry stands although the gateway died before the first event was stored', async () => {
  const holder = await world.addCustomer()
  const keystore = world.trust.keys.fraud
  const dying = await world.start({
    deps: {
      keystore: {
        auditKey: (customer) => keystore.auditKey(customer),
        release: () => Promise.reject(new Error('killed here')),
      },
    },
  })
  expect((await sendEvent(dying, cardEvent(holder.account))).status).toBe(503)
  expect([await entriesOf(holder), await storedOf(holder)]).toEqual([1, 0])
  await sendEvent(intake, cardEvent(holder.account))
  expect([await entriesOf(holder), await storedOf(holder)]).toEqual([1, 1])
})

test('a secret on its way out counts beside the new one; any other does not', async () => {
  const holder = await world.addCustomer()
  const next = `whsec_${Buffer.from('the secret that comes next, longer').toString('base64')}`
  const turning = await world.start({ bank: { secret: next, formerSecrets: [eventSecret] } })
  const status = async (secret: string) => (await sendEvent(turning, cardEvent(holder.account), { secret })).status
  expect([
    await status(next),
    await status(eventSecret),
    await status(`whsec_${Buffer.from('a third one').toString('base64')}`),
  ]).toEqual([200, 200, 401])
})

test.each([
  ['another secret', { secret: `whsec_${Buffer.from('not the secret of this bank').toString('base64')}` }, 401],
  ['another body', { body: Buffer.from('{}') }, 401],
  ['six minutes ago', { atMs: Date.now() - 6 * 60_000 }, 400],
  ['in six minutes', { atMs: Date.now() + 6 * 60_000 }, 400],
])('signed with or over %s it is refused and nothing is stored', async (_what, flaws, wanted) => {
  const holder = await world.addCustomer()
  const { status, answer } = await sendEvent(intake, cardEvent(holder.account), flaws)
  expect(status).toBe(wanted)
  expect(answer.code).toMatch(/^banks\/card-event-(unsigned|stale)$/)
  expect(await storedOf(holder)).toBe(0)
})

const tooLong = 'x'.repeat(129)
test.each<[string, Record<string, unknown>]>([
  ['no version', { v: undefined }],
  ['another version', { v: 2 }],
  ['no reference', { reference: undefined }],
  ['an empty reference', { reference: '' }],
  ['a long reference', { reference: tooLong }],
  ['a reference with a line break', { reference: 'a\nb' }],
  ['an unknown kind', { kind: 'theft' }],
  ['a number for an amount', { amount: 42.1 }],
  ['a negative amount', { amount: '-1.00' }],
  ['more decimals than the currency has', { amount: '1.001' }],
  ['a currency in small letters', { currency: 'usd' }],
  ['a day without a time', { at: '2026-11-22' }],
  ['a time of long ago', { at: '1999-01-01T00:00:00Z' }],
  ['a time to come', { at: new Date(Date.now() + 3 * 86_400_000).toISOString() }],
  ['no merchant', { merchant: undefined }],
  ['a merchant without an id', { merchant: { name: 'x' } }],
  ['a category of letters', { merchant: { id: 'm', category: 'food' } }],
  ['a place that is nowhere', { merchant: { id: 'm', latitude: 91 } }],
  ['a name with a control character', { merchant: { id: 'm', name: 'a\u0007b' } }],
  ['half a letter in a name', { merchant: { id: 'm', name: '\ud800' } }],
  ['five last digits', { cardLast4: '12345' }],
  ['an unknown presence', { presence: 'nearby' }],
  ['a score of a thousand', { networkScore: 1000 }],
])('an event with %s is refused with where and why, and nothing is stored', async (_what, change) => {
  const holder = await world.addCustomer()
  const { status, answer } = await sendEvent(intake, cardEvent(holder.account, change))
  expect([status, answer.code]).toEqual([400, 'banks/card-event-malformed'])
  expect(answer['invalid']).toBeInstanceOf(Array)
  const { answers } = await sendLines(intake, [cardEvent(holder.account, change), cardEvent(holder.account)])
  expect(answers[0]).toMatchObject({ line: 1, verdict: 'observe', code: 'banks/card-event-malformed' })
  expect(answers[1]?.verdict).toBe('approve')
  expect(await storedOf(holder)).toBe(1)
})

test('what is no JSON, too long, too many or of another kind is refused by its own name', async () => {
  const post = (body: string, type = 'application/json') => sendRaw(body, type)
  expect(await post('{')).toEqual([400, 'banks/card-event-malformed'])
  expect(await post('')).toEqual([400, 'banks/card-event-malformed'])
  expect(await post('[]')).toEqual([400, 'banks/card-event-malformed'])
  expect(await post(`"${'x'.repeat(17_000)}"`)).toEqual([413, 'banks/card-event-too-large'])
  expect(await post('\n'.repeat(2_001), 'application/x-ndjson')).toEqual([413, 'banks/card-event-too-many'])
  expect(await post('a=b', 'application/x-www-form-urlencoded')).toEqual([415, 'banks/card-event-media-type'])
  expect((await post('x'.repeat(3 * 1024 * 1024)))[0]).toBe(413)
})

async function sendRaw(body: string, type: string): Promise<readonly [number, string | undefined]> {
  const headers = { 'content-type': type, ...signedHeaders(body) }
  const response = await intake.server.inject({ method: 'POST', url: eventsUrl, headers, payload: body })
  return [response.statusCode, z.looseObject({ code: z.string().optional() }).parse(response.json()).code]
}

test('events are thrown away after thirteen months, and as soon as the leave is over', async () => {
  const [old, ended, stays] = [await world.addCustomer(), await world.addCustomer(), await world.addCustomer()]
  for (const { account } of [old, ended, stays]) await sendEvent(intake, cardEvent(account))
  await world.clone.admin.run(
    `UPDATE vault.card_event SET received_at = received_at - interval '13 months 1 hour' WHERE customer = $1`,
    [old.id],
  )
  await world.stopAll(ended)
  await world.clone.admin.run(`UPDATE vault.standing SET hour = hour - interval '3 hours' WHERE customer = $1`, [
    stays.id,
  ])
  await intake.events.sweep()
  expect([await storedOf(old), await storedOf(ended), await storedOf(stays)]).toEqual([0, 0, 1])
  expect(await world.count('vault.standing WHERE customer = $1', [stays.id])).toBe(0)
})

const cutoffRow = z.object({ id: z.string() })

/** As the staff's pages write it down; whether the signature is right is not the gate's question. */
async function cutOff({ clone }: CardEventsWorld): Promise<string> {
  const row = await clone.admin.one(
    cutoffRow,
    `INSERT INTO consent.cutoff (id, kind, target, reason, cut_by, document, credential_id, authenticator_data, client_data, signature)
     VALUES (gen_random_uuid(), 'institution', $1, 'a test of the switch', gen_random_uuid(), '{}', '', '', '', '') RETURNING id`,
    [banks.north],
  )
  return row.id
}

/** What each table holds, as numbers; one byte more anywhere shows. */
async function everyRow({ clone }: CardEventsWorld): Promise<readonly unknown[]> {
  const tables = await clone.admin.rows(
    z.object({ name: z.string() }),
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1`,
  )
  const counts: unknown[] = []
  const shape = z.object({ rows: z.bigint(), sum: z.bigint().nullable() })
  for (const { name } of tables) {
    const { rows, sum } = await clone.admin.one(
      shape,
      `SELECT count(*) AS rows, sum(hashtext(t::text)) AS sum FROM ${name} t`,
    )
    counts.push([name, String(rows), String(sum)])
  }
  return counts
}

function fail(): never {
  throw new Error('nothing was read')
}
