import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { addPerson, startBrowser } from '../attacks/link-browser.ts'
import { eventually } from '../setup/eventually.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { ask, linkPerson } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const run = promisify(execFile)
// Where pictures go, for whoever wants to look at them.
const pictures = process.env['PARLEY_PICTURES']

let parley: ParleyProcesses
let browser: Browser
let customer: TestPerson

beforeAll(async () => {
  ;[parley, browser] = await Promise.all([startParley(), startBrowser()])
  customer = await linkPerson(parley, 'Maya', {})
})
afterAll(async () => {
  await browser?.close()
  await parley?.stop()
})

/** `parley staff …` as an administrator types it. */
async function staff(...words: readonly string[]): Promise<unknown> {
  const main = join(buildFolder(), 'src', 'main.js')
  const { stdout } = await run(process.execPath, [
    main,
    'staff',
    ...words,
    '--config',
    parley.folder.staffConfig,
    '--json',
  ])
  return JSON.parse(stdout)
}

const addedShape = z.tuple([z.object({ login: z.string(), code: z.string(), address: z.string() })])

/** Adds somebody on the command line; they make a passkey at the address it printed, and sign in. */
async function begin(login: string, look: { readonly dark?: boolean; readonly width?: number }): Promise<Page> {
  const [{ address, code }] = addedShape.parse(await staff('add', login, '--role', 'operator'))
  const { page } = await addPerson(browser, look)
  await page.goto(address)
  expect(new URL(page.url()).hash).toBe('')
  expect(await page.getByLabel('One-time code').inputValue()).toBe(code)
  await isFit(page, `enrol-${login}`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await isFit(page, `sign-in-${login}`)
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.getByRole('link', { name: 'Cut-offs' }).click()
  await page.getByRole('heading', { name: 'Cut-offs', level: 1 }).waitFor()
  return page
}

/** No finding of axe's, nothing wider than the window, and a picture where they are wanted. */
async function isFit(page: Page, name: string): Promise<void> {
  await expectNoBarriers(page, name)
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

test('one operator cuts a platform off, customers hear why, and two operators lift it', async () => {
  const olivia = await begin('olivia', {})
  const omar = await begin('omar', { dark: true, width: 1280 })
  await olivia.getByText('Nothing is cut off.').waitFor()
  await isFit(olivia, 'empty-light')
  await isFit(omar, 'empty-dark-wide')

  // Nothing chosen, no name, no reason: each field says what it lacks.
  await olivia.getByRole('button', { name: 'Continue to the passkey' }).click()
  await olivia.getByRole('alert').waitFor()
  await isFit(olivia, 'error')
  await olivia.getByLabel('What', { exact: true }).selectOption({ label: 'Meta' })
  await olivia.getByLabel('Type its name').fill('meta')
  await olivia.getByLabel('Why', { exact: true }).fill('The platform was seen reading what people open')
  await olivia.getByRole('button', { name: 'Continue to the passkey' }).click()
  await olivia.getByRole('heading', { name: 'Cut off Meta?' }).waitFor()
  await isFit(olivia, 'act-cut')
  await olivia.getByRole('button', { name: 'Cut off Meta now' }).click()
  await olivia.getByRole('heading', { name: 'Cut off Meta', level: 2 }).waitFor()
  await isFit(olivia, 'cut-just-now')

  const calm = await ask(parley, customer, 'what is my balance?', ({ shown }) =>
    shown.text.includes('stopped bank answers'),
  )
  expect(calm.shown.buttons).toEqual([])
  const told = ({ shown }: { readonly shown: { readonly text: string } }) =>
    shown.text.includes('stopped bank answers and alerts in Messenger and WhatsApp')
  await eventually('the notice', async () => (await parley.messengerControl.thread(customer.psid)).some(told), 30_000)
  // So many pages a minute are allowed to one address: no more than one a second is asked for.
  await expect
    .poll(
      async () => {
        await olivia.getByRole('link', { name: 'Look again' }).click()
        await olivia.waitForLoadState()
        return olivia.getByText('1 person.', { exact: true }).count()
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toBe(1)
  await olivia.getByText('At once. No look was let through after it.').waitFor()
  await isFit(olivia, 'cut-counted')

  // The first signature lifts nothing, and the same person is not offered a second one.
  await olivia.getByRole('button', { name: /Sign to lift, as the first/ }).click()
  await isFit(olivia, 'act-lift-first')
  await olivia.getByRole('button', { name: 'Sign, as the first of two' }).click()
  await olivia.getByText('You have signed. Somebody else must too.').waitFor()
  expect(await olivia.getByRole('button', { name: /Sign to lift/ }).count()).toBe(0)
  expect((await ask(parley, customer, 'balance?')).shown.text).toContain('stopped bank answers')

  await omar.getByRole('link', { name: 'Look again' }).click()
  await isFit(omar, 'cut-first-signed-dark-wide')
  await omar.getByRole('button', { name: /Sign to lift, as the second/ }).click()
  await omar.getByRole('button', { name: 'Sign and lift now' }).click()
  await omar.getByText('Nothing is cut off.').waitFor()
  await omar.getByText('Meta,').click()
  await omar.getByText('olivia, omar').waitFor()
  await isFit(omar, 'lifted-dark-wide')
  await ask(parley, customer, 'what is my balance?', ({ shown }) =>
    shown.buttons.some(({ url }) => url?.includes('/a/') ?? false),
  )
  await eventually(
    'word that it works again',
    async () =>
      (await parley.messengerControl.thread(customer.psid)).some(({ shown }) => shown.text.includes('work again')),
    30_000,
  )

  // Whoever is removed is out at once.
  expect(await staff('list')).toMatchObject([
    { login: 'olivia', enrolled: true },
    { login: 'omar', enrolled: true },
  ])
  await staff('remove', 'omar')
  await omar.getByRole('link', { name: 'Look again' }).click()
  await omar.getByRole('heading', { name: 'Sign in' }).waitFor()
})
