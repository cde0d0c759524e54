import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCookieBrowser } from './test-support/cookie-browser.ts'
import { fdxDetails, REDIRECT_URI, share, signIn } from './test-support/outside-client.ts'
import type { Tokens } from './test-support/outside-client.ts'
import { record, records, startPracticeBank } from './test-support/practice-bank.ts'
import type { PracticeBank } from './test-support/practice-bank.ts'

const GOOD = {
  slowMs: 0,
  failStatus: null,
  halfClose: false,
  partial: false,
  garbage: false,
  down: false,
  loginDown: false,
  oldFields: false,
  onlyOldFields: false,
  resourceNonce: false,
}

describe('the switches of the sandbox bank', () => {
  let bank: PracticeBank
  let tokens: Tokens
  beforeAll(async () => {
    bank = await startPracticeBank()
    tokens = await bank.client.link(bank.person('maya'))
  })
  afterAll(() => bank.end())
  beforeEach(() => bank.control('PUT', '/switches', GOOD))

  const set = (change: object): Promise<Response> => bank.control('PUT', '/switches', change)
  const accounts = (): Promise<Response> => bank.client.fdx('/accounts?resultType=details', tokens.access_token)
  const health = async (): Promise<unknown> => record(await (await fetch(`${bank.issuer}/health`)).json())['status']

  test('a good bank says so', async () => {
    expect(await health()).toBe('ok')
    expect((await accounts()).status).toBe(200)
  })

  test('slow: the answer waits', async () => {
    await set({ slowMs: 150 })
    const before = performance.now()
    expect((await accounts()).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(149)
  })

  test('failing: the status asked for, in FDX form', async () => {
    await set({ failStatus: 503 })
    const response = await accounts()
    expect(response.status).toBe(503)
    expect(record(await response.json())['code']).toBeTypeOf('string')
    expect(await health()).toBe('degraded')
  })

  test('half-close: headers and half of the body, then nothing', async () => {
    await set({ halfClose: true })
    const response = await accounts()
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
  })

  test('garbage: 200 and no JSON', async () => {
    await set({ garbage: true })
    const response = await accounts()
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow()
  })

  test('down: the connection is cut, and only the health page still answers', async () => {
    await set({ down: true })
    await expect(fetch(`${bank.issuer}/.well-known/openid-configuration`)).rejects.toThrow()
    await expect(accounts()).rejects.toThrow()
    expect(await health()).toBe('down')
  })

  test('partial: lists come as 206 without their last entry', async () => {
    const whole = await accounts()
    await set({ partial: true })
    const part = await accounts()
    expect([whole.status, part.status]).toEqual([200, 206])
    const all = records(record(await whole.json())['accounts'])
    expect(records(record(await part.json())['accounts'])).toEqual(all.slice(0, -1))
  })

  test('login down: nobody can sign in, but links go on working', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    await set({ loginDown: true })
    await expect(bank.client.begin()).rejects.toThrow()
    expect((await createCookieBrowser(REDIRECT_URI).get(started.url)).status).toBe(503)
    expect((await accounts()).status).toBe(200)
    await set({ loginDown: false })
    const browser = createCookieBrowser(REDIRECT_URI)
    const back = await share(browser, await signIn(browser, started.url, bank.person('maya')), (ids) => ids)
    expect((await bank.client.finish(started, back.url)).access_token).toBeTypeOf('string')
  })

  test('expired tokens: access tokens die at once and stay dead after a restart; refreshing helps', async () => {
    await set({ expireTokens: true })
    await expect(accounts()).rejects.toMatchObject({ status: 401 })
    await bank.restart()
    await expect(accounts()).rejects.toMatchObject({ status: 401 })
    tokens = await bank.client.refresh(tokens.refresh_token ?? '')
    expect((await accounts()).status).toBe(200)
  })

  test('revoked refresh tokens: the next refresh fails, the consent stays', async () => {
    const linked = await bank.client.link(bank.person('noah'))
    await set({ revokeRefresh: true })
    await expect(bank.client.refresh(linked.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect((await bank.client.fdx('/accounts', linked.access_token)).status).toBe(200)
  })

  test('old fields: beside the new ones, or alone, with the sign of their time', async () => {
    const card = async (): Promise<Readonly<Record<string, unknown>>> => {
      const list = record(await (await accounts()).json())['accounts']
      if (!Array.isArray(list)) throw new Error('no accounts')
      return list.map(record).find((each) => each['accountType'] === 'CREDITCARD') ?? {}
    }
    await set({ oldFields: true })
    expect(await card()).toMatchObject({ bills: expect.any(Array), lastStmtBalance: expect.any(Number) })
    await set({ onlyOldFields: true })
    const old = await card()
    expect(old['bills']).toBeUndefined()
    expect(Number(old['lastStmtBalance'])).toBeGreaterThan(0)
  })

  test('resource nonce: the client is asked for a nonce and gets through with it', async () => {
    await set({ resourceNonce: true })
    expect((await accounts()).status).toBe(200)
  })

  test('the control API needs its secret and refuses unknown switches', async () => {
    expect((await fetch(`${bank.issuer}/control/state`)).status).toBe(401)
    expect((await fetch(`${bank.issuer}/control/switches`, { method: 'PUT', body: '{"down":true}' })).status).toBe(401)
    expect((await set({ explode: true })).status).toBe(400)
    expect((await set({ slowMs: 1_000_000 })).status).toBe(400)
    expect(await health()).toBe('ok')
  })
})
