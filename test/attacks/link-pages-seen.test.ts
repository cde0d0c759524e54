import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { ConversationId, CustomerId } from '../../src/kernel/index.ts'
import { confirmCode } from '../../src/linking/index.ts'
import { addPerson, isTooWide, smallTargets, startBrowser } from './link-browser.ts'
import { canary, createLinkWorld } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'

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

/** Where to keep pictures of each page, for looking at them; nowhere unless asked for. */
const picturesFolder = process.env['PARLEY_PICTURES']

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const looks = [
  { name: 'phone-light', width: 390, height: 844, dark: false },
  { name: 'phone-dark', width: 390, height: 844, dark: true },
  { name: 'desktop-light', width: 1280, height: 900, dark: false },
  { name: 'desktop-dark', width: 1280, height: 900, dark: true },
] as const

/** Two of them cover both widths and both sets of colours; all four when pictures are wanted. */
const looked = picturesFolder === undefined ? [looks[0], looks[3]] : looks

describe('every page', () => {
  test.each(looked)('has no violation and no sideways scrolling: $name', async (look) => {
    const { context, page } = await addPerson(browser, look)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    const check = async (name: string, heading: string): Promise<void> => {
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      if (picturesFolder !== undefined) {
        await page.screenshot({ path: join(picturesFolder, `${look.name}-${name}.png`), fullPage: true })
      }
      const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
      expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([])
      expect(await isTooWide(page), name).toBe(false)
      expect(await smallTargets(page), name).toEqual([])
    }
    const press = (name: string): Promise<void> => page.getByRole('button', { name }).first().click()

    const conversation = await world.addConversation()
    const offered = await world.offer(conversation)
    await page.goto(offered)
    await check('01-open', 'Link a bank')
    await press('Start')
    await page.waitForURL('**/link/passkey')
    await check('02-passkey', 'You are linking a bank')
    await press('Create a passkey')
    await page.waitForURL('**/link/bank')
    world.bank.health = 'down'
    await page.reload()
    await check('03-bank-down', 'Which bank')
    await press('First Valley Bank')
    await check('04-setup-down', 'Link First Valley Bank')
    world.bank.health = 'ok'
    await press('Sign with my passkey')
    await page.waitForURL('**/link/depart')
    await check('05-depart', 'Now log in')
    world.bank.refuseWith = 'banks/access-denied'
    await page.getByRole('link', { name: 'Go to First Valley Bank' }).click()
    await page.locator('#allow').click()
    await check('06-declined', 'It did not work')
    world.bank.refuseWith = undefined
    await page.getByRole('link', { name: 'Try again' }).click()
    await press('First Valley Bank')
    await press('Sign with my passkey')
    await page.waitForURL('**/link/depart')
    await page.getByRole('link', { name: 'Go to First Valley Bank' }).click()
    await page.locator('#allow').click()
    await page.waitForURL('**/link/accounts')
    await check('07-accounts', 'Which accounts')
    await press('Continue')
    await check('08-sharing', 'What may be asked')
    await page.getByLabel('Full figures').check()
    await press('Review')
    await page.getByText('The document you sign, word for word').click()
    await check('09-summary', 'Review and sign')
    await press('Sign with my passkey')
    await page.waitForURL('**/link/code')
    await check('10-code', 'Type this code')
    const code = (await page.locator('.code').textContent()) ?? ''
    expect(await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))).toBe('confirmed')
    await page.goto(`${world.origin}/link/continue`)
    await check('11-done', 'Done')

    const customer = await customerOf(conversation)
    const url = await world.makeAnswer({ customer, conversation })
    await page.goto(url)
    await check('20-locked', 'Your answer is locked')
    await press('Open with my passkey')
    await page.getByRole('heading', { name: 'Your balances' }).waitFor()
    expect(await page.locator('.money').first().textContent()).toContain(canary.shown)
    // The moment of the look, in the reader's zone, whatever the season.
    expect(await page.locator('main').innerText()).toMatch(/\bC[SD]T\b/)
    await check('21-figures', 'Your balances')
    await page.goto(url)
    await press('Open with my passkey')
    await check('22-used', 'opened already')
    await press('Ask again')
    await check('23-asked-again', 'Asked again')

    await page.goto(await world.offer(conversation, 'change'))
    await press('Start')
    await page.waitForURL('**/link/passkey')
    await check('30-change-passkey', 'You are changing')
    await press('I have a passkey here')
    await page.waitForURL('**/link/change')
    await check('31-change', 'What is shared')
    await press('Change this')
    await check('32-change-sharing', 'What may be asked')
    await page.goto(`${world.origin}/link/change`)
    await press('End sharing now')
    await page.getByText('Nothing is shared').waitFor()
    await check('33-ended', 'What is shared')

    await page.goto(await world.offer(conversation, 'recover'))
    await press('Start')
    await check('40-lost', 'You lost your passkey')
    world.bank.subject = 'person-1'
    await press('First Valley Bank')
    await page.waitForURL('**/link/depart')
    await page.getByRole('link', { name: 'Go to First Valley Bank' }).click()
    await page.locator('#allow').click()
    await page.waitForURL('**/link/new-passkey')
    await check('41-new-passkey', 'Create your new passkey')
    await page.goto(offered)
    await press('Start')
    await check('50-used-link', 'This link was used')
    await page.goto(`${world.origin}/link/nothing/here/at/all`)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('shows the way out of a messenger’s own browser, by its name or by its missing passkeys', async () => {
    const url = await world.offer(await world.addConversation())
    const named = await addPerson(browser, { userAgent: 'Mozilla/5.0 [FBAN/MessengerForiOS;FBAV/440.0]' })
    await named.page.goto(url)
    await named.page.getByRole('heading', { name: 'Open this in your browser' }).waitFor()
    expect((await new AxeBuilder({ page: named.page }).withTags(wcag).analyze()).violations).toEqual([])
    const unnamed = await addPerson(browser)
    await unnamed.page.addInitScript('delete window.PublicKeyCredential')
    await unnamed.page.goto(url)
    await unnamed.page.getByRole('heading', { name: 'Open this in your browser' }).waitFor()
    expect(await unnamed.page.getByRole('button', { name: 'Start' }).isVisible()).toBe(false)
    const real = await addPerson(browser)
    await real.page.goto(url)
    await real.page.getByRole('button', { name: 'Start' }).click()
    await real.page.waitForURL('**/link/passkey')
  })

  test('can be used with the keyboard alone, and says so when the passkey is refused', async () => {
    const customer = await world.addCustomer()
    const url = await world.makeAnswer({ customer: customer.id, conversation: customer.conversation })
    const { page, authenticator } = await addPerson(browser)
    await authenticator.session.send('WebAuthn.setUserVerified', {
      authenticatorId: authenticator.id,
      isUserVerified: false,
    })
    await page.goto(url)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('The passkey was not used. Nothing has changed').waitFor()
  })
})

describe('threat 2: script of somebody else’s in the locked page', () => {
  test('sees no figure before the passkey, and cannot fetch the answer with the passkey’s own reply', async () => {
    const { page } = await addPerson(browser)
    const conversation = await world.addConversation()
    await page.goto(await world.offer(conversation))
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByRole('button', { name: 'Create a passkey' }).click()
    await page.waitForURL('**/link/bank')
    await page.getByRole('button', { name: 'First Valley Bank' }).click()
    await page.getByRole('button', { name: 'Sign with my passkey' }).click()
    await page.getByRole('link', { name: 'Go to First Valley Bank' }).click()
    await page.locator('#allow').click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Sign with my passkey' }).click()
    await page.waitForURL('**/link/code')
    const code = (await page.locator('.code').textContent()) ?? ''
    await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))
    const url = await world.makeAnswer({ customer: await customerOf(conversation), conversation })

    const stolen: string[] = []
    await page.exposeFunction('keepStolen', (text: string) => void stolen.push(text))
    await page.addInitScript(injected)
    await page.goto(url)
    await page.waitForFunction('window.looked === true')
    expect(stolen.join()).not.toContain(canary.shown)
    await page.getByRole('button', { name: 'Open with my passkey' }).click()
    await page.getByRole('heading', { name: 'Your balances' }).waitFor()
    expect(stolen.some((text) => text.startsWith('tried:403'))).toBe(true)
    expect(stolen.filter((text) => text.startsWith('tried') || text.startsWith('before')).join()).not.toContain(
      canary.shown,
    )
  })
})

/** Reads the page before the passkey; wraps the passkey's reply and tries to fetch the answer with it itself. */
const injected = `
  if (location.pathname.startsWith('/a/') && !location.pathname.endsWith('/open')) {
    addEventListener('DOMContentLoaded', () => {
      keepStolen('before:' + document.documentElement.outerHTML)
      fetch(location.pathname + '/open', { method: 'POST' })
        .then((answer) => answer.text()).then((text) => { keepStolen('before:' + text); window.looked = true })
    })
    const get = navigator.credentials.get.bind(navigator.credentials)
    navigator.credentials.get = async (options) => {
      const credential = await get(options)
      const body = new URLSearchParams({ response: JSON.stringify(credential.toJSON()), timeZone: 'UTC' })
      const answer = await fetch(location.pathname + '/open', { method: 'POST', body })
      await keepStolen('tried:' + answer.status + (await answer.text()))
      return credential
    }
  }
`

async function customerOf(conversation: ConversationId): Promise<CustomerId> {
  const shape = z.object({ customer: z.string().transform((id) => id as CustomerId) })
  return (await world.admin.one(shape, 'SELECT customer FROM channels.conversation WHERE id = $1', [conversation]))
    .customer
}
