import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from 'playwright-core'
import { mkdirSync } from 'node:fs'
import { confirmCode } from '../../src/linking/index.ts'
import { createLinkWorld } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'
import { addPerson, startBrowser } from './link-browser.ts'

let world: LinkWorld
let browser: Browser
beforeAll(async () => {
  world = await createLinkWorld()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await world?.end()
})

test('thread', async () => {
  const shots = '/tmp/parley/pages/shots'
  mkdirSync(shots, { recursive: true })
  const { page } = await addPerson(browser)
  const problems: string[] = []
  page.on('console', (m) => problems.push(`${m.type()} ${m.text()}`))
  page.on('pageerror', (e) => problems.push(String(e)))
  const shot = async (name: string) => {
    await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
  }
  try {
    const conversation = await world.addConversation()
    await page.goto(await world.offer(conversation))
    await shot('01-open')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL('**/link/passkey')
    await shot('02-passkey')
    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await page.waitForURL('**/link/bank')
    await shot('03-bank')
    await page.getByRole('button', { name: /First Valley/ }).click()
    await shot('04-setup')
    await page.getByRole('button', { name: 'Sign with my passkey' }).click()
    await page.waitForURL('**/link/depart')
    await shot('05-depart')
    await page.getByRole('link', { name: /Go to/ }).click()
    await page.locator('#allow').click()
    await page.waitForURL('**/link/accounts')
    await shot('06-accounts')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/link/sharing')
    await shot('07-sharing')
    await page.getByRole('button', { name: 'Review' }).click()
    await page.waitForURL('**/link/summary')
    await shot('08-summary')
    await page.getByRole('button', { name: 'Sign with my passkey' }).click()
    await page.waitForURL('**/link/code')
    await shot('09-code')
    const code = (await page.locator('.code').textContent()) ?? ''
    const outcome = await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))
    expect(outcome).toBe('confirmed')
    const [row] = await world.admin.rows(
      await import('zod').then((z) => z.z.object({ customer: z.z.string() })),
      'SELECT customer FROM channels.conversation WHERE id = $1',
      [conversation],
    )
    const customer = row!.customer as never
    const url = await world.makeAnswer({ customer, conversation })
    await page.goto(url)
    await shot('10-locked')
    await page.getByRole('button', { name: 'Open with my passkey' }).click()
    await page.getByText('Your balances').waitFor()
    await shot('11-figures')
    expect(await page.content()).toContain('1,842.17')
    await page.goto(url)
    await page.getByRole('button', { name: 'Open with my passkey' }).click()
    await page.getByRole('button', { name: 'Ask again' }).waitFor()
    await shot('12-used')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByText('Asked again').first().waitFor()
    await shot('13-again')
  } catch (e) {
    await shot('99-failed')
    console.log(
      page.url(),
      (await page.content()).slice(0, 3000),
      world
        .log()
        .split('\n')
        .filter((l) => /fault|failed|error/i.test(l))
        .join('\n'),
    )
    throw e
  } finally {
    console.log(problems.join('\n'))
  }
})
