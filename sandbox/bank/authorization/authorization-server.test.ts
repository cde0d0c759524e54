import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCookieBrowser } from '../test-support/cookie-browser.ts'
import { ALL_CLUSTERS, fdxDetails, grantOf, REDIRECT_URI, share, signIn } from '../test-support/outside-client.ts'
import { record, records, startPracticeBank } from '../test-support/practice-bank.ts'
import type { PracticeBank } from '../test-support/practice-bank.ts'

describe('the sandbox bank as an authorization server (FAPI 2.0)', () => {
  let bank: PracticeBank
  beforeAll(async () => {
    bank = await startPracticeBank()
  })
  afterAll(() => bank.end())

  test('an outside client links through PAR, PKCE, private_key_jwt and DPoP, and the token is bound, short and named', async () => {
    const tokens = await bank.client.link(bank.person('maya'), { pick: (ids) => ids.slice(0, 2) })
    const claims = decodeJwt(tokens.access_token)
    expect(tokens.token_type).toBe('dpop')
    expect(tokens.expires_in).toBe(900)
    expect(claims.aud).toBe(bank.fdxUrl)
    expect(record(claims['cnf'])['jkt']).toBe(await bank.client.dpop.calculateThumbprint())
    expect(claims['fdxConsentId']).toBe(tokens['grant_id'])
    const [detail] = records(tokens['authorization_details'])
    const resources = records(record(detail?.['consentRequest'])['resources'])
    expect(resources).toHaveLength(2)
    expect(resources.every((each) => typeof each['resourceId'] === 'string')).toBe(true)
    expect(claims['authorization_details']).toEqual(tokens['authorization_details'])
    expect(tokens.refresh_token).toBeTypeOf('string')
  })

  test('an authorization request that was not pushed is refused', async () => {
    const url = openid.buildAuthorizationUrl(bank.client.config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      state: 's',
    })
    const page = await createCookieBrowser(REDIRECT_URI).get(url.href)
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request')
    expect(new URL(page.url).searchParams.get('error_description')).toContain('Pushed')
  })

  test('a client without a nonce is asked for one, and gets through with it', async () => {
    const { config } = bank.client
    const asked: string[] = []
    config[openid.customFetch] = async (url, { body, ...options }) => {
      const response = await fetch(url, {
        ...options,
        body: body instanceof Uint8Array ? Buffer.from(body) : (body ?? null),
      })
      if (response.status >= 400) asked.push(String(record(await response.clone().json())['error']))
      return response
    }
    const newcomer = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const tokens = await bank.client.link(bank.person('daniel'), { dpop: newcomer })
    expect(asked).toEqual(['use_dpop_nonce'])
    expect((await bank.client.fdx('/accounts', tokens.access_token, { dpop: newcomer })).status).toBe(200)
    config[openid.customFetch] = (url, { body, ...options }) =>
      fetch(url, { ...options, body: body instanceof Uint8Array ? Buffer.from(body) : (body ?? null) })
  })

  test('the answer names its issuer, and an answer with another one is refused by the client', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    const back = await share(browser, await signIn(browser, started.url, bank.person('maya')), (ids) => ids)
    expect(new URL(back.url).searchParams.get('iss')).toBe(bank.issuer)
    const mixedUp = new URL(back.url)
    mixedUp.searchParams.set('iss', 'https://other.example')
    await expect(bank.client.finish(started, mixedUp.href)).rejects.toThrow()
  })

  test('a code works once; the second use ends the consent and its tokens', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    const back = await share(browser, await signIn(browser, started.url, bank.person('maya')), (ids) => ids)
    const tokens = await bank.client.finish(started, back.url)
    expect((await bank.client.fdx('/accounts', tokens.access_token)).status).toBe(200)
    await expect(bank.client.finish(started, back.url)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(bank.client.fdx('/accounts', tokens.access_token)).rejects.toMatchObject({ status: 401 })
  })

  test('a login with prompt=login and max_age=0 gives a fresh auth_time and no account data', async () => {
    const before = Math.floor(Date.now() / 1000)
    const tokens = await bank.client.link(bank.person('sofia'), {
      details: null,
      parameters: { prompt: 'login', max_age: '0' },
    })
    const claims = tokens.claims()
    expect(claims?.['auth_time']).toBeGreaterThanOrEqual(before)
    expect(claims?.sub).toMatch(/^person_/)
    expect(tokens.refresh_token).toBeUndefined()
    expect(tokens['authorization_details']).toBeUndefined()
  })

  test('the next authorization in the same browser asks for a login again, and may be another person', async () => {
    const browser = createCookieBrowser(REDIRECT_URI)
    const first = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    await share(browser, await signIn(browser, first.url, bank.person('maya')), (ids) => ids)
    const second = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    expect((await browser.get(second.url)).text).toContain('type="password"')
    const third = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const back = await share(browser, await signIn(browser, third.url, bank.person('james')), (ids) => ids)
    expect((await bank.client.finish(third, back.url)).access_token).toBeTypeOf('string')
  })

  test('a wrong password shows a problem and gives nothing away', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    const page = await signIn(browser, started.url, { login: 'maya', password: 'wrong' })
    const nobody = await signIn(browser, started.url, { login: 'nobody"><b>', password: 'wrong' })
    expect(page.status).toBe(400)
    expect(page.text).toContain('do not go together')
    expect(nobody.text).toContain('nobody&quot;&gt;&lt;b&gt;')
  })

  test('guessing is stopped after ten wrong passwords for a name', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    for (let guess = 0; guess < 10; guess += 1)
      await signIn(browser, started.url, { login: 'noah', password: `guess ${guess}` })
    const page = await signIn(browser, started.url, bank.person('noah'))
    expect(page.status).toBe(429)
  })

  test('the customer may say no, cancel, or be told to choose an account', async () => {
    const refusals = await Promise.all(
      (['cancel', 'deny'] as const).map(async (how) => {
        const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
        const browser = createCookieBrowser(REDIRECT_URI)
        const login = await browser.get(started.url)
        if (how === 'cancel') return browser.submit(login, 'cancel', [])
        const consent = await signIn(browser, started.url, bank.person('maya'))
        return browser.submit(consent, 'consent', [['decision', 'deny']])
      }),
    )
    expect(refusals.map((page) => new URL(page.url).searchParams.get('error'))).toEqual([
      'access_denied',
      'access_denied',
    ])

    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    const page = await share(browser, await signIn(browser, started.url, bank.person('maya')), () => [])
    expect(page.status).toBe(400)
    expect(page.text).toContain('Choose at least one account')
  })

  test('the consent page names the client safely, the clusters in plain words, the end, and lists accounts ticked', async () => {
    const started = await bank.client.begin({
      authorization_details: JSON.stringify(fdxDetails(['BALANCES', 'TRANSACTIONS'])),
    })
    const page = await signIn(createCookieBrowser(REDIRECT_URI), started.url, bank.person('maya'))
    expect(page.text).toContain('Outside &lt;Client&gt;')
    expect(page.text).not.toContain('<Client>')
    expect(page.text).toContain('Everyday Checking')
    expect(page.text.match(/type="checkbox"/g)).toHaveLength(3)
    expect(page.text.match(/\schecked\s/g)).toHaveLength(3)
    expect(page.text).toContain('merchant and place')
    expect(page.text).toMatch(/Until <strong>/)
  })

  test('"Not you?" goes back to the login, and another person can share instead', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const browser = createCookieBrowser(REDIRECT_URI)
    const consent = await signIn(browser, started.url, bank.person('maya'))
    const login = await browser.submit(consent, 'switch', [])
    expect(login.text).toContain('type="password"')
    const again = await browser.submit(login, 'login', [
      ['login', 'james'],
      ['password', bank.person('james').password],
    ])
    expect(again.text).toContain('James Okafor')
    const tokens = await bank.client.finish(started, (await share(browser, again, (ids) => ids)).url)
    const maya = await bank.client.link(bank.person('maya'), { details: fdxDetails(['BALANCES']) })
    expect(tokens.claims()?.sub).not.toBe(maya.claims()?.sub)
  })

  test('a decision cannot be posted from another browser or without the page’s own token', async () => {
    const started = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const page = await signIn(createCookieBrowser(REDIRECT_URI), started.url, bank.person('maya'))
    const elsewhere = await createCookieBrowser(REDIRECT_URI).submit(page, 'consent', [['decision', 'allow']])
    expect(elsewhere.status).toBe(400)
    expect(elsewhere.text).toContain('sign_in_expired')

    const browser = createCookieBrowser(REDIRECT_URI)
    const again = await bank.client.begin({ authorization_details: JSON.stringify(fdxDetails(['BALANCES'])) })
    const own = await signIn(browser, again.url, bank.person('maya'))
    const forged = { ...own, text: own.text.replaceAll(/name="csrf"\s+value="[^"]*"/g, 'name="csrf" value="x"') }
    expect((await share(browser, forged, (ids) => ids)).text).toContain('sign_in_expired')
    expect(new URL((await share(browser, own, (ids) => ids)).url).searchParams.get('code')).toBeTypeOf('string')
  })

  test.each([
    ['an unknown cluster', fdxDetails(['SOCIAL_SECURITY_NUMBER'])],
    ['no cluster', fdxDetails([])],
    ['a consent of more than a year', fdxDetails(['BALANCES'], { durationPeriod: 366 })],
    ['an unknown field', fdxDetails(['BALANCES'], { purpose: 'advertising' })],
    ['another type', [{ type: 'payment_initiation' }]],
  ])('a request with %s is refused', async (_name, details) => {
    await expect(bank.client.begin({ authorization_details: JSON.stringify(details) })).rejects.toMatchObject({
      error: 'invalid_authorization_details',
    })
  })

  test('refreshing rotates; the old token may be retried while the new one is unused, and then never again', async () => {
    const first = await bank.client.link(bank.person('maya'), { details: fdxDetails(ALL_CLUSTERS) })
    const lost = await bank.client.refresh(first.refresh_token ?? '')
    const retried = await bank.client.refresh(first.refresh_token ?? '')
    expect(new Set([first.refresh_token, lost.refresh_token, retried.refresh_token]).size).toBe(3)
    await expect(bank.client.refresh(lost.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    const next = await bank.client.refresh(retried.refresh_token ?? '')
    expect((await bank.client.fdx('/accounts', next.access_token)).status).toBe(200)
    await expect(bank.client.refresh(first.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(bank.client.fdx('/accounts', next.access_token)).rejects.toMatchObject({ status: 401 })
    await expect(bank.client.refresh(next.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('a retry with another DPoP key is refused', async () => {
    const first = await bank.client.link(bank.person('maya'))
    await bank.client.refresh(first.refresh_token ?? '')
    const thief = openid.getDPoPHandle(bank.client.config, await openid.randomDPoPKeyPair('ES256'))
    await expect(bank.client.refresh(first.refresh_token ?? '', thief)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('with the grace time at zero, reuse ends the grant at once', async () => {
    const first = await bank.client.link(bank.person('maya'))
    await bank.control('PUT', '/switches', { refreshGraceSeconds: 0 })
    const second = await bank.client.refresh(first.refresh_token ?? '')
    await expectWithin(45_000, async () => {
      await expect(bank.client.refresh(first.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    })
    await bank.control('PUT', '/switches', { refreshGraceSeconds: 600 })
    await expect(bank.client.refresh(second.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('revoking the refresh token ends the consent and every token under it', async () => {
    const tokens = await bank.client.link(bank.person('maya'))
    await openid.tokenRevocation(bank.client.config, tokens.refresh_token ?? '')
    await expect(bank.client.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(bank.client.fdx('/accounts', tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const consent = await bank.client.fdx(`/consents/${grantOf(tokens)}`, tokens.access_token)
    expect(record(await consent.json())['status']).toBe('REVOKED')
  })

  test('one-time consents get no refresh token', async () => {
    const tokens = await bank.client.link(bank.person('maya'), {
      details: fdxDetails(['BALANCES'], { durationType: 'ONE_TIME' }),
    })
    expect(tokens.refresh_token).toBeUndefined()
    expect((await bank.client.fdx('/accounts', tokens.access_token)).status).toBe(200)
  })
})

/** Repeats an expectation until it holds or the time is over. */
async function expectWithin(ms: number, expectation: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + ms
  for (;;) {
    try {
      return await expectation()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
