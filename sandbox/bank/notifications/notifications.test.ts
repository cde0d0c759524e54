import { tokenRevocation } from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startCallbackReceiver } from '../test-support/callback-receiver.ts'
import type { CallbackReceiver, Delivery } from '../test-support/callback-receiver.ts'
import { createCookieBrowser } from '../test-support/cookie-browser.ts'
import type { Page } from '../test-support/cookie-browser.ts'
import { grantOf } from '../test-support/outside-client.ts'
import type { Tokens } from '../test-support/outside-client.ts'
import { record, records, startPracticeBank } from '../test-support/practice-bank.ts'
import type { PracticeBank } from '../test-support/practice-bank.ts'

describe('the bank tells a client what became of its consents', () => {
  let receiver: CallbackReceiver
  let bank: PracticeBank
  beforeAll(async () => {
    receiver = await startCallbackReceiver()
    bank = await startPracticeBank({}, [`${receiver.origin}/link/callback`])
    for (const type of ['CONSENT_REVOKED', 'CONSENT_UPDATED']) {
      expect((await subscribe({ type })).status).toBe(201)
    }
  })
  afterAll(async () => {
    await bank.end()
    await receiver.stop()
  })
  beforeEach(async () => {
    await bank.control('PUT', '/switches', { noticeDelayMs: 0, dropNotices: false, duplicateNotices: false })
    receiver.answers.length = 0
  })

  const callbackUrl = (): string => `${receiver.origin}/notices`
  async function subscribe(change: Readonly<Record<string, unknown>>): Promise<Response> {
    const body = {
      ...{ type: 'CONSENT_REVOKED', category: 'CONSENT', callbackUrl: callbackUrl() },
      ...{ subscriber: { name: 'Outside', type: 'DATA_RECIPIENT' }, ...change },
    }
    return await own('/notification-subscriptions', { method: 'POST', body: JSON.stringify(body) })
  }
  async function own(path: string, init: { method?: string; body?: string } = {}): Promise<Response> {
    return await bank.client.fdx(path, await bank.client.ownToken(), init)
  }
  async function link(): Promise<{ readonly id: string; readonly tokens: Tokens }> {
    const tokens = await bank.client.link(bank.person('maya'))
    return { id: grantOf(tokens), tokens }
  }
  const about = (id: string): readonly Delivery[] => receiver.deliveries.filter(({ consentId }) => consentId === id)
  async function polled(id: string): Promise<readonly unknown[]> {
    const body = record(await (await own('/notifications')).json())
    return records(body['notifications']).filter((each) => record(each['notificationPayload'])['id'] === id)
  }

  test('a consent that the customer ends on the bank’s page is dead at once, and its client is told, signed', async () => {
    const { id, tokens } = await link()
    const browser = createCookieBrowser('http://nowhere.invalid')
    const page = await signedIn(browser)
    expect(page.text).toContain('Stop sharing with Outside &lt;Client&gt;')
    const after = await browser.submit({ ...page, text: formOf(page, id) }, 'end', [])
    expect(after.text).toContain('Outside &lt;Client&gt; can no longer see your accounts.')
    await expect(bank.client.fdx('/accounts', tokens.access_token)).rejects.toMatchObject({ status: 401 })
    await expect(bank.client.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect.poll(() => about(id)).toMatchObject([{ type: 'CONSENT_REVOKED', genuine: true }])
    expect(record(JSON.parse(about(id)[0]?.body ?? ''))['notificationPayload']).toMatchObject({
      idType: 'CONSENT',
      customFields: [
        { name: 'INITIATOR', value: 'INDIVIDUAL' },
        { name: 'REASON', value: 'USER_ACTION' },
      ],
    })
    expect(await polled(id)).toHaveLength(1)
  })

  test('the page ends nobody else’s consent, and nothing without its own form', async () => {
    const { id, tokens } = await link()
    const browser = createCookieBrowser('http://nowhere.invalid')
    const login = await browser.get(`${bank.issuer}/connected-apps`)
    expect(
      (
        await browser.submit(login, 'login', [
          ['login', 'maya'],
          ['password', 'wrong'],
        ])
      ).status,
    ).toBe(400)
    const others = bank.person('daniel')
    const page = await browser.submit(login, 'login', [
      ['login', others.login],
      ['password', others.password],
    ])
    expect(page.text).not.toContain(id)
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const forged = { url: page.url, status: 200, text: '<form action="/connected-apps/end"></form>' }
    await browser.submit(forged, 'end', [
      ['csrf', csrf],
      ['consent', id],
    ])
    await browser.submit(forged, 'end', [
      ['csrf', 'x'],
      ['consent', id],
    ])
    await createCookieBrowser('http://nowhere.invalid').submit(forged, 'end', [
      ['csrf', csrf],
      ['consent', id],
    ])
    expect((await bank.client.fdx('/accounts', tokens.access_token)).status).toBe(200)
  })

  test('tokens that the client gives back (RFC 7009) end the consent, as the bank’s page shows', async () => {
    const { id, tokens } = await link()
    await tokenRevocation(bank.client.config, tokens.refresh_token ?? '')
    await expect(bank.client.fdx('/accounts', tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const shown = record(await (await bank.client.fdx(`/consents/${id}`, tokens.access_token)).json())
    expect([shown['status'], shown['revocation']]).toEqual([
      'REVOKED',
      { reason: 'TOKEN_REVOKED', initiator: 'DATA_RECIPIENT' },
    ])
    const page = await signedIn(createCookieBrowser('http://nowhere.invalid'))
    expect(page.text).toContain('by Outside &lt;Client&gt;')
    await expect.poll(() => about(id)).toHaveLength(1)
  })

  test('a callback that fails is tried again, with the same id, until it answers', async () => {
    const { id } = await link()
    receiver.answers.push(500, 503)
    await bank.control('POST', `/consents/${id}/revoke`)
    await expect.poll(() => about(id), { timeout: 45_000 }).toHaveLength(3)
    expect(new Set(about(id).map((each) => each.id)).size).toBe(1)
    expect(about(id).every(({ genuine }) => genuine)).toBe(true)
  })

  test('a notice that waits goes out after a restart', async () => {
    const { id } = await link()
    await bank.control('PUT', '/switches', { noticeDelayMs: 60_000 })
    await bank.control('POST', `/consents/${id}/revoke`)
    expect(about(id)).toEqual([])
    await bank.restart()
    await expect.poll(() => about(id), { timeout: 45_000 }).toHaveLength(1)
  })

  test('the switches delay, drop and duplicate; what was dropped can be fetched', async () => {
    const [dropped, doubled] = [await link(), await link()]
    await bank.control('PUT', '/switches', { dropNotices: true })
    await bank.control('POST', `/consents/${dropped.id}/revoke`)
    await expect.poll(() => polled(dropped.id)).toHaveLength(1)
    await bank.control('PUT', '/switches', { dropNotices: false, duplicateNotices: true })
    await bank.control('POST', `/consents/${doubled.id}/revoke`)
    await expect.poll(() => about(doubled.id)).toHaveLength(2)
    expect(new Set(about(doubled.id).map((each) => each.id)).size).toBe(1)
    expect(about(dropped.id)).toEqual([])
  })

  test('an account taken out of a consent is told as an update, and the rest goes on', async () => {
    const { id, tokens } = await link()
    const accounts = records(record(await (await bank.client.fdx('/accounts', tokens.access_token)).json())['accounts'])
    const first = String(accounts[0]?.['accountId'])
    expect((await bank.control('POST', `/consents/${id}/accounts`, { accountIds: [first] })).status).toBe(204)
    await expect.poll(() => about(id)).toMatchObject([{ type: 'CONSENT_UPDATED', genuine: true }])
    expect(
      records(record(await (await bank.client.fdx('/accounts', tokens.access_token)).json())['accounts']),
    ).toHaveLength(1)
  })

  test('subscriptions are the client’s own: kept, replaced, shown and deleted', async () => {
    const again = record(await (await subscribe({ callbackUrl: `${receiver.origin}/other` })).json())
    const listed = records(record(await (await own('/notification-subscriptions')).json())['subscriptions'])
    expect(new Set(listed.map(({ type }) => type))).toEqual(new Set(['CONSENT_REVOKED', 'CONSENT_UPDATED']))
    expect(listed).toHaveLength(2)
    const path = `/notification-subscriptions/${String(again['subscriptionId'])}`
    expect(record(await (await own(path)).json())['callbackUrl']).toBe(`${receiver.origin}/other`)
    expect((await own(path, { method: 'DELETE' })).status).toBe(204)
    expect((await own(path)).status).toBe(404)
    await subscribe({})
  })

  test('callbacks elsewhere, unknown types and a customer’s token are refused', async () => {
    expect((await subscribe({ callbackUrl: 'http://169.254.169.254/latest' })).status).toBe(400)
    expect((await subscribe({ type: 'BALANCE' })).status).toBe(400)
    const { tokens } = await link()
    expect((await bank.client.fdx('/notifications', tokens.access_token)).status).toBe(403)
    // Without the scope a client's own token is good for nothing here, if the bank gives one at all.
    await expect(
      bank.client.ownToken('fdx:balances:read').then((own) => bank.client.fdx('/notifications', own)),
    ).resolves.toMatchObject({
      status: 403,
    })
    await expect(bank.client.fdx('/accounts', await bank.client.ownToken())).rejects.toMatchObject({ status: 401 })
  })

  test('pages of notices follow each other without gaps', async () => {
    const all = record(await (await own('/notifications')).json())
    const ids = records(all['notifications']).map(({ notificationId }) => notificationId)
    const seen: unknown[] = []
    let key: unknown
    do {
      const query = key === undefined ? '' : `&pageKey=${typeof key === 'string' ? key : ''}`
      const body = record(await (await own(`/notifications?limit=2${query}`)).json())
      seen.push(...records(body['notifications']).map(({ notificationId }) => notificationId))
      key = record(body['page'])['nextPageKey']
    } while (key !== undefined)
    expect(seen).toEqual(ids)
    expect((await own('/notifications?updatedSince=2999-01-01T00:00:00Z')).status).toBe(200)
    expect((await own('/notifications?updatedSince=yesterday')).status).toBe(400)
  })

  async function signedIn(browser: ReturnType<typeof createCookieBrowser>): Promise<Page> {
    const { login, password } = bank.person('maya')
    const page = await browser.get(`${bank.issuer}/connected-apps`)
    return await browser.submit(page, 'login', [
      ['login', login],
      ['password', password],
    ])
  }
})

/** The one form that ends this consent. */
function formOf(page: Page, id: string): string {
  const form = page.text.split('<form').find((each) => each.includes(`value="${id}"`))
  if (form === undefined) throw new Error('the page does not list the consent')
  return `<form${form}`
}
