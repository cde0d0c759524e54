// What somebody else could try at /me: another customer's rows, a preset cookie, forms of other sites, an assertion given for
// something else, a session whose passkey is gone, and the two logins behind it, each stolen alone.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { sessions } from '../../src/customers/index.ts'
import { eraseChallenge, removalChallenge } from '../../src/keystore/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import { textOf } from '../setup/html-forms.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import type { CentreBrowser, CentreCustomer, CentreWorld } from './centre-world.ts'
import { createCentreBrowser, createCentreWorld, signed } from './centre-world.ts'
import { ownForm, send } from './link-requests.ts'

let world: CentreWorld

beforeAll(async () => {
  world = await createCentreWorld()
})
afterAll(() => world.end())

async function signedIn(
  options: Parameters<CentreWorld['addCustomer']>[0] = {},
): Promise<{ customer: CentreCustomer; browser: CentreBrowser }> {
  const customer = await world.addCustomer(options)
  const browser = createCentreBrowser(world.origin)
  const answer = await browser.signIn(customer.passkey)
  expect(answer.status).toBe(303)
  return { customer, browser }
}

/** The hash of a live session, as the pages know it. */
async function foundSession(value: string | undefined): Promise<Buffer> {
  const session = await sessions.find(world.consent, 'me', value)
  if (session === undefined) throw new Error('no session')
  return session.hash
}

const lookIds = (page: string): readonly string[] => [...page.matchAll(/\/me\/looks\/([0-9a-f-]{36})"/g)].map(([, id = '']) => id) // prettier-ignore

async function grantsOf({ id }: CentreCustomer): Promise<number> {
  const row = await world.admin.one(
    z.object({ live: z.coerce.number() }),
    'SELECT count(*) AS live FROM consent.grant_ g WHERE g.customer = $1 AND consent.holds_now(g)',
    [id],
  )
  return row.live
}

test('a customer sees their own looks, and no page, receipt or file of another customer by its id', async () => {
  const [ana, ben] = [await signedIn({ looks: 2 }), await signedIn()]
  const own = lookIds((await ana.browser.get('/me/looks')).text)
  expect(own).toHaveLength(2)
  expect((await ana.browser.get(`/me/looks/${own[0]}`)).status).toBe(200)
  expect((await ana.browser.get(`/me/looks/${own[0]}/receipt`)).text).toContain(ana.customer.id)
  for (const path of [`/me/looks/${own[0]}`, `/me/looks/${own[0]}/receipt`]) {
    const foreign = await ben.browser.get(path)
    expect(foreign.status).toBe(404)
    expect(foreign.text).not.toContain(ana.customer.id)
  }
  expect(lookIds((await ben.browser.get('/me/looks')).text)).not.toContain(own[0])
  expect(lookIds((await ben.browser.get('/me/looks?before=999999999999')).text)).toHaveLength(1)
})

test('ids of another customer’s terms and passkeys do nothing', async () => {
  const [ana, ben] = [await signedIn(), await signedIn({ disclosure: 'full' })]
  const theirs = ben.customer.terms.id
  await ana.browser.post(`/me/sharing/${theirs}/narrow`, { class: 'balance' })
  await ana.browser.post(`/me/sharing/${theirs}/lower`, { level: 'sealed' })
  expect((await ana.browser.get(`/me/sharing/${theirs}`)).status).toBe(303)
  const other = ben.customer.passkey.credentialId.toString('base64url')
  await expect(ana.browser.options(`/me/passkeys/remove/${other}/challenge`)).rejects.toThrow('404')
  expect(await grantsOf(ben.customer)).toBe(2)
  expect((await ben.browser.get('/me')).text).toContain('Full figures')
})

const acts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['/me/stop', {}],
  ['/me/sharing/end', { institution: 'north-bank' }],
  ['/me/sessions/end-others', {}],
  ['/me/sign-out', {}],
]

test.each(acts)('a form of another site does nothing: %s', async (path, fields) => {
  const { customer, browser } = await signedIn()
  for (const site of ['cross-site', 'same-site', 'none']) {
    const forged = await browser.post(path, fields, { ...ownForm, 'sec-fetch-site': site })
    expect(forged.status).toBe(403)
  }
  const { 'sec-fetch-site': _site, ...old } = ownForm
  expect((await browser.post(path, fields, { ...old, origin: 'https://evil.example' })).status).toBe(403)
  expect(await grantsOf(customer)).toBe(2)
  expect((await browser.get('/me')).status).toBe(200)
})

test('GET changes nothing anywhere in the centre', async () => {
  const { customer, browser } = await signedIn()
  for (const [path] of acts) expect([303, 405]).toContain((await browser.get(path)).status)
  expect(await grantsOf(customer)).toBe(2)
})

test('one press narrows, lowers and stops at once; a second press of the same does nothing more', async () => {
  const { customer, browser } = await signedIn({ disclosure: 'full' })
  const id = customer.terms.id
  expect((await browser.post(`/me/sharing/${id}/lower`, { level: 'rounded' })).headers.location).toBe(
    '/me?done=lowered',
  )
  expect((await browser.post(`/me/sharing/${id}/lower`, { level: 'rounded' })).headers.location).toBe(
    '/me?done=nothing',
  )
  expect((await browser.post(`/me/sharing/${id}/lower`, { level: 'full' })).headers.location).toBe('/me')
  expect((await browser.post(`/me/sharing/${id}/narrow`, { class: 'balance' })).headers.location).toBe(
    '/me?done=narrowed',
  )
  await expect(world.look(customer)).rejects.toThrow('consent/no-grant')
  expect((await browser.post(`/me/sharing/${id}/narrow`, { class: 'balance' })).headers.location).toBe(
    '/me?done=nothing',
  )
  expect(await grantsOf(customer)).toBe(1)
  expect((await browser.post('/me/stop')).headers.location).toBe('/me?done=stopped')
  expect((await browser.post('/me/stop')).headers.location).toBe('/me?done=nothing')
  expect(await grantsOf(customer)).toBe(0)
})

test('notices end with one press and answers go on; a class that is off is off for notices too', async () => {
  const purposes = { 'answer-customer': ['balance', 'transactions'], 'notify-customer': ['card-bills', 'transactions'] } as const // prettier-ignore
  const one = await signedIn({ purposes })
  const page = (await one.browser.get('/me')).text
  expect(page).toContain('Tell me when something is due or looks odd')
  expect(await grantsOf(one.customer)).toBe(4)
  const ended = await one.browser.post(`/me/sharing/${one.customer.terms.id}/narrow`, { purpose: 'notices' })
  expect(ended.headers.location).toBe('/me?done=narrowed')
  expect(await grantsOf(one.customer)).toBe(2)
  await world.look(one.customer)

  const other = await signedIn({ purposes })
  await other.browser.post(`/me/sharing/${other.customer.terms.id}/narrow`, { class: 'transactions' })
  expect(await grantsOf(other.customer)).toBe(2)
})

test('an assertion given for one act is worth nothing for another, nor in another session, nor twice', async () => {
  const { customer, browser } = await signedIn()
  const forPhrase = signed(customer.passkey, (await browser.options('/me/phrase/challenge')).challenge)
  await browser.options('/me/export/challenge')
  await browser.options('/me/erase/challenge')
  for (const path of ['/me/export', '/me/erase', '/me/sign-in']) {
    expect((await browser.post(path, { response: forPhrase })).status, path).toBe(403)
  }
  const other = createCentreBrowser(world.origin)
  await other.signIn(customer.passkey)
  const elsewhere = signed(customer.passkey, (await browser.options('/me/phrase/challenge')).challenge)
  expect((await other.post('/me/phrase', { response: elsewhere, phrase: 'stolen words' })).status).toBe(403)
  expect((await browser.post('/me/phrase', { response: elsewhere, phrase: 'blue kettle' })).status).toBe(303)
  expect((await browser.post('/me/phrase', { response: elsewhere, phrase: 'again' })).status).toBe(403)
  expect((await browser.get('/me')).text).toContain('blue kettle')
  expect(
    (await world.admin.rows(z.object({}), 'SELECT FROM erasure.erasure WHERE customer = $1', [customer.id])).length,
  ).toBe(0)
})

test('somebody else’s valid passkey approves nothing in a session', async () => {
  const [ana, ben] = [await signedIn(), await signedIn()]
  for (const path of ['/me/phrase', '/me/export', '/me/erase']) {
    expect((await ana.browser.approve(path, ben.customer.passkey, { phrase: 'x' })).status, path).toBe(403)
  }
  expect((await ana.browser.post('/me/export/bundle')).headers.location).toBe('/me/export')
})

test('fuller, wider and longer only by signing what was shown; the document in the address cannot be swapped', async () => {
  const { customer, browser } = await signedIn({ disclosure: 'sealed' })
  const id = customer.terms.id
  const endDate = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10)
  const review = await browser.post(`/me/sharing/${id}`, { class: 'balance', disclosure: 'full', endDate })
  expect(textOf(review.text)).toContain('Read and sign')
  const action = /action="(\/me\/sign\/[\w-]{43})"/.exec(review.text)?.[1] ?? ''
  expect((await browser.post(action, { response: '{}' })).status).toBe(403)
  expect((await browser.get('/me')).text).toContain('No figures')
  const stranger = await signedIn()
  await expect(stranger.browser.options(`${action}/challenge`)).rejects.toThrow('409')
  expect((await browser.approve(action, customer.passkey)).headers.location).toBe('/me?done=signed')
  expect((await browser.get('/me')).text).toContain('Full figures')
  await world.look(customer)
  const tooLong = new Date(Date.now() + 366 * 86_400_000).toISOString().slice(0, 10)
  const newest = /\/me\/sharing\/([0-9a-f-]{36})"/.exec((await browser.get('/me')).text)?.[1] ?? ''
  const refused = await browser.post(`/me/sharing/${newest}`, {
    class: 'balance',
    disclosure: 'full',
    endDate: tooLong,
  })
  expect(refused.status).toBe(422)
})

test('a further passkey needs the approval of one that counts, for that very passkey; the last one cannot go', async () => {
  const { customer, browser } = await signedIn()
  const second = createSoftPasskey({ origin: world.origin, rpId: 'localhost' })
  const forged = createSoftPasskey({ origin: world.origin, rpId: 'localhost' })
  const propose = async (passkey: typeof second): Promise<string> => {
    const { challenge } = await browser.options('/me/passkeys/add/challenge')
    const page = await browser.post('/me/passkeys/add', {
      response: JSON.stringify(passkey.register(Buffer.from(challenge, 'base64url'))),
    })
    return /action="(\/me\/passkeys\/approve\/[\w-]{43})"/.exec(page.text)?.[1] ?? ''
  }
  const forOther = await propose(forged)
  const action = await propose(second)
  // The new one cannot approve itself, and an approval for one is none for the other.
  const own = await browser.options(`${action}/challenge`)
  expect((await browser.post(action, { response: signed(second, own.challenge) })).status).toBe(403)
  const again = await propose(second)
  expect((await browser.approve(again, customer.passkey)).headers.location).toBe('/me/passkeys?done=passkeyAdded')
  expect(forOther).not.toBe(again)
  const other = createCentreBrowser(world.origin)
  expect((await other.signIn(second)).status).toBe(303)

  // A passkey does not remove itself; another one does, and with it go its sessions and what it had signed.
  const path = `/me/passkeys/remove/${customer.passkey.credentialId.toString('base64url')}`
  expect((await browser.approve(path, customer.passkey)).status).toBe(403)
  expect((await other.get('/me')).status).toBe(200)
  const later = createCentreBrowser(world.origin)
  await later.signIn(second)
  expect((await later.approve(path, second)).headers.location).toBe('/me/passkeys?done=passkeyRemoved')
  expect((await browser.get('/me')).headers.location).toBe('/me/sign-in')
  expect((await other.get('/me')).headers.location).toBe('/me/sign-in')
  expect((await later.get('/me')).status).toBe(200)
  expect(await grantsOf(customer)).toBe(0)
  expect((await createCentreBrowser(world.origin).signIn(customer.passkey)).status).toBe(403)
  const last = `/me/passkeys/remove/${second.credentialId.toString('base64url')}`
  expect((await later.approve(last, second)).status).toBe(403)
  expect((await later.get('/me')).status).toBe(200)
})

test('a removal’s challenge is not the erasure’s: what one passkey signs for the one does not do the other', async () => {
  const { customer, browser } = await signedIn()
  const { challenge } = await browser.options('/me/erase/challenge')
  expect(challenge).toBe(eraseChallenge(customer.id).toString('base64url'))
  const forRemoval = removalChallenge(customer.id, customer.passkey.credentialId)
  const answer = await browser.post('/me/erase', {
    response: signed(customer.passkey, forRemoval.toString('base64url')),
  })
  expect(answer.status).toBe(403)
})

test('a session ends when its passkey is removed anywhere, even for the database itself', async () => {
  const { customer, browser } = await signedIn()
  const value = browser.cookie
  const session = await foundSession(value)
  const rows = (): Promise<readonly object[]> =>
    world.centre.rows(z.object({}), 'SELECT FROM gate.own_entries($1, NULL, NULL, NULL, NULL, NULL, 50)', [session])
  expect((await rows()).length).toBe(2)
  await world.consent.run('UPDATE customers.passkey SET revoked_at = clock_timestamp() WHERE customer = $1', [
    customer.id,
  ])
  expect((await rows()).length).toBe(0)
  expect((await browser.get('/me')).headers.location).toBe('/me/sign-in')
})

test('the login of the pages reads nobody’s looks, and the centre’s own login none without a session it cannot make', async () => {
  const { browser } = await signedIn()
  const session = await foundSession(browser.cookie)
  const read = 'SELECT FROM gate.own_entries($1, NULL, NULL, NULL, NULL, NULL, 50)'
  await expect(world.consent.rows(z.object({}), read, [session])).rejects.toMatchObject({ cause: { code: '42501' } })
  for (const sql of [
    'SELECT FROM audit.entry',
    'SELECT FROM customers.session',
    'SELECT FROM customers.passkey',
    'SELECT FROM consent.grant_',
    'SELECT FROM vault.bank_token',
    'SELECT FROM log.promise',
  ]) {
    await expect(world.centre.rows(z.object({}), sql), sql).rejects.toMatchObject({ cause: { code: '42501' } })
  }
  const invented = `INSERT INTO customers.session (id_hash, kind, expires_at) VALUES ($1, 'me', now() + interval '1 hour')`
  await expect(world.centre.run(invented, [randomBytes(32)])).rejects.toMatchObject({ cause: { code: '42501' } })
  expect(await world.centre.rows(z.object({}), read, [randomBytes(32)])).toHaveLength(0)
  expect(await world.centre.rows(z.object({}), read, [session])).not.toHaveLength(0)
})

test('sessions of other kinds, waiting ones, idle ones and ended ones open nothing', async () => {
  const { customer } = await signedIn()
  const counted = async (hash: Uint8Array): Promise<number> =>
    (
      await world.centre.rows(z.object({}), 'SELECT FROM gate.own_entries($1, NULL, NULL, NULL, NULL, NULL, 50)', [
        hash,
      ])
    ).length
  const { credentialId } = customer.passkey
  for (const kind of ['link', 'sealed'] as const) {
    const { hash } = await sessions.start({ random: systemRandom }, world.consent, { kind, customer: customer.id, credentialId }) // prettier-ignore
    expect(await counted(hash)).toBe(0)
  }
  const idle = await sessions.start({ random: systemRandom }, world.consent, { kind: 'me', customer: customer.id, credentialId }) // prettier-ignore
  expect(await counted(idle.hash)).toBe(2)
  await world.admin.run('UPDATE customers.session SET expires_at = clock_timestamp() WHERE id_hash = $1', [idle.hash])
  expect(await counted(idle.hash)).toBe(0)
  const without = await sessions.start({ random: systemRandom }, world.consent, { kind: 'me', customer: customer.id })
  expect(await counted(without.hash)).toBe(0)
})

test('the phrase is sealed at rest, shown only after the passkey, and never in an address, a log or the sign-in page', async () => {
  const { customer, browser } = await signedIn()
  const words = 'copper heron, nine lamps'
  expect((await browser.approve('/me/phrase', customer.passkey, { phrase: words })).status).toBe(303)
  expect((await browser.get('/me')).text).toContain(words)
  expect((await createCentreBrowser(world.origin).get('/me/sign-in')).text).not.toContain(words)
  const { sealed } = await world.admin.one(z.object({ sealed: z.string() }), `SELECT encode(sealed, 'escape') AS sealed FROM customers.phrase WHERE customer = $1`, [customer.id]) // prettier-ignore
  expect(sealed).not.toContain('heron')
  expect(world.log()).not.toContain('heron')
  expect((await browser.approve('/me/phrase', customer.passkey, { phrase: '4111 1111 1111 1111' })).status).toBe(422)
  await expect(world.trust.keys.consent.profileKey(customer.id)).rejects.toMatchObject({
    code: 'keystore/caller-not-allowed',
  })
  await expect(world.trust.keys.answer.profileKey(customer.id)).rejects.toMatchObject({
    code: 'keystore/caller-not-allowed',
  })
})

test('an export is opened by a fresh passkey for this session only; figures are looks; a spreadsheet runs no account’s name', async () => {
  const { customer, browser } = await signedIn()
  for (const file of ['bundle', 'accounts.csv', 'accounts.ofx']) {
    expect((await browser.post(`/me/export/${file}`)).headers.location).toBe('/me/export')
  }
  expect((await browser.approve('/me/export', customer.passkey)).status).toBe(303)
  const other = createCentreBrowser(world.origin)
  await other.signIn(customer.passkey)
  expect((await other.post('/me/export/bundle')).headers.location).toBe('/me/export')
  const csv = await browser.post('/me/export/accounts.csv')
  expect(csv.headers['content-disposition']).toBe('attachment; filename="parley-accounts.csv"')
  expect(csv.text).toContain(`"'=Everyday ""Checking"""`)
  expect(csv.text).toContain(',-2.17,USD')
  expect((await browser.post('/me/export/accounts.ofx')).text).toContain('<LEDGERBAL><BALAMT>-2.17</BALAMT>')
  const bundle: { entries: readonly { fields: string }[]; customer: string } = JSON.parse((await browser.post('/me/export/bundle')).text) // prettier-ignore
  expect(bundle.customer).toBe(customer.id)
  expect(bundle.entries).toHaveLength(6)
  expect(bundle.entries.every(({ fields }) => fields.includes(customer.id))).toBe(true)
  expect(bundle.entries.filter(({ fields }) => fields.includes('privacy-centre'))).toHaveLength(2)
  await browser.post('/me/stop')
  expect((await browser.post('/me/export/accounts.csv')).status).toBe(502)
})

test('an in-app browser gets no form, and its posts are turned away', async () => {
  const agent = { 'user-agent': 'Mozilla/5.0 [FBAN/FBIOS;FBAV/400]' }
  const page = await send('GET', `${world.origin}/me/sign-in`, agent)
  expect(page.text).not.toContain('<form')
  const posted = await send('POST', `${world.origin}/me/sign-in/challenge`, { ...ownForm, ...agent })
  expect(posted.headers['set-cookie']).toBeUndefined()
})

test('whatever a bank or a person wrote stays text', async () => {
  const { customer, browser } = await signedIn()
  await world.admin.run(
    `UPDATE institutions.institution SET name = '<img src=x onerror=alert(1)>' WHERE id = 'north-bank'`,
  )
  try {
    await browser.approve('/me/phrase', customer.passkey, { phrase: '<script>alert(1)</script>' })
    for (const path of ['/me', '/me/looks', '/me/export', '/me/phrase']) {
      const { text } = await browser.get(path)
      expect(text).not.toMatch(/<img src=x|<script>alert/)
    }
  } finally {
    await world.admin.run(`UPDATE institutions.institution SET name = 'First Valley Bank' WHERE id = 'north-bank'`)
  }
})
