// The customer's leave for fraud alerts: one press or a borrowed browser never reaches it, the passkey does, and words take a day.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { purposes as allPurposes } from '../../src/kernel/index.ts'
import type { Purpose } from '../../src/kernel/index.ts'
import { textOf } from '../setup/html-forms.ts'
import type { CentreBrowser, CentreCustomer, CentreWorld } from './centre-world.ts'
import { createCentreBrowser, createCentreWorld, signed } from './centre-world.ts'

const purposes = {
  'answer-customer': ['balance', 'card-status'],
  'fraud-alerts': ['card-events', 'card-status'],
} as const

let world: CentreWorld
beforeAll(async () => {
  world = await createCentreWorld()
})
afterAll(() => world.end())

async function warned(options: Parameters<CentreWorld['addCustomer']>[0] = { purposes }): Promise<{
  readonly customer: CentreCustomer
  readonly browser: CentreBrowser
}> {
  const customer = await world.addCustomer(options)
  const browser = createCentreBrowser(world.origin)
  expect((await browser.signIn(customer.passkey)).status).toBe(303)
  return { customer, browser }
}

/** How many grants of each purpose hold. */
async function held({ id }: CentreCustomer): Promise<Partial<Record<Purpose, number>>> {
  const rows = await world.admin.rows(
    z.object({ purpose: z.enum(allPurposes), live: z.coerce.number() }),
    `SELECT purpose, count(*) AS live FROM consent.grant_ g WHERE g.customer = $1 AND consent.holds_now(g) GROUP BY purpose`,
    [id],
  )
  return Object.fromEntries(rows.map(({ purpose, live }) => [purpose, live]))
}

/** The notices that wait to be told to a customer, by kind. */
async function notices({ id }: CentreCustomer): Promise<readonly string[]> {
  const rows = await world.admin.rows(
    z.object({ kind: z.string() }),
    `SELECT payload ->> 'kind' AS kind FROM platform.job WHERE kind LIKE 'notices.%' AND payload ->> 'customer' = $1 ORDER BY id`,
    [id],
  )
  return rows.map(({ kind }) => kind)
}

const end = '/me/alerts/north-bank/end'

test('threat 27: one press reaches no fraud alert, whatever it stops: a class, the bank, everything', async () => {
  const { customer, browser } = await warned()
  const id = customer.terms.id
  expect((await browser.post(`/me/sharing/${id}/narrow`, { class: 'card-status' })).headers.location).toBe(
    '/me?done=narrowed',
  )
  expect(await held(customer)).toEqual({ 'answer-customer': 1, 'fraud-alerts': 2 })
  for (const forged of [{ class: 'card-events' }, { purpose: 'alerts' }, { purpose: 'fraud-alerts' }]) {
    await browser.post(`/me/sharing/${id}/narrow`, forged)
  }
  expect((await browser.post('/me/sharing/end', { institution: 'north-bank' })).headers.location).toBe(
    '/me/alerts?done=endedButAlerts',
  )
  expect(await held(customer)).toEqual({ 'fraud-alerts': 2 })
  expect((await browser.post('/me/stop')).headers.location).toBe('/me/alerts?done=stoppedButAlerts')
  expect(await held(customer)).toEqual({ 'fraud-alerts': 2 })
  const page = await browser.get('/me/alerts?done=stoppedButAlerts')
  expect(textOf(page.text)).toContain('Fraud alerts go on until your passkey ends them here')
  // And the passkey that the page asks for ends the rest.
  expect((await browser.approve(end, customer.passkey)).headers.location).toBe('/me/alerts?done=alertsEnded')
  expect(await held(customer)).toEqual({})
  expect(await notices(customer)).toContain('alertsOff')
})

test('the passkey ends fraud alerts alone, at one bank or at all; the rest goes on', async () => {
  for (const path of [end, '/me/alerts/_all/end']) {
    const { customer, browser } = await warned()
    expect((await browser.approve(path, customer.passkey)).headers.location).toBe('/me/alerts?done=alertsEnded')
    expect(await held(customer)).toEqual({ 'answer-customer': 2 })
    expect((await browser.approve(path, customer.passkey)).headers.location).toBe('/me/alerts?done=nothing')
  }
  const { customer, browser } = await warned()
  expect((await browser.approve('/me/alerts/south-bank/end', customer.passkey)).headers.location).toBe(
    '/me/alerts?done=nothing',
  )
  expect(await held(customer)).toEqual({ 'answer-customer': 2, 'fraud-alerts': 2 })
})

test('no other assertion ends them: not one for another act, bank, session or person, nor one used before, nor none', async () => {
  const [{ customer, browser }, stranger] = [await warned(), await warned()]
  const refused = async (response: string): Promise<void> => {
    expect((await browser.post(end, { response })).status).toBe(403)
    expect(await held(customer)).toEqual({ 'answer-customer': 2, 'fraud-alerts': 2 })
  }
  await refused('')
  await refused('{}')
  const take = async (from: CentreBrowser, path: string): Promise<string> =>
    (await from.options(`${path}/challenge`)).challenge
  await refused(signed(customer.passkey, await take(browser, '/me/export')))
  await refused(signed(customer.passkey, await take(browser, '/me/phrase')))
  await refused(signed(customer.passkey, await take(browser, '/me/alerts/_all/end')))
  await refused(signed(stranger.customer.passkey, await take(browser, end)))
  const other = createCentreBrowser(world.origin)
  await other.signIn(customer.passkey)
  await refused(signed(customer.passkey, await take(other, end)))
  // Nor does one for this end anything else.
  const forAlerts = signed(customer.passkey, await take(browser, end))
  expect((await browser.post('/me/erase', { response: forAlerts })).status).toBe(403)
  expect((await browser.post(end, { response: forAlerts })).headers.location).toBe('/me/alerts?done=alertsEnded')
  expect((await browser.post(end, { response: forAlerts })).status).toBe(403)
})

test('a form of another site, an address and a stranger’s session end nothing', async () => {
  const [{ customer, browser }, stranger] = [await warned(), await warned()]
  const response = signed(customer.passkey, (await browser.options(`${end}/challenge`)).challenge)
  const from = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' }
  expect((await browser.post(end, { response }, from)).status).toBe(403)
  expect((await stranger.browser.post(end, { response })).status).toBe(403)
  expect([303, 404, 405]).toContain((await browser.get(end)).status)
  expect(await held(customer)).toEqual({ 'answer-customer': 2, 'fraud-alerts': 2 })
  expect(await held(stranger.customer)).toEqual({ 'answer-customer': 2, 'fraud-alerts': 2 })
})

test('turning on is new terms, read and signed; signing them away is told to every conversation as what it is', async () => {
  const { customer, browser } = await warned({ purposes: { 'answer-customer': ['balance'] } })
  const home = (await browser.get('/me')).text
  expect(home).toContain(`/me/sharing/${customer.terms.id}?add=alerts`)
  const choice = (await browser.get(`/me/sharing/${customer.terms.id}?add=alerts`)).text
  expect(choice).toMatch(/name="alerts"[^>]* checked/)
  expect(textOf(choice)).toContain('Parley keeps them for 13 months, sealed under your own key')
  const endDate = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const sign = async (id: string, alerts: Readonly<Record<string, string>>): Promise<string> => {
    const review = await browser.post(`/me/sharing/${id}`, { class: 'balance', disclosure: 'sealed', endDate, ...alerts }) // prettier-ignore
    const action = /action="(\/me\/sign\/[\w-]{43})"/.exec(review.text)?.[1] ?? ''
    expect((await browser.approve(action, customer.passkey)).headers.location).toBe('/me?done=signed')
    return textOf(review.text)
  }
  const read = await sign(customer.terms.id, { alerts: 'on' })
  expect(read).toContain('Each use of your cards, Your cards')
  expect(read).toContain('To warn you about fraud.')
  expect(await held(customer)).toEqual({ 'answer-customer': 1, 'fraud-alerts': 2 })
  expect(await notices(customer)).toEqual(['sharingChanged'])
  const page = (await browser.get('/me')).text
  expect(page).toContain('href="/me/alerts"')
  const newest = /\/me\/sharing\/([0-9a-f-]{36})"/.exec(page)?.[1] ?? ''
  await sign(newest, {})
  expect(await held(customer)).toEqual({ 'answer-customer': 1 })
  expect(await notices(customer)).toEqual(['sharingChanged', 'alertsOff'])
})

test('what words in a chat asked to end is shown with its time, and one press keeps it', async () => {
  const { customer, browser } = await warned()
  expect((await browser.get('/me/alerts')).text).not.toContain('/me/alerts/keep')
  await world.answer.rows(z.object({}), 'SELECT FROM consent.ask_alerts_end($1)', [customer.conversation])
  expect(textOf((await browser.get('/me/alerts')).text)).toContain('Somebody asked in a chat to end your fraud alerts')
  expect((await browser.post('/me/alerts/keep')).headers.location).toBe('/me/alerts?done=alertsKept')
  expect((await browser.post('/me/alerts/keep')).headers.location).toBe('/me/alerts?done=nothing')
  expect((await browser.get('/me/alerts')).text).not.toContain('/me/alerts/keep')
})

test('the login of the pages reads nothing more of such wishes than whose they are and until when', async () => {
  for (const column of ['id', 'conversation', 'asked_at', 'warned_at']) {
    const read = world.consent.rows(z.object({}), `SELECT ${column} FROM consent.alerts_ending`)
    await expect(read, column).rejects.toMatchObject({ cause: { code: '42501' } })
  }
})
