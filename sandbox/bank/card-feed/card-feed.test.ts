import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fdxDetails } from '../test-support/outside-client.ts'
import type { Tokens } from '../test-support/outside-client.ts'
import { record, records, startPracticeBank } from '../test-support/practice-bank.ts'
import type { PracticeBank } from '../test-support/practice-bank.ts'
import { startVerdictReceiver } from '../test-support/verdict-receiver.ts'
import type { VerdictReceiver } from '../test-support/verdict-receiver.ts'

/** Two attempts, with the pause between them, on a machine with other work to do. */
const AGAIN_MS_MAX = 10_000
const QUIET = { holdCardEvents: false, duplicateCardEvents: false, loseCardAnswers: false }

describe('the bank asks before a card payment, and tells what becomes of it', () => {
  let receiver: VerdictReceiver
  let bank: PracticeBank
  let tokens: Tokens
  let cardId = ''
  beforeAll(async () => {
    receiver = await startVerdictReceiver()
    bank = await startPracticeBank()
    await nameTarget(bank.clientConfig, receiver.url)
    tokens = await bank.client.link(bank.person('maya'), {
      details: fdxDetails(['ACCOUNT_DETAILED', 'TRANSACTIONS', 'BALANCES', 'CARD_CONTROLS']),
    })
    const account = (await fdxList('/accounts', 'accounts')).find((each) => each['accountType'] === 'CREDITCARD')
    cardId = String(account?.['accountId'])
  })
  afterAll(async () => {
    await bank.end()
    await receiver.stop()
  })
  beforeEach(async () => {
    await bank.control('PUT', '/switches', QUIET)
    if ((await cardStatus()) === 'FROZEN') await setCard('unfreeze')
    receiver.answers.length = 0
    receiver.events.length = 0
  })

  async function fdx(path: string): Promise<Readonly<Record<string, unknown>>> {
    return record(await (await bank.client.fdx(path, tokens.access_token)).json())
  }
  const fdxList = async (path: string, of: string) => records((await fdx(path))[of])
  const cardStatus = async (): Promise<unknown> => (await fdx(`/cards/${cardId}/status`))['status']
  async function setCard(act: 'freeze' | 'unfreeze'): Promise<void> {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const answer = await bank.client.fdx(`/cards/${cardId}/${act}`, tokens.access_token, { method: 'POST', headers })
    expect(answer.status).toBe(200)
  }
  async function swipe(wish: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const body = { amount: '42.10', shop: 'groceries', ...wish }
    const answer = await bank.control('POST', '/people/maya/swipe', body)
    expect(answer.status).toBe(200)
    return record(await answer.json())
  }
  async function use(reference: unknown): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { uses } = record(await (await bank.control('GET', '/card-uses')).json())
    return records(uses).find((each) => each['reference'] === reference)
  }
  const pending = async () =>
    (await fdxList(`/accounts/${cardId}/transactions`, 'transactions')).filter(({ status }) => status === 'PENDING')
  const follow = (reference: unknown, wish: object): Promise<Response> =>
    bank.control('POST', `/card-uses/${String(reference)}/follow`, wish)

  test('an authorization goes out signed, in the published schema, and an approved one is pending at once', async () => {
    const before = (await pending()).length
    receiver.answers.push('approve')
    const swiped = await swipe()
    expect(swiped).toMatchObject({ outcome: 'approved', because: 'verdict', verdict: 'approve', delivery: 'delivered' })
    expect(receiver.events).toMatchObject([
      {
        id: `evt-${String(swiped['reference'])}`,
        genuine: true,
        event: {
          ...{ v: 1, reference: swiped['reference'], kind: 'authorization', account: cardId },
          ...{ amount: '42.10', currency: 'USD', presence: 'in-person' },
          merchant: { category: '5411', city: 'San Francisco', region: 'CA', country: 'US' },
        },
      },
    ])
    expect(receiver.events[0]?.event['outcome']).toBeUndefined()
    const now = await pending()
    expect(now).toHaveLength(before + 1)
    expect(now.some(({ amount, description }) => amount === 42.1 && String(description).includes('GREEN BASKET'))).toBe(
      true,
    )
  })

  test('a declined one is no transaction, but a decline that the customer can ask about', async () => {
    const before = (await pending()).length
    receiver.answers.push('decline')
    expect(await swipe({ amount: '911.00', shop: 'electronics', city: 'tokyo' })).toMatchObject({ outcome: 'declined' })
    expect(await pending()).toHaveLength(before)
    const [newest] = await fdxList(`/cards/${cardId}/declines`, 'declines')
    expect(newest).toMatchObject({ amount: 911, reason: 'SUSPECTED_FRAUD' })
  })

  test('without an answer the bank lets it through, and sends the same event again until it is answered', async () => {
    receiver.answers.push('silence', 503, 'decline')
    const swiped = await swipe()
    expect(swiped).toMatchObject({ outcome: 'approved', because: 'no-answer', delivery: 'waiting' })
    await expect
      .poll(() => use(swiped['reference']), { timeout: AGAIN_MS_MAX })
      // The late verdict is written down and changes nothing.
      .toMatchObject({ outcome: 'approved', verdict: 'decline', delivery: 'delivered', attempts: 3 })
    expect(receiver.events).toHaveLength(3)
    expect(new Set(receiver.events.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
  })

  test('an event that is wrong in itself is not sent again', async () => {
    receiver.answers.push(422)
    expect(await swipe()).toMatchObject({ outcome: 'approved', because: 'no-answer', delivery: 'refused' })
  })

  test('a frozen card is refused by the bank itself, whatever the verdict, and the event only tells of it', async () => {
    await setCard('freeze')
    receiver.answers.push('approve')
    const swiped = await swipe()
    expect(swiped).toMatchObject({ kind: 'advice', outcome: 'declined', because: 'card-not-active' })
    expect(receiver.events.map(({ event }) => [event['kind'], event['outcome']])).toEqual([['advice', 'declined']])
    const [newest] = await fdxList(`/cards/${cardId}/declines`, 'declines')
    expect(newest).toMatchObject({ reason: 'CARD_FROZEN' })
    await setCard('unfreeze')
    expect(await swipe()).toMatchObject({ kind: 'authorization', outcome: 'approved' })
  })

  test('a payment is charged, or taken back, once; the money can return afterwards', async () => {
    const [kept, dropped] = [await swipe({ shop: 'restaurant', amount: '30.00' }), await swipe()]
    expect((await follow(kept['reference'], { kind: 'refund' })).status).toBe(409)
    expect((await follow(kept['reference'], { kind: 'completion', amount: '36.00' })).status).toBe(200)
    expect((await follow(kept['reference'], { kind: 'completion' })).status).toBe(409)
    expect((await follow(kept['reference'], { kind: 'refund' })).status).toBe(200)
    expect((await follow(dropped['reference'], { kind: 'reversal' })).status).toBe(200)
    expect((await follow(dropped['reference'], { kind: 'completion' })).status).toBe(409)
    await expect.poll(() => receiver.events.length).toBe(5)
    const following = receiver.events.filter(({ event }) => event['of'] !== undefined).map(({ event }) => event)
    expect(new Set(following.map(({ kind, of, amount }) => `${String(kind)} ${String(of)} ${String(amount)}`))).toEqual(
      new Set([
        `completion ${String(kept['reference'])} 36.00`,
        `refund ${String(kept['reference'])} 36.00`,
        `reversal ${String(dropped['reference'])} 42.10`,
      ]),
    )
    const lines = await fdxList(`/accounts/${cardId}/transactions`, 'transactions')
    const about = lines.filter(({ amount }) => amount === 36)
    expect(about.map(({ debitCreditMemo, status }) => [debitCreditMemo, status])).toEqual([
      ['CREDIT', 'POSTED'],
      ['DEBIT', 'POSTED'],
    ])
    expect(about[0]?.['referenceTransactionId']).toBe(about[1]?.['transactionId'])
  })

  test('card uses, and what was waiting to be told, survive a restart of the bank', async () => {
    await bank.control('PUT', '/switches', { holdCardEvents: true })
    const first = await swipe({ amount: '1.01' })
    const second = await swipe({ amount: '2.02' })
    expect(receiver.events).toEqual([])
    await bank.restart()
    await expect.poll(() => receiver.events.length, { timeout: AGAIN_MS_MAX }).toBe(2)
    expect(new Set(receiver.events.map(({ event }) => event['reference']))).toEqual(
      new Set([first['reference'], second['reference']]),
    )
    expect((await pending()).map(({ amount }) => amount)).toEqual(expect.arrayContaining([1.01, 2.02]))
  })

  test('the switches send twice, lose answers, and let events out of order', async () => {
    await bank.control('PUT', '/switches', { duplicateCardEvents: true })
    await swipe()
    expect(receiver.events).toHaveLength(2)
    expect(receiver.events[0]?.id).toBe(receiver.events[1]?.id)
    await bank.control('PUT', '/switches', { ...QUIET, loseCardAnswers: true })
    receiver.answers.push('decline')
    const lost = await swipe()
    expect(lost).toMatchObject({ outcome: 'approved', because: 'no-answer', delivery: 'waiting' })
    await bank.control('PUT', '/switches', QUIET)
    await expect
      .poll(() => use(lost['reference']), { timeout: AGAIN_MS_MAX })
      .toMatchObject({ delivery: 'delivered', outcome: 'approved' })
  })

  test('every fraud is a believable story: several uses, and for one of them a far place', async () => {
    for (const kind of ['card-testing', 'impossible-travel', 'account-takeover']) {
      receiver.events.length = 0
      const answer = record(await (await bank.control('POST', '/people/maya/fraud', { kind })).json())
      expect(records(answer['uses']).length).toBeGreaterThan(2)
      const events = receiver.events.map(({ event }) => event)
      expect(events.map(({ reference }) => reference)).toEqual(
        records(answer['uses']).map(({ reference }) => reference),
      )
      const countries = events.map(({ merchant }) => record(merchant)['country'])
      expect(countries.some((country) => country !== undefined && country !== 'US')).toBe(kind !== 'account-takeover')
      const devices = new Set(events.flatMap(({ device }) => (device === undefined ? [] : [device])))
      expect(devices.size).toBe(kind === 'impossible-travel' ? 0 : 1)
    }
  })

  test('who does not bank here, has no such card, or says nonsense gets no event', async () => {
    expect((await bank.control('POST', '/people/nobody/swipe', { amount: '1.00', shop: 'coffee' })).status).toBe(404)
    for (const wrong of [{ amount: '1' }, { shop: 'moon' }, { city: 'moon' }, { amount: '999999999.00' }, { x: 1 }]) {
      const body = { amount: '1.00', shop: 'coffee', ...wrong }
      expect((await bank.control('POST', '/people/maya/swipe', body)).status).toBe(400)
    }
    expect((await bank.control('POST', '/people/maya/fraud', { kind: 'tax' })).status).toBe(400)
    expect((await follow('unknown', { kind: 'reversal' })).status).toBe(409)
    expect(receiver.events).toEqual([])
  })
})

/** Says in the client file where card events go, as a gateway's operator would. */
async function nameTarget(clientConfig: string, url: string): Promise<void> {
  const { clients } = record(JSON.parse(await readFile(clientConfig, 'utf8')))
  const named = records(clients).map((client) => ({ ...client, card_events_url: url }))
  await writeFile(clientConfig, JSON.stringify({ clients: named }))
}
