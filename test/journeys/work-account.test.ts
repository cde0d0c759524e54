import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startBrowser } from '../attacks/link-browser.ts'
import { expectNoBarriers, expectNoBarriersAnywhere } from '../setup/barriers.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const eventsToken = 'a token for the watchers of a test'

let parley: ParleyProcesses
let browser: Browser

beforeAll(async () => {
  ;[parley, browser] = await Promise.all([
    startParley({ staffProvider: true, gateway: { staffEventsToken: eventsToken } }),
    startBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  await parley?.stop()
})

function personOf(login: string) {
  const person = parley.secrets.staff.find((one) => one.login === login)
  if (person === undefined) throw new Error(`nobody of the demo is called ${login}`)
  return person
}

/** Goes to the provider and back, as a person does; ends where the role begins. */
async function signIn(context: BrowserContext, login: string, password = personOf(login).password): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${parley.addresses.gateway}/staff/sign-in`)
  await page.getByRole('link', { name: 'Sign in with my work account' }).click()
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  return page
}

test('a work account leads each role to its own place, and nobody anywhere else', async () => {
  for (const [login, place] of [
    ['agnes', '/desk'],
    ['anna', '/cases'],
    ['olivia', '/console'],
    ['ada', '/console/audit'],
    ['pia', '/statistics'],
  ] as const) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const page = await signIn(context, login)
    await page.waitForURL(`${parley.addresses.gateway}${place}`)
    await expectNoBarriers(page, login)
    const wrong = await page.goto(`${parley.addresses.gateway}${login === 'pia' ? '/console/cutoffs' : '/statistics'}`)
    const isAllowed = login === 'olivia' || login === 'ada'
    expect([login, wrong?.status()]).toEqual([login, isAllowed ? 200 : 403])
    await context.close()
  }
})

test('a wrong password stays at the provider; a sign-in that another browser began lets nobody in', async () => {
  const [context, thief] = [await browser.newContext(), await browser.newContext()]
  const page = await signIn(context, 'omar', 'not the password')
  await page.getByRole('alert').waitFor()
  await expectNoBarriers(page, 'provider')
  await page.getByLabel('Login').fill('omar')
  await page.getByLabel('Password').fill(personOf('omar').password)
  // The answer, caught on its way and opened in another browser: the cookie of whoever began is not there.
  const caught = page.waitForRequest((request) => request.url().includes('/staff/callback'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  const callback = (await caught).url()
  await page.waitForURL(`${parley.addresses.gateway}/console`)
  const other = await thief.newPage()
  expect((await other.goto(callback))?.status()).toBe(403)
  await expectNoBarriersAnywhere(other)
  await other.goto(`${parley.addresses.gateway}/console`)
  expect(new URL(other.url()).pathname).toBe('/staff/sign-in')
  await expectNoBarriersAnywhere(other)
  // And once more in the same one: it is spent, and the session stays.
  expect((await page.goto(callback))?.status()).toBe(403)
  await page.goto(`${parley.addresses.gateway}/console`)
  expect(new URL(page.url()).pathname).toBe('/console')
  await Promise.all([context.close(), thief.close()])
})

test('somebody sees their sessions and ends them; whoever watches reads what the staff did', async () => {
  const [here, there] = [await browser.newContext(), await browser.newContext()]
  const [page, other] = [await signIn(here, 'anna'), await signIn(there, 'anna')]
  await page.waitForURL(/\/cases$/)
  await other.waitForURL(/\/cases$/)
  await page.goto(`${parley.addresses.gateway}/staff/sessions`)
  await expectNoBarriersAnywhere(page)
  const end = page.getByRole('button', { name: 'End all my other sessions' })
  await end.click()
  // With one session left there is nothing more to end.
  await end.waitFor({ state: 'detached' })
  await page.getByText('This browser').waitFor()
  await other.goto(`${parley.addresses.gateway}/cases`)
  expect(new URL(other.url()).pathname).toBe('/staff/sign-in')

  const events = `${parley.addresses.gateway}/staff/events`
  expect((await fetch(events)).status).toBe(401)
  const read = await fetch(events, { headers: { authorization: `Bearer ${eventsToken}` } })
  expect(read.status).toBe(200)
  const lines = (await read.text())
    .trim()
    .split('\n')
    .map((line) => eventShape.parse(JSON.parse(line)))
  const told = lines.map(({ message, user }) => `${user?.name ?? 'nobody'}: ${message}`)
  expect(told).toEqual(
    expect.arrayContaining(['agnes: signed-in', 'nobody: sign-in-refused', 'anna: session-ended', 'pia: not-allowed']),
  )
  expect(lines.every(({ class_uid, type_uid, activity_id }) => type_uid === class_uid * 100 + activity_id)).toBe(true)
  const after = lines.at(-1)?.metadata.uid ?? ''
  const rest = await fetch(`${events}?after=${after}`, { headers: { authorization: `Bearer ${eventsToken}` } })
  expect((await rest.text()).trim()).toBe('')
  await Promise.all([here.close(), there.close()])
})

const eventShape = z.object({
  class_uid: z.number(),
  activity_id: z.number(),
  type_uid: z.number(),
  message: z.string(),
  time: z.number(),
  metadata: z.object({ version: z.literal('1.3.0'), uid: z.string() }),
  user: z.object({ uid: z.string(), name: z.string() }).optional(),
})
