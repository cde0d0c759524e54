import { createHash, randomUUID } from 'node:crypto'
import { generateKeyPair, exportJWK, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fdxDetails, grantOf } from '../test-support/outside-client.ts'
import type { Tokens } from '../test-support/outside-client.ts'
import { record, records, startPracticeBank } from '../test-support/practice-bank.ts'
import type { PracticeBank } from '../test-support/practice-bank.ts'

describe('the FDX API of the sandbox bank', () => {
  let bank: PracticeBank
  let tokens: Tokens
  let ids: { CHECKING: string; SAVINGS: string; CREDITCARD: string }

  beforeAll(async () => {
    bank = await startPracticeBank()
    tokens = await bank.client.link(bank.person('maya'))
    const accounts = records((await body('/accounts'))['accounts'])
    const idOf = (kind: string): string => String(accounts.find((each) => each['accountType'] === kind)?.['accountId'])
    ids = { CHECKING: idOf('CHECKING'), SAVINGS: idOf('SAVINGS'), CREDITCARD: idOf('CREDITCARD') }
  })
  afterAll(() => bank.end())

  async function body(path: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await bank.client.fdx(path, tokens.access_token)
    expect(response.status).toBe(200)
    return record(await response.json())
  }

  /** The status of a call, whether the client library throws for it or not. */
  async function statusOf(call: Promise<Response>): Promise<number> {
    return call.then(
      (response) => response.status,
      (error: unknown) => Number(record(error)['status']),
    )
  }

  test('deposit accounts have current and available balance; cards owe a positive amount and have a bill', async () => {
    const checking = await body(`/accounts/${ids.CHECKING}`)
    expect(checking).toMatchObject({
      accountCategory: 'DEPOSIT_ACCOUNT',
      accountType: 'CHECKING',
      currency: { currencyCode: 'USD' },
    })
    expect(checking['currentBalance']).toBeTypeOf('number')
    const card = await body(`/accounts/${ids.CREDITCARD}`)
    expect(card).toMatchObject({ accountCategory: 'LOC_ACCOUNT', balanceType: 'LIABILITY' })
    const [bill] = records(card['bills'])
    expect(Number(bill?.['statementBalance'])).toBeLessThan(0)
    expect(Number(bill?.['minimumPaymentDue'])).toBeGreaterThanOrEqual(0)
    expect(String(bill?.['dueDate'])).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(card['minimumPaymentAmount']).toBeUndefined()
  })

  test('every amount on the wire is the exact decimal of its minor units', async () => {
    const people = record(await (await bank.control('GET', '/people')).json())
    const maya = records(people['people']).find((each) => each['login'] === 'maya')
    for (const account of records(maya?.['accounts'])) {
      const response = await bank.client.fdx(`/accounts/${String(account['accountId'])}`, tokens.access_token)
      const text = await response.text()
      const minor = String(account['currentMinor']).padStart(3, '0')
      const decimal = `${minor.slice(0, -2)}.${minor.slice(-2)}`.replace(/\.?0+$/, '')
      expect(text).toContain(`"currentBalance":${decimal}`)
    }
  })

  test('lists come in pages that neither repeat nor lose an entry', async () => {
    const start = new Date(Date.now() - 380 * 86_400_000).toISOString().slice(0, 10)
    const end = new Date().toISOString().slice(0, 10)
    const seen: string[] = []
    let pageKey = ''
    do {
      const page = await body(
        `/accounts/${ids.CREDITCARD}/transactions?startDate=${start}&endDate=${end}&limit=37${pageKey}`,
      )
      seen.push(...records(page['transactions']).map((each) => String(each['transactionId'])))
      const next = record(page['page'])['nextPageKey']
      pageKey = typeof next === 'string' ? `&pageKey=${next}` : ''
      if (pageKey === '') expect(seen).toHaveLength(Number(record(page['page'])['totalElements']))
    } while (pageKey !== '')
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(200)
  })

  test('pending entries have no posting time; posted ones point to the authorization they were', async () => {
    const now = Date.now()
    const day = (back: number): string => new Date(now - back * 86_400_000).toISOString().slice(0, 10)
    const page = await body(`/accounts/${ids.CREDITCARD}/transactions?startDate=${day(60)}&endDate=${day(0)}&limit=500`)
    const transactions = records(page['transactions'])
    const pending = transactions.filter((each) => each['status'] === 'PENDING')
    const posted = transactions.filter((each) => each['status'] === 'POSTED')
    expect(pending.every((each) => each['postedTimestamp'] === undefined)).toBe(true)
    expect(posted.every((each) => typeof each['postedTimestamp'] === 'string')).toBe(true)
    expect(
      posted.some(
        (each) =>
          each['referenceTransactionId'] !== undefined && each['referenceTransactionId'] !== each['transactionId'],
      ),
    ).toBe(true)
    const placed = transactions.filter((each) => record(each['transactionPayee'] ?? {})['address'] !== undefined)
    const online = transactions.filter((each) => String(each['description']).endsWith('ONLINE'))
    expect(placed.length).toBeGreaterThan(0)
    expect(online.length).toBeGreaterThan(0)
    expect(online.every((each) => record(each['transactionPayee'])['address'] === undefined)).toBe(true)
    expect(record(record(placed[0]?.['transactionPayee'])['geographicCoordinates'])['latitude']).toBeTypeOf('number')
  })

  test('dates are both or neither, in order, and within the lookback', async () => {
    const path = `/accounts/${ids.CHECKING}/transactions`
    const status = (query: string): Promise<number> =>
      statusOf(bank.client.fdx(`${path}?${query}`, tokens.access_token))
    expect(await status('startDate=2026-01-01')).toBe(400)
    expect(await status('startDate=2026-02-01&endDate=2026-01-01')).toBe(400)
    expect(await status('startDate=yesterday&endDate=2026-01-01')).toBe(400)
    expect(await status('startDate=1999-01-01&endDate=1999-02-01')).toBe(400)
    const week = records((await body(path))['transactions'])
    const sevenDaysAgo = Date.now() - 8 * 86_400_000
    expect(week.every((each) => Date.parse(String(each['transactionTimestamp'])) > sevenDaysAgo - 4 * 86_400_000)).toBe(
      true,
    )
  })

  test('the interaction id is needed, echoed and logged before the answer', async () => {
    const interactionId = randomUUID()
    expect(
      await statusOf(bank.client.fdx('/accounts', tokens.access_token, { headers: { 'x-fapi-interaction-id': '' } })),
    ).toBe(400)
    expect(
      await statusOf(
        bank.client.fdx('/accounts', tokens.access_token, { headers: { 'x-fapi-interaction-id': 'one' } }),
      ),
    ).toBe(400)
    const response = await bank.client.fdx(`/accounts/${ids.SAVINGS}?secret=1`, tokens.access_token, {
      headers: { 'x-fapi-interaction-id': interactionId },
    })
    const lines = await bank.accessLog()
    expect(response.headers.get('x-fapi-interaction-id')).toBe(interactionId)
    expect(lines.find((line) => line['interactionId'] === interactionId)).toMatchObject({
      method: 'GET',
      path: `/fdx/v6/accounts/${ids.SAVINGS}`,
      status: 200,
      actorType: 'USER',
      consentId: tokens['grant_id'],
      clientId: 'outside-client',
    })
    expect(JSON.stringify(lines)).not.toContain('secret')
    const served = record(await (await bank.control('GET', '/access-log')).json())
    expect(records(served['lines']).some((line) => line['interactionId'] === interactionId)).toBe(true)
  })

  describe('a token in the wrong hands is worth nothing', () => {
    const plain = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${bank.fdxUrl}/accounts`, { headers: { 'x-fapi-interaction-id': randomUUID(), ...headers } })

    test('as a bearer token, without a proof, or with a proof by another key: 401', async () => {
      const thief = openid.getDPoPHandle(bank.client.config, await openid.randomDPoPKeyPair('ES256'))
      const bearer = await plain({ authorization: `Bearer ${tokens.access_token}` })
      const bare = await plain({ authorization: `DPoP ${tokens.access_token}` })
      expect([bearer.status, bare.status]).toEqual([401, 401])
      expect(bare.headers.get('www-authenticate')).toContain('invalid_dpop_proof')
      expect(await statusOf(bank.client.fdx('/accounts', tokens.access_token, { dpop: thief }))).toBe(401)
      expect((await bank.client.fdx('/accounts', tokens.access_token)).status).toBe(200)
    })

    test('a recorded proof cannot be sent twice, elsewhere, with another method or token, late, or early', async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256')
      const jwk = await exportJWK(publicKey)
      const linked = await bank.client.link(bank.person('amelia'), {
        dpop: openid.getDPoPHandle(bank.client.config, { privateKey, publicKey }),
      })
      const seconds = Math.floor(Date.now() / 1000)
      const good = { htm: 'GET', htu: `${bank.fdxUrl}/accounts`, iat: seconds, ath: hashOf(linked.access_token) }
      const proof = (claims: Readonly<Record<string, unknown>>): Promise<string> =>
        new SignJWT({ ...good, jti: randomUUID(), ...claims })
          .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
          .sign(privateKey)
      const send = async (dpop: string): Promise<number> =>
        (await plain({ authorization: `DPoP ${linked.access_token}`, dpop })).status
      const once = await proof({})
      expect([await send(once), await send(once), await send(await proof({}))]).toEqual([200, 401, 200])
      const changed = await Promise.all([
        proof({ htu: `${bank.fdxUrl}/consents` }).then(send),
        proof({ htm: 'POST' }).then(send),
        proof({ ath: hashOf(tokens.access_token) }).then(send),
        proof({ iat: seconds - 120 }).then(send),
        proof({ iat: seconds + 120 }).then(send),
        proof({ jti: undefined }).then(send),
        proof({}).then((whole) => send(`${whole.slice(0, -8)}AAAAAAAA`)),
        proof({}).then((whole) => send(whole.replace('.', '.x'))),
      ])
      expect(changed).toEqual(changed.map(() => 401))
    })

    test('a token of another signer, or of no one, is refused', async () => {
      const { privateKey } = await generateKeyPair('ES256')
      const forged = await new SignJWT({
        fdxConsentId: tokens['grant_id'],
        token_epoch: 1,
        client_id: 'outside-client',
        cnf: { jkt: await bank.client.dpop.calculateThumbprint() },
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(bank.issuer)
        .setAudience(bank.fdxUrl)
        .setSubject('person_x')
        .setExpirationTime('5m')
        .sign(privateKey)
      expect(await statusOf(bank.client.fdx('/accounts', forged))).toBe(401)
      expect(await statusOf(bank.client.fdx('/accounts', 'not-a-token'))).toBe(401)
    })
  })

  test('a consent shows only its accounts and clusters', async () => {
    const narrow = await bank.client.link(bank.person('maya'), {
      details: fdxDetails(['BALANCES']),
      pick: (all) => all.slice(0, 1),
    })
    const list = record(await (await bank.client.fdx('/accounts?resultType=details', narrow.access_token)).json())
    const [only, ...others] = records(list['accounts'])
    expect(others).toEqual([])
    expect(only?.['currentBalance']).toBeTypeOf('number')
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CREDITCARD}`, narrow.access_token))).toBe(404)
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CHECKING}/transactions`, narrow.access_token))).toBe(403)
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CHECKING}/statements`, narrow.access_token))).toBe(403)
    expect(await statusOf(bank.client.fdx(`/cards/${ids.CHECKING}/status`, narrow.access_token))).toBe(403)
    const bills = await bank.client.link(bank.person('maya'), { details: fdxDetails(['ACCOUNT_BASIC']) })
    const basic = record(await (await bank.client.fdx(`/accounts/${ids.CREDITCARD}`, bills.access_token)).json())
    expect(basic['currentBalance']).toBeUndefined()
    expect(basic['bills']).toBeUndefined()
  })

  test('another person’s account does not exist', async () => {
    const james = await bank.client.link(bank.person('james'))
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CHECKING}`, james.access_token))).toBe(404)
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CHECKING}/transactions`, james.access_token))).toBe(404)
  })

  test('revoking the consent is answered 204 once, then 409, and the data is closed from that moment', async () => {
    const linked = await bank.client.link(bank.person('maya'))
    const consent = `/consents/${grantOf(linked)}`
    const revoke = (): Promise<Response> =>
      bank.client.fdx(`${consent}/revocation`, linked.access_token, {
        method: 'PUT',
        body: JSON.stringify({ reason: 'USER_ACTION', initiator: 'INDIVIDUAL' }),
      })
    expect(record(await (await bank.client.fdx(consent, linked.access_token)).json())['status']).toBe('ACTIVE')
    expect(await statusOf(revoke())).toBe(204)
    expect(await statusOf(bank.client.fdx('/accounts', linked.access_token))).toBe(401)
    expect(await statusOf(revoke())).toBe(409)
    await expect(bank.client.refresh(linked.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(record(await (await bank.client.fdx(consent, linked.access_token)).json())).toMatchObject({
      status: 'REVOKED',
      revocation: { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' },
    })
  })

  test('a consent answers only to its own token', async () => {
    const other = await bank.client.link(bank.person('maya'))
    expect(await statusOf(bank.client.fdx(`/consents/${grantOf(tokens)}`, other.access_token))).toBe(404)
  })

  test('the customer can revoke at the bank', async () => {
    const linked = await bank.client.link(bank.person('maya'))
    const path = `/consents/${grantOf(linked)}/revoke`
    expect((await bank.control('POST', path)).status).toBe(204)
    expect((await bank.control('POST', path)).status).toBe(409)
    expect(await statusOf(bank.client.fdx('/accounts', linked.access_token))).toBe(401)
  })

  test('the call budget answers 429 with Retry-After, holds across a restart, and never stops a revocation', async () => {
    const linked = await bank.client.link(bank.person('maya'))
    await bank.control('PUT', '/switches', { budgetPerDay: 2 })
    expect(await statusOf(bank.client.fdx('/accounts', linked.access_token))).toBe(200)
    expect(await statusOf(bank.client.fdx('/accounts', linked.access_token))).toBe(200)
    const refused = await bank.client.fdx('/accounts', linked.access_token)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await bank.restart()
    await bank.control('PUT', '/switches', { budgetPerDay: 2 })
    expect(await statusOf(bank.client.fdx('/accounts', linked.access_token))).toBe(429)
    const path = `/consents/${grantOf(linked)}/revocation`
    expect(await statusOf(bank.client.fdx(path, linked.access_token, { method: 'PUT' }))).toBe(204)
    await bank.control('PUT', '/switches', { budgetPerDay: 0 })
  })

  describe('card controls', () => {
    const change = (status: string, key: string): Promise<Response> =>
      bank.client.fdx(`/cards/${ids.CREDITCARD}/status`, tokens.access_token, {
        method: 'PUT',
        headers: { 'idempotency-key': key },
        body: JSON.stringify({ status }),
      })

    test('a freeze happens once for one key, survives a restart, and can be lifted', async () => {
      const key = randomUUID()
      const first = record(await (await change('FROZEN', key)).json())
      const again = record(await (await change('FROZEN', key)).json())
      expect(first).toMatchObject({ status: 'FROZEN', changes: 1 })
      expect(again).toEqual(first)
      await bank.restart()
      expect(
        record(await (await bank.client.fdx(`/cards/${ids.CREDITCARD}/status`, tokens.access_token)).json()),
      ).toEqual(first)
      expect(await statusOf(change('ACTIVE', key))).toBe(409)
      const lifted = await bank.client.fdx(`/cards/${ids.CREDITCARD}/unfreeze`, tokens.access_token, {
        method: 'POST',
        headers: { 'idempotency-key': randomUUID() },
      })
      expect(record(await lifted.json())).toMatchObject({ status: 'ACTIVE', changes: 2 })
    })

    test('a change without a key is refused, a savings account has no card, and a lost card stays lost', async () => {
      expect(
        await statusOf(bank.client.fdx(`/cards/${ids.CREDITCARD}/freeze`, tokens.access_token, { method: 'POST' })),
      ).toBe(400)
      expect(await statusOf(bank.client.fdx(`/cards/${ids.SAVINGS}/status`, tokens.access_token))).toBe(404)
      expect(await statusOf(change('LOST', randomUUID()))).toBe(200)
      expect(await statusOf(change('ACTIVE', randomUUID()))).toBe(409)
    })

    test('a card says its scheme and the last month it works', async () => {
      expect(await body(`/cards/${ids.CHECKING}/status`)).toMatchObject({
        expires: expect.stringMatching(/^20(29|30|31)-\d\d$/),
        network: expect.stringMatching(/^(VISA|MASTERCARD)$/),
        status: 'ACTIVE',
      })
    })

    test('refused payments are listed beside the transactions', async () => {
      const declines = records((await body(`/cards/${ids.CREDITCARD}/declines`))['declines'])
      expect(declines.length).toBeGreaterThan(3)
      expect(declines[0]).toMatchObject({ reason: expect.stringMatching(/FUNDS|LIMIT|FRAUD/) })
    })
  })

  test('account and routing numbers come under their own cluster, for accounts that are paid into', async () => {
    const networks = records((await body(`/accounts/${ids.CHECKING}/payment-networks`))['paymentNetworks'])
    expect(networks.map(({ type }) => type)).toEqual(['US_ACH', 'US_FEDWIRE', 'US_RTP'])
    const [first] = networks
    const account = await body(`/accounts/${ids.CHECKING}`)
    expect(first?.['identifier']).toMatch(new RegExp(`^\\d{6}${String(account['accountNumberDisplay'])}$`))
    const digits = [...String(first?.['bankId'])].map(Number)
    const weighted = digits.reduce((sum, digit, at) => sum + digit * ([3, 7, 1][at % 3] ?? 0), 0)
    expect([digits.length, weighted % 10]).toEqual([9, 0])
    expect(await statusOf(bank.client.fdx(`/accounts/${ids.CREDITCARD}/payment-networks`, tokens.access_token))).toBe(
      404,
    )
    const narrow = await bank.client.link(bank.person('maya'), { details: fdxDetails(['BALANCES', 'BILLS']) })
    const asked = [`/accounts/${ids.CHECKING}/payment-networks`, '/reward-programs']
    for (const path of asked) expect(await statusOf(bank.client.fdx(path, narrow.access_token))).toBe(403)
  })

  test('rewards are a point for each dollar of booked purchases, refunds taken off', async () => {
    const [program, ...others] = records((await body('/reward-programs'))['rewardPrograms'])
    expect(others).toEqual([])
    const [membership] = records(program?.['memberships'])
    const [balance] = records(membership?.['balances'])
    expect([program?.['programName'], membership?.['accountIds'], balance?.['type']]).toEqual(['Valley Points', [ids.CREDITCARD], 'POINTS']) // prettier-ignore
    expect(balance?.['balance']).toSatisfy((points) => Number.isInteger(points) && Number(points) > 1_000)
  })

  test('what a card charges stands with its bill, what savings pay with the balance', async () => {
    const linked = await bank.client.link(bank.person('maya'), { details: fdxDetails(['BALANCES', 'BILLS']) })
    const read = async (id: string): Promise<unknown> => (await bank.client.fdx(`/accounts/${id}`, linked.access_token)).json() // prettier-ignore
    expect(await read(ids.CREDITCARD)).toMatchObject({ purchasesApr: 21.99, cardExpires: expect.any(String) })
    expect(await read(ids.SAVINGS)).toMatchObject({ interestRate: 3.85 })
    const only = await bank.client.link(bank.person('maya'), { details: fdxDetails(['BALANCES']) })
    const card = record(await (await bank.client.fdx(`/accounts/${ids.CREDITCARD}`, only.access_token)).json())
    expect(card['purchasesApr']).toBeUndefined()
  })

  test('statements are listed with their closing balance', async () => {
    const statements = records((await body(`/accounts/${ids.CREDITCARD}/statements`))['statements'])
    expect(statements.length).toBeGreaterThanOrEqual(11)
    expect(statements[0]?.['closingBalance']).toBeTypeOf('number')
  })
})

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
