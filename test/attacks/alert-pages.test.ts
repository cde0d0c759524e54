import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../src/demo/chromium.ts'
import { createAlertsWorld } from '../setup/alerts-world.ts'
import type { AlertsWorld, WatchedCustomer } from '../setup/alerts-world.ts'
import { expectNoBarriersAnywhere } from '../setup/barriers.ts'
import { createCentreBrowser, signed } from './centre-world.ts'
import type { CentreBrowser } from './centre-world.ts'

// Threat rows 1, 3 and 6 for the pages of fraud alerts: a link alone shows nothing and only protects; what a passkey opens is its
// customer's alone; "it was me" is said by whoever has just shown the passkey.

let world: AlertsWorld

beforeAll(async () => {
  world = await createAlertsWorld()
  await world.startPages()
})
beforeEach(() => {
  world.bank.cards.clear()
})
afterAll(() => world.end())

async function asked(change: Parameters<AlertsWorld['use']>[2] = {}, who?: WatchedCustomer) {
  const customer = who ?? (await world.addCustomer())
  const made = world.use(customer, {}, change)
  await world.take(made)
  await world.run()
  const message = (await world.waiting(customer)).at(-1)
  const button = message?.reply.buttons?.find(({ kind }) => kind === 'link')
  const url = button?.kind === 'link' ? button.url : ''
  const row = (await world.rows(customer)).at(-1)
  return { customer, made, alert: row?.id ?? '', path: new URL(url).pathname }
}

const browserOf = (): CentreBrowser => createCentreBrowser(world.origin, '__Host-parley-sealed')
const stateOf = async (customer: WatchedCustomer): Promise<string | undefined> => (await world.rows(customer))[0]?.state
const secrets = ['Corner Store', '42.10', '4821', 'San Jose']
const withoutNonce = (text: string, path: string): string =>
  text.replaceAll(/nonce="[^"]*"|'nonce-[^']*'/g, '').replaceAll(path.split('/').at(-1) ?? '-', 'TOKEN')
const labels = (event: string) =>
  world.clone.admin.rows(
    z.object({ is_fraud: z.boolean(), informed: z.boolean() }),
    'SELECT is_fraud, informed FROM alerts.label WHERE event = $1 ORDER BY seq',
    [event],
  )

describe('the link of a question', () => {
  test('opened by anybody shows nothing, changes nothing, and is the same page as an invented one', async () => {
    const { customer, path } = await asked()
    const live = await browserOf().get(path)
    const other = `/alert/${randomBytes(48).toString('base64url')}`
    const invented = await browserOf().get(other)
    expect(live.status).toBe(200)
    expect(withoutNonce(live.text, path)).toBe(withoutNonce(invented.text, other))
    for (const secret of secrets) expect(live.text).not.toContain(secret)
    expect(live.text).not.toMatch(/og:|twitter:/)
    expect(await stateOf(customer)).toBe('asked')
  })

  test('"not me" takes one press and no passkey; a form of another site does nothing', async () => {
    const { customer, path } = await asked()
    const foreign = await browserOf().post(
      `${path}/not-me`,
      {},
      {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      },
    )
    expect(foreign.status).toBe(403)
    expect(await stateOf(customer)).toBe('asked')
    const heard = await browserOf().post(`${path}/not-me`)
    expect(heard.status).toBe(200)
    await world.run()
    expect(await stateOf(customer)).toBe('protected')
    expect(world.bank.cards.get('account-1')).toBe('frozen')
  })

  test('a guessed or changed token reaches no alert, and hears the same as a real one', async () => {
    const { customer, path } = await asked()
    const bytes = Buffer.from(path.split('/').at(-1) ?? '', 'base64url')
    bytes[47] = (bytes[47] ?? 0) ^ 1
    const changed = `/alert/${bytes.toString('base64url')}`
    const answer = await browserOf().post(`${changed}/not-me`)
    expect(answer.status).toBe(200)
    await world.run()
    expect(await stateOf(customer)).toBe('asked')
  })

  test('its customer’s passkey opens the payment, with their own words above it; nobody else’s does', async () => {
    const { customer, path } = await asked()
    const stranger = await world.addCustomer()
    const browser = browserOf()
    const { challenge } = await browser.options(`${path}/challenge`)
    const wrong = await browser.post(`${path}/open`, { response: signed(stranger.passkey, challenge) }, navigation)
    expect(wrong.status).toBe(404)
    for (const secret of secrets) expect(wrong.text).not.toContain(secret)
    const page = await openPage(browser, path, customer)
    expect(page.status).toBe(200)
    for (const secret of [...secrets, 'green harbour']) expect(page.text).toContain(secret)
    expect(page.text).not.toContain('<script')
    expect(page.text).toContain('<h1>Was this you?</h1>')
  })
})

const navigation = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const

async function openPage(browser: CentreBrowser, path: string, customer: WatchedCustomer) {
  const { challenge } = await browser.options(`${path}/challenge`)
  return browser.post(`${path}/open`, { response: signed(customer.passkey, challenge), timeZone: 'UTC' }, navigation)
}

describe('what the opened page can say', () => {
  test('"it was me" counts there, informed, and only in the browser that showed the passkey', async () => {
    const { customer, made, path } = await asked({ verdict: 'decline' })
    const without = await browserOf().post(`${path}/answer`, { says: 'it-was-me' })
    expect(without.status).toBe(303)
    expect(await labels(made.id)).toEqual([])
    const browser = browserOf()
    await openPage(browser, path, customer)
    await browser.post(`${path}/answer`, { says: 'it-was-me' })
    expect(await stateOf(customer)).toBe('genuine')
    expect(await labels(made.id)).toEqual([{ is_fraud: false, informed: true }])
    const again = await openPage(browser, path, customer)
    expect(again.text).toContain('<h1>You said: it was me</h1>')
    expect(again.text).not.toContain('Was this you?')
  })

  test('in the chat "it was me" to a refused payment opens nothing, though its details were seen', async () => {
    const { customer, made, alert, path } = await asked({ verdict: 'decline' })
    await openPage(browserOf(), path, customer)
    await world.reply(alert, 'it-was-me')
    await world.run()
    expect(await stateOf(customer)).toBe('asked')
    expect(await labels(made.id)).toEqual([])
  })

  test('another customer’s session answers nothing for this one', async () => {
    const mine = await asked()
    const theirs = await asked()
    const browser = browserOf()
    await openPage(browser, theirs.path, theirs.customer)
    expect((await browser.post(`${mine.path}/answer`, { says: 'it-was-me' })).status).toBe(303)
    expect(await stateOf(mine.customer)).toBe('asked')
  })

  test('after "not me" it shows the frozen state, the case, and a dispute that is sent once', async () => {
    const { customer, alert, path } = await asked()
    await world.reply(alert, 'not-me')
    await world.run()
    const browser = browserOf()
    const page = await openPage(browser, path, customer)
    expect(page.text).toContain('The card is frozen since')
    expect(page.text).toContain('<h1>You said: not me</h1>')
    expect(page.text).not.toContain('Was this you?')
    expect(page.text).toMatch(/Case \d{4}-\d{4}/)
    expect(page.text).toContain('I did not make this payment: $42.10 at Corner Store')
    await browser.post(`${path}/dispute`)
    await browser.post(`${path}/dispute`)
    const cases = await world.clone.admin.rows(
      z.object({ kind: z.string() }),
      'SELECT kind FROM desk.fraud_case WHERE customer = $1 ORDER BY kind',
      [customer.id],
    )
    expect(cases.map(({ kind }) => kind)).toEqual(['dispute', 'fraud'])
  })

  test('after "not me" other uses of that card can be marked too, by the browser that showed the passkey, and no other', async () => {
    const customer = await world.addCustomer()
    const plain = [
      world.use(customer, {}, { ask: false }),
      world.use(customer, { accountId: 'account-2' }, { ask: false }),
    ]
    for (const use of plain) await world.take(use)
    await world.run()
    const theirs = await asked()
    const { alert, path } = await asked({}, customer)
    const [same, otherCard] = plain
    if (same === undefined || otherCard === undefined) throw new Error('no uses')
    const browser = browserOf()
    expect((await openPage(browser, path, customer)).text).not.toContain(same.id)
    await world.reply(alert, 'not-me')
    await world.run()
    const page = await openPage(browser, path, customer)
    expect(page.text).toContain(same.id)
    expect(page.text).not.toContain(otherCard.id)
    expect(page.text).not.toContain('checked')
    await browserOf().post(`${path}/more`, { use: same.id })
    expect(await labels(same.id)).toEqual([])
    for (const use of [same.id, same.id, otherCard.id, theirs.made.id]) await browser.post(`${path}/more`, { use })
    expect(await labels(same.id)).toEqual([{ is_fraud: true, informed: true }])
    expect([...(await labels(otherCard.id)), ...(await labels(theirs.made.id))]).toEqual([])
    expect((await openPage(browser, path, customer)).text).not.toContain(`value="${same.id}"`)
  })

  test('the short address lists what waits behind the passkey, and nothing before it', async () => {
    const customer = await world.addCustomer()
    await asked({}, customer)
    await asked({}, customer)
    const locked = await browserOf().get('/alert')
    for (const secret of secrets) expect(locked.text).not.toContain(secret)
    const browser = browserOf()
    const page = await openPage(browser, '/alert', customer)
    expect(page.status).toBe(200)
    expect(page.text.split('<article').length - 1).toBe(2)
    expect((await browser.post('/alert/receipts', { receipts: 'none' })).status).toBe(200)
    const row = await world.clone.admin.one(
      z.object({ receipts: z.string() }),
      'SELECT receipts FROM alerts.setting WHERE customer = $1',
      [customer.id],
    )
    expect(row.receipts).toBe('none')
  })
})

describe('for everybody', () => {
  let chromium: Browser
  beforeAll(async () => {
    chromium = await launchChromium({ headless: true })
  })
  afterAll(async () => await chromium?.close())

  test('no page has a barrier, light or dark, or scrolls sideways at 320 pixels', async () => {
    const customer = await world.addCustomer()
    // Offered beside the alert, once its answer is "not me".
    for (const _each of [1, 2]) await world.take(world.use(customer, {}, { ask: false }))
    await world.run()
    const { alert, path } = await asked({}, customer)
    const page = await (await chromium.newContext({ baseURL: world.origin })).newPage()
    for (const locked of [path, '/alert']) {
      await page.goto(locked)
      await expectNoBarriersAnywhere(page)
    }
    const open = await openPage(browserOf(), path, customer)
    await world.reply(alert, 'not-me')
    await world.run()
    const frozen = await openPage(browserOf(), path, customer)
    const list = await openPage(browserOf(), '/alert', customer)
    for (const [name, { text }] of Object.entries({ open, frozen, list })) {
      // The document is the answer to a form with a passkey; here it is shown at an address of the same origin.
      await page.route(`**/shown/${name}`, (route) =>
        route.fulfill({ body: text, contentType: 'text/html; charset=utf-8' }),
      )
      await page.goto(`/shown/${name}`)
      await expectNoBarriersAnywhere(page)
    }
  })
})
