// Two people in two browsers: a customer in the messenger and an agent at the desk's pages, on the built product with both sandboxes.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { signInStaff } from '../setup/agent-browser.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
import { type StartedDemo, startDemoProcess } from '../setup/demo-process.ts'

// Where pictures go, for whoever wants to look at them.
const pictures = process.env['PARLEY_PICTURES']

let started: StartedDemo
let browser: Browser
beforeAll(async () => {
  ;[started, browser] = await Promise.all([startDemoProcess(), launchChromium({ headless: true })])
})
afterAll(async () => {
  await browser?.close()
  await started?.stop()
  started?.forget()
})

async function person(size: { readonly width: number; readonly height: number }) {
  const context: BrowserContext = await browser.newContext({ viewport: size })
  context.setDefaultTimeout(60_000)
  return { context, passkeys: practicePasskeys(context) }
}

/** Fit for everybody at three widths, in light and dark; a picture of each where they are wanted. */
async function isFit(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const [width, colorScheme] of [
    [390, 'dark'],
    [768, 'light'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 844 })
    await page.emulateMedia({ colorScheme })
    await expectNoBarriers(page, `${name} ${width} ${colorScheme}`)
    if (pictures === undefined) continue
    mkdirSync(pictures, { recursive: true })
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true })
    }
  }
  if (before !== null) await page.setViewportSize(before)
}

/** The answer to "Ask to see" comes only when the page that asked has heard by itself that the customer was asked. */
async function holdUntilTold(desk: Page): Promise<void> {
  const browserEnd = await desk.context().newCDPSession(desk)
  browserEnd.once('Fetch.requestPaused', ({ requestId }) => {
    void told.then(async () => {
      await browserEnd.send('Fetch.continueRequest', { requestId })
      await browserEnd.detach()
    })
  })
  await browserEnd.send('Fetch.enable', { patterns: [{ urlPattern: '*/desk/*/ask', requestStage: 'Response' }] })
  const told = desk.waitForResponse(/\/thread\.json$/).then((response) => response.finished())
}

test('asked for a person, answered, allowed to look, looked at, told sealed, seen in the privacy centre, and back to the bot', async () => {
  const { demo, folder } = started
  const customer = await person({ width: 390, height: 844 })
  const agents = await person({ width: 1280, height: 844 })
  const chat = await openChat(customer.context, demo, 'Ana')
  await chat.say("what's my balance?")
  const url = await chat.linkOf('Link a bank')
  const login = demo.bank.people[0]
  if (login === undefined) throw new Error('the bank has no people')
  await chat.say(
    await visitLink(customer.context, customer.passkeys, { url, login, disclosure: 'sealed' }),
    /answer is ready/,
  )

  const desk = await signInStaff(folder.staffConfig, agents, {
    login: 'priya',
    role: 'agent',
    institution: 'first-valley',
  })
  await desk.getByRole('heading', { name: 'Who waits' }).waitFor()
  await desk.getByText('Nobody waits.').waitFor()
  await desk.getByText('Updates arrive by themselves.').waitFor()
  await isFit(desk, 'desk-empty')

  // It appears by itself, and with the keyboard it is taken.
  await chat.page.bringToFront()
  await chat.say('I want to talk to a person about my card in Lyon', /asked a person/)
  await desk.bringToFront()
  await desk.locator('[data-list] .place').waitFor()
  await isFit(desk, 'desk-waiting')
  await desk.keyboard.press('?')
  await desk.getByRole('dialog').waitFor()
  await isFit(desk, 'desk-keys')
  await desk.keyboard.press('Escape')
  await desk.keyboard.press('j')
  await desk.keyboard.press('Enter')
  await desk.getByRole('heading', { name: 'What they asked' }).waitFor()
  await desk.getByText('I want to talk to a person about my card in Lyon').waitFor()
  await chat.waitFor('Priya from First Valley Bank has joined')

  await desk.waitForLoadState()
  await desk.keyboard.press('r')
  await desk.keyboard.type('I am looking at it now.')
  await desk.getByRole('button', { name: 'Send', exact: true }).click()
  await desk.getByText('Sent into the chat.').waitFor()
  await chat.waitFor('Priya from First Valley Bank: I am looking at it now.')
  await chat.page.bringToFront()
  await chat.page.getByTestId('composer').fill('thank you <img src=x onerror=alert(1)>')
  await chat.page.getByTestId('send').click()
  await desk.bringToFront()
  // What people write is text, whatever it pretends to be, also where a script puts it in.
  await desk.locator('.thread').getByText('thank you <img src=x onerror=alert(1)>').waitFor()
  await desk.getByLabel('New note').fill('asked about the balance')
  await desk.getByRole('button', { name: 'Save the note' }).click()
  await desk.getByText('The note is saved.').waitFor()
  await isFit(desk, 'desk-conversation')

  // Nothing of the accounts without leave; the customer is asked in the chat, and allows it with the passkey.
  expect(await desk.getByRole('button', { name: /Look at/ }).count()).toBe(0)
  await holdUntilTold(desk)
  await desk.getByRole('button', { name: 'Ask to see' }).click()
  await desk.getByText('The customer was asked.').waitFor()
  const centre = await customer.context.newPage()
  await customer.passkeys.equip(centre)
  await centre.goto(await chat.linkOf('Allow for this chat'))
  await centre.getByRole('button', { name: 'Use my passkey' }).click()
  await centre.getByRole('heading', { name: 'Priya from First Valley Bank asks to look' }).waitFor()
  await isFit(centre, 'leave-asked')
  await centre.getByRole('button', { name: 'Allow for this chat' }).click()
  await isFit(centre, 'leave-review')
  await centre.getByRole('button', { name: 'Allow for this chat' }).click()
  await centre.getByText('Allowed for this chat.').waitFor()

  await desk.bringToFront()
  await desk.getByRole('button', { name: 'Look at balances' }).click()
  await desk.getByRole('heading', { name: 'From the bank: balances' }).waitFor()
  const figure = await desk.locator('.found tbody tr').first().locator('td').last().innerText()
  const account = await desk.locator('.found tbody tr').first().locator('td').first().innerText()
  expect(figure).toMatch(/\d/)
  await isFit(desk, 'desk-looked')
  await desk.locator('[data-say]').fill(`It is ${figure} in ${account.split(' ')[0] ?? ''}.`)
  await desk.getByRole('button', { name: 'Send', exact: true }).click()
  await desk.getByText('Sent to the page behind the passkey').waitFor()
  const told = await chat.waitFor('kept the words out of this chat')
  expect(await told.innerText()).not.toContain(figure)
  expect(await chat.page.locator('body').innerText()).not.toContain(figure)

  await centre.bringToFront()
  await centre.goto(`${demo.gateway}/me/person`)
  await centre.getByText(`It is ${figure}`).waitFor()
  await centre.getByText('looked at this, by your leave').waitFor()
  expect(await centre.locator('main').innerText()).not.toContain('asked about the balance')
  await centre.goto(`${demo.gateway}/me/looks`)
  await centre.getByText('Shown to a person at the bank’s desk, by your leave.').first().waitFor()
  await centre.locator('.look-link', { hasText: 'at the bank’s desk' }).first().click()
  await centre.getByText('To let a person help you.').waitFor()

  await desk.bringToFront()
  await desk.getByRole('button', { name: 'Hand back to the bot' }).click()
  await desk.getByText('Handed back.').waitFor()
  await chat.waitFor('From here on it is automated again')
  await centre.goto(`${demo.gateway}/me/person`)
  await centre.getByRole('heading', { name: 'People who answered you' }).waitFor()
  expect(await centre.getByText('may look now').count()).toBe(0)
  await chat.page.bringToFront()
  await chat.say("what's my balance?", /answer is ready/)
})
