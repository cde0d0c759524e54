import { createHmac, randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createCardEventsWorld, eventSecret, eventsUrl, signedHeaders } from '../../../test/setup/card-events-world.ts'
import type { Cardholder, CardEventsWorld, Intake } from '../../../test/setup/card-events-world.ts'
import { banks } from '../../../test/setup/trust-world.ts'
import { textNeedles } from '../../../test/setup/canary.ts'
import { createLogger } from '../../platform/index.ts'
import type { LoggedEvent } from './event-log.ts'
import { proxyHeaders } from './citi-adapter.ts'

const certificate = 'ab'.repeat(32)
const proxySecret = 'the proxy in front, and nobody else at all'
const stripeSecret = 'whsec_test_of_stripe_issuing_events'

let world: CardEventsWorld
let intake: Intake
let logged = ''
let references = 0
beforeAll(async () => {
  world = await createCardEventsWorld()
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk)
      done()
    },
  })
  intake = await world.start({
    bank: {
      citi: { proxySecret, certificates: ['cd'.repeat(32), certificate] },
      stripe: { secrets: [stripeSecret] },
      lithic: { secrets: [eventSecret] },
    },
    deps: {
      decide: ({ amount }) => ({ verdict: amount.minor > 100_000n ? 'decline' : 'approve' }),
      logger: createLogger({ role: 'test', level: 'debug', destination }),
    },
  })
})
afterAll(() => world.end())

async function nameCards(lines: readonly unknown[], flaws = {}): Promise<number> {
  const payload = lines.map((line) => JSON.stringify(line)).join('\n')
  const headers = { 'content-type': 'application/x-ndjson', ...signedHeaders(payload, flaws) }
  const url = `/banks/${banks.north}/cards`
  return (await intake.server.inject({ method: 'POST', url, headers, payload })).statusCode
}

const answerShape = z.record(z.string(), z.unknown())

async function send(path: string, body: unknown, headers: Record<string, string>) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const all = { 'content-type': 'application/json', ...headers }
  const response = await intake.server.inject({ method: 'POST', url: `${eventsUrl}/${path}`, headers: all, payload })
  return { status: response.statusCode, answer: answerShape.parse(response.json()), headers: response.headers }
}

async function holderOf(card: string): Promise<Cardholder> {
  const holder = await world.addCustomer()
  expect(await nameCards([{ account: holder.account, reference: card }])).toBe(200)
  return holder
}

const logOf = (holder: Cardholder): Promise<readonly LoggedEvent[]> =>
  intake.events.replay({ customer: holder.id, institution: banks.north }, 0n)

// Numbers that schemes set aside for tests.
const cardNumber = '4012888888881881'

function citiFields(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = new Date().toISOString()
  return {
    MTI: '0100',
    PAN: cardNumber,
    F3: '000000',
    F4: '000000012350',
    F7: now.slice(5, 19).replaceAll(/\D/g, ''),
    F11: '123456',
    F18: '5411',
    F19: '840',
    F22: '051',
    F25: '00',
    F32: '400552',
    F37: String((references += 1)).padStart(12, '0'),
    F41: 'TERM0001',
    F42: 'MERCHANT000001',
    F43: `${'CORNER GROCERY'.padEnd(25)}${'OAKLAND'.padEnd(13)}US`,
    F49: '840',
    ...change,
  }
}

const fromProxy = { [proxyHeaders.secret]: proxySecret, [proxyHeaders.certificate]: certificate }

test('Citi: an authorization is understood, answered by respCode, and its advice and reversal find it', async () => {
  const holder = await holderOf(cardNumber)
  const fields = citiFields()
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000
  expect(await send('citi', fields, fromProxy)).toMatchObject({ status: 200, answer: { respCode: '00' } })
  expect((await send('citi', { ...fields, MTI: '0101' }, fromProxy)).answer).toEqual({ respCode: '00' })
  expect((await send('citi', { ...fields, MTI: '0120', ResponseCode: '05' }, fromProxy)).answer).toEqual({
    respCode: '00',
  })
  expect((await send('citi', { ...fields, MTI: '0400', F11: '999999' }, fromProxy)).answer).toEqual({ respCode: '00' })
  expect((await send('citi', citiFields({ F4: '000000200000' }), fromProxy)).answer).toEqual({ respCode: '05' })
  const [authorization, advice, reversal, large] = (await logOf(holder)).map(({ event }) => event)
  expect(authorization).toMatchObject({
    kind: 'authorization',
    accountId: holder.account,
    cardLastDigits: '1881',
    amount: { minor: 12_350n, currency: 'USD' },
    presence: 'in-person',
    merchant: {
      id: 'MERCHANT000001',
      name: 'CORNER GROCERY',
      category: '5411',
      terminal: 'TERM0001',
      city: 'OAKLAND',
      country: 'US',
    },
  })
  expect(authorization?.at).toBeGreaterThanOrEqual(startedAt)
  expect(authorization?.at).toBeLessThanOrEqual(Date.now())
  expect([advice?.of, reversal?.of]).toEqual([authorization?.id, authorization?.id])
  expect([advice?.kind, advice?.outcome, reversal?.kind]).toEqual(['advice', 'declined', 'reversal'])
  expect(large?.amount.minor).toBe(200_000n)
})

test('Citi: what is billed counts before what the shop asked for', async () => {
  const holder = await holderOf('4000000000000002')
  await send('citi', citiFields({ PAN: '4000000000000002', F6: '000000009900', F51: '978', F22: '812' }), fromProxy)
  expect((await logOf(holder))[0]?.event).toMatchObject({
    amount: { minor: 9_900n, currency: 'EUR' },
    presence: 'online',
  })
})

test.each([
  ['without the proxy', { [proxyHeaders.certificate]: certificate }],
  ['through another proxy', { ...fromProxy, [proxyHeaders.secret]: 'another one' }],
  ['with another certificate', { ...fromProxy, [proxyHeaders.certificate]: 'ef'.repeat(32) }],
  ['without a certificate', { [proxyHeaders.secret]: proxySecret }],
])('Citi: whoever comes %s is nobody', async (_how, headers) => {
  expect(await send('citi', citiFields(), headers)).toMatchObject({
    status: 401,
    answer: { code: 'banks/card-event-unsigned' },
  })
})

test('Citi: what cannot be read is answered with 200 and no objection, and said', async () => {
  for (const broken of [
    '{',
    '[]',
    JSON.stringify(citiFields({ MTI: '0800' })),
    JSON.stringify(citiFields({ F49: '999' })),
  ]) {
    expect(await send('citi', broken, fromProxy)).toMatchObject({
      status: 200,
      answer: { respCode: '00', problem: 'banks/card-event-malformed' },
    })
  }
})

function stripeHeaders(body: unknown, at = Date.now(), secret = stripeSecret): Record<string, string> {
  const time = Math.floor(at / 1000)
  const signature = createHmac('sha256', secret)
    .update(`${time}.${JSON.stringify(body)}`)
    .digest('hex')
  return { 'stripe-signature': `t=${time},v1=${'0'.repeat(64)},v1=${signature},v0=${signature}` }
}

function stripeEvent(type: string, object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const common = {
    id: `iauth_${randomUUID()}`,
    amount: 0,
    currency: 'usd',
    created: Math.floor(Date.now() / 1000),
    authorization_method: 'online',
    status: 'pending',
    merchant_data: {
      network_id: '1234567890',
      name: 'ROCKET RIDES',
      category: 'taxicabs_limousines',
      category_code: '4121',
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
      terminal_id: '99999999',
    },
  }
  return {
    id: 'evt_1',
    object: 'event',
    api_version: '2024-12-18.acacia',
    type,
    data: { object: { ...common, ...object } },
  }
}

test('Stripe: a request is answered with approved, and what follows it finds it', async () => {
  const card = { id: 'ic_1', last4: '4242' }
  const holder = await holderOf('ic_1')
  const id = 'iauth_1'
  const asked = { id, card, pending_request: { amount: 2_500, currency: 'usd' } }
  const events = [
    stripeEvent('issuing_authorization.request', asked),
    stripeEvent('issuing_authorization.created', { id, card, amount: 2_500, approved: true, status: 'pending' }),
    stripeEvent('issuing_authorization.updated', { id, card, amount: 2_500, status: 'reversed' }),
    stripeEvent('issuing_transaction.created', {
      id: 'ipi_1',
      type: 'capture',
      amount: -2_500,
      authorization: id,
      card,
    }),
    stripeEvent('issuing_transaction.created', { id: 'ipi_2', type: 'refund', amount: 500, authorization: id, card }),
    stripeEvent('issuing_card.created', { id: 'ic_1' }),
  ]
  for (const event of events) {
    const sent = await send('stripe', event, stripeHeaders(event))
    expect(sent).toMatchObject({ status: 200, answer: { approved: true } })
    expect(sent.headers['stripe-version']).toBe('2024-12-18.acacia')
  }
  const large = stripeEvent('issuing_authorization.request', {
    card,
    pending_request: { amount: 900_000, currency: 'usd' },
  })
  expect((await send('stripe', large, stripeHeaders(large))).answer).toEqual({ approved: false })
  const stored = (await logOf(holder)).map(({ event }) => event)
  expect(stored.map(({ kind }) => kind)).toEqual([
    'authorization',
    'advice',
    'reversal',
    'completion',
    'refund',
    'authorization',
  ])
  expect(stored.slice(1, 5).map(({ of }) => of)).toEqual(Array.from({ length: 4 }, () => stored[0]?.id))
  expect(stored[0]).toMatchObject({
    amount: { minor: 2_500n, currency: 'USD' },
    cardLastDigits: '4242',
    presence: 'online',
    merchant: { id: '1234567890', category: '4121', terminal: '99999999', region: 'CA', country: 'US' },
  })
})

test('Stripe: another secret, another body and an old signature are refused', async () => {
  const event = stripeEvent('issuing_authorization.request', { card: 'ic_1' })
  const refused = [
    [stripeHeaders(event, Date.now(), 'another secret of somebody'), 401],
    [stripeHeaders({ ...event, id: 'evt_2' }), 401],
    [{ 'stripe-signature': 'v1=abc' }, 401],
    [{}, 401],
    [stripeHeaders(event, Date.now() - 10 * 60_000), 400],
  ] as const
  for (const [headers, status] of refused) expect((await send('stripe', event, headers)).status).toBe(status)
})

function lithicRequest(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    token: randomUUID(),
    status: 'AUTHORIZATION',
    amount: 4_200,
    authorization_amount: 4_200,
    cardholder_currency: 'USD',
    created: new Date().toISOString(),
    card: { token: 'card-token-1', last_four: '1111' },
    merchant: {
      acceptor_id: '174030075991',
      city: 'LONDON',
      country: 'GBR',
      descriptor: 'TICKET OFFICE 4012888888881881',
      mcc: '4112',
      state: '',
    },
    pos: { entry_mode: { card: 'PRESENT', pan: 'CONTACTLESS' }, terminal: { acceptor_terminal_id: 'T 1' } },
    network_risk_score: 120,
    ...change,
  }
}

test('Lithic: a request is answered with a result; what asks for no money is let through unseen', async () => {
  const holder = await holderOf('card-token-1')
  const [small, large] = [lithicRequest(), lithicRequest({ amount: 999_999 })]
  const inquiry = lithicRequest({ status: 'BALANCE_INQUIRY' })
  const answers = []
  for (const body of [small, large, inquiry]) {
    const sent = await send('lithic', body, signedHeaders(JSON.stringify(body)))
    answers.push([sent.status, sent.answer])
  }
  expect(answers).toEqual([
    [200, { token: small['token'], result: 'APPROVED' }],
    [200, { token: large['token'], result: 'SUSPECTED_FRAUD' }],
    [200, { token: inquiry['token'], result: 'APPROVED' }],
  ])
  const stored = (await logOf(holder)).map(({ event }) => event)
  expect(stored).toHaveLength(2)
  expect(stored[0]).toMatchObject({
    presence: 'in-person',
    networkScore: 120,
    amount: { minor: 4_200n, currency: 'USD' },
    merchant: { id: '174030075991', country: 'GB', category: '4112', city: 'LONDON' },
  })
  expect(stored[0]?.merchant.name).not.toContain(cardNumber)
  expect((await send('lithic', small, {})).status).toBe(401)
})

test('the card directory is signed, kept whole or not at all, and the last word on a card stands', async () => {
  const [first, second] = [await world.addCustomer(), await world.addCustomer()]
  const name = { reference: 'ic_moved' }
  expect(await nameCards([{ account: first.account, ...name }], { atMs: Date.now() - 3_600_000 })).toBe(400)
  expect(await nameCards([{ account: first.account, ...name }, { account: 'x' }])).toBe(400)
  const event = (id: string) => {
    const body = stripeEvent('issuing_authorization.request', { id, card: 'ic_moved' })
    return send('stripe', body, stripeHeaders(body))
  }
  await event('iauth_a')
  expect(
    await nameCards([
      { account: first.account, ...name },
      { account: second.account, ...name },
    ]),
  ).toBe(200)
  await event('iauth_b')
  expect(await nameCards([{ account: null, ...name }])).toBe(200)
  await event('iauth_c')
  expect([(await logOf(first)).length, (await logOf(second)).length]).toEqual([0, 1])
})

test('a card number is nowhere: in no table, in no log, in no form', async () => {
  await holderOf(cardNumber)
  await send('citi', citiFields({ F43: `SHOP ${cardNumber}` }), fromProxy)
  await send('citi', citiFields({ F49: '999' }), fromProxy)
  await send('citi', `{"PAN":"${cardNumber}"`, fromProxy)
  const { clone } = world
  const tables = await clone.admin.rows(
    z.object({ name: z.string() }),
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  )
  const hay: string[] = [logged]
  for (const { name } of tables) {
    const rows = await clone.admin.rows(z.object({ row: z.string() }), `SELECT t::text AS row FROM ${name} t`)
    hay.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  const needles = textNeedles(cardNumber).map(({ bytes }) => bytes.toString('latin1'))
  const found = hay.filter((text) => needles.some((needle) => text.includes(needle)))
  expect(found).toEqual([])
  expect(logged).toContain('bank.card-event-unheard')
})
