import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { addPerson, startBrowser } from '../attacks/link-browser.ts'
import { expectNoBarriersAnywhere } from '../setup/barriers.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { eventually } from '../setup/eventually.ts'
import { linkPerson, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { noonZone } from '../setup/notify-world.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

const run = promisify(execFile)
// Where pictures go, for whoever wants to look at them.
const pictures = process.env['PARLEY_PICTURES']
const withinMs = 60_000

let parley: ParleyProcesses
let browser: Browser
let maya: TestPerson

beforeAll(async () => {
  ;[parley, browser] = await Promise.all([startParley({ gateway: { timeZone: noonZone } }), startBrowser()])
  await parley.messengerControl.turn({ cutRate: 0, previews: false })
  maya = await linkPerson(parley, 'Maya', { bankPerson: 0, alerts: true })
})
afterAll(async () => {
  await browser?.close()
  await parley?.stop()
})

const addedShape = z.tuple([z.object({ address: z.string() })])

/** Somebody whom an administrator adds, who enrols a passkey and signs in. */
async function begin(login: string, role: string): Promise<Page> {
  const main = join(buildFolder(), 'src', 'main.js')
  const words = ['staff', 'add', login, '--role', role, '--config', parley.folder.staffConfig, '--json']
  const { stdout } = await run(process.execPath, [main, ...words])
  const [{ address }] = addedShape.parse(JSON.parse(stdout))
  const { page } = await addPerson(browser)
  page.setDefaultTimeout(90_000)
  await page.goto(address)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('link', { name: /^Sign in/ }).click()
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/staff/'))
  return page
}

/** No barrier in light and dark, nothing wider than any window, and pictures where they are wanted. */
async function isFit(page: Page, name: string): Promise<void> {
  await expectNoBarriersAnywhere(page)
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [390, 768, 1280]) {
        await page.setViewportSize({ width, height: 844 })
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true })
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 390, height: 844 })
}

const said = async (words: string): Promise<boolean> =>
  (await repliesTo(parley, maya)).some(({ shown }) => shown.text.includes(words))

test('a theft, "Not me", a case, two people who decide, a customer who is told, and a label that arrived', async () => {
  const [piet, omar] = [await begin('piet', 'analyst'), await begin('omar', 'operator')]
  await piet.getByText('No case waits here.').waitFor()
  await isFit(piet, 'empty')

  await parley.bankControl.commitFraud(maya.bankLogin.login, 'impossible-travel')
  await eventually('Maya is asked', () => said('a question about a card payment'), withinMs)
  const question = (await repliesTo(parley, maya)).find(({ shown }) =>
    shown.text.includes('a question about a card payment'),
  )
  const button = question?.shown.buttons.find(({ title }) => title === 'Not me')
  await parley.messengerControl.tap(maya.psid, button?.payload ?? '', 'Not me')
  await eventually('it is frozen', () => said('is frozen as of'), withinMs)

  // So many pages a minute are allowed to one address: no more than one a second is asked for.
  await expect
    .poll(
      async () => {
        await piet.reload()
        return piet.getByRole('link', { name: /^Case \d{4}-\d{4}$/ }).count()
      },
      { timeout: withinMs, interval: 1_000 },
    )
    .toBe(1)
  await isFit(piet, 'list')
  await piet.getByRole('link', { name: /^Case \d/ }).click()
  await piet.getByRole('heading', { name: 'What happened' }).waitFor()
  await piet.getByText('Opened: A payment that was not theirs').waitFor()
  await isFit(piet, 'case')
  await piet.getByRole('button', { name: 'Open the evidence' }).click()
  await piet.getByText('The bank’s name for it').first().waitFor()
  await isFit(piet, 'evidence')
  await piet.getByLabel('A note for the people who work on this').fill('Called the merchant: nobody was there.')
  await piet.getByRole('button', { name: 'Write it down' }).click()
  await piet.getByText('Called the merchant').waitFor()
  await piet.getByRole('button', { name: 'Take this case' }).click()
  await piet.getByLabel('What you found').selectOption({ label: 'Fraud' })
  await piet.getByRole('button', { name: 'Propose it' }).click()
  await piet.getByText('Somebody else must agree with their passkey.').waitFor()
  expect(await piet.getByRole('button', { name: 'Agree, with your passkey' }).count()).toBe(0)
  await isFit(piet, 'proposed')

  await omar.goto(`${parley.addresses.gateway}/cases`)
  await omar.getByText('Waits for a second person').waitFor()
  await omar.getByRole('link', { name: /^Case \d/ }).click()
  await omar.getByRole('button', { name: 'Agree, with your passkey' }).click()
  await omar.getByRole('heading', { name: /^Decide case/ }).waitFor()
  await isFit(omar, 'act')
  await omar.getByRole('button', { name: 'Agree and sign' }).click()
  await omar.getByText('Decided by two people. The customer is being told.').waitFor()

  await eventually('Maya is told', () => said('Your bank has news for you about something you reported.'), withinMs)
  await omar.reload()
  await omar.getByText('The customer was told that there is an answer').waitFor()
  await isFit(omar, 'decided')
  const labels = await parley.admin.rows(
    z.object({ is_fraud: z.boolean(), seconds: z.number() }),
    `SELECT l.is_fraud, extract(epoch FROM l.arrived_at - p.answered_at)::float8 AS seconds
     FROM alerts.label l CROSS JOIN cases.proposal p WHERE l.source = 'agent'`,
  )
  expect(labels.length).toBeGreaterThan(0)
  expect(labels.every(({ is_fraud: isFraud }) => isFraud)).toBe(true)

  await omar.goto(`${parley.addresses.gateway}/cases?state=all`)
  await omar.getByRole('button', { name: 'Look before doing it' }).click()
  await omar.getByRole('heading', { name: 'One case' }).waitFor()
  await isFit(omar, 'bulk')
})
