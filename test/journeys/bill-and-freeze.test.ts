import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { createBankControl } from '../setup/bank-control.ts'
import { type StartedDemo, startDemoProcess } from '../setup/demo-process.ts'

let started: StartedDemo
let browser: Browser

beforeAll(async () => {
  started = await startDemoProcess()
  browser = await launchChromium({ headless: true })
})
afterAll(async () => {
  await browser?.close()
  expect(await started.stop()).toBe(0)
  started.forget()
})

test('a bill from words to a sealed page, and a card frozen by words and unfrozen by a passkey, at the real bank', async () => {
  const context = await browser.newContext()
  context.setDefaultTimeout(60_000)
  const passkeys = practicePasskeys(context)
  const words: string[] = []
  const chat = await openChat(context, started.demo, 'Bea', (from, text) => words.push(`${from}: ${text}`))
  await chat.say('hi')
  await chat.say('how much is my card bill?')
  const login = started.demo.bank.people[0]
  if (login === undefined) throw new Error('the bank has nobody')
  const digits = await visitLink(context, passkeys, {
    url: await chat.linkOf('Link a bank'),
    login,
    disclosure: 'sealed',
  })
  await chat.page.bringToFront()
  await chat.say(digits)
  await chat.waitFor(/answer is ready/)

  const page = await context.newPage()
  await passkeys.equip(page)
  await page.goto(await chat.linkOf('Open answer'))
  await page.getByRole('button', { name: 'Open with my passkey' }).click()
  await page.locator('main').filter({ hasText: /\$\d/ }).waitFor()
  await page.close()

  await chat.page.bringToFront()
  await chat.say('freeze all my cards', /every card of yours at .* is frozen/)
  const bank = createBankControl(started.demo.bank.issuer, started.folder.bank)
  const acts = (await bank.accessLog()).filter(({ method, path }) => method === 'POST' && path.includes('card'))
  expect(acts.length).toBeGreaterThan(0)

  const cards = await context.newPage()
  await passkeys.equip(cards)
  await cards.goto(await chat.linkOf('See my cards'))
  await cards
    .getByRole('button', { name: /passkey/i })
    .first()
    .click()
  await cards.getByText('It is frozen').first().waitFor()
  await cards.getByRole('button', { name: 'Unfreeze with passkey' }).first().click()
  await cards.getByText('The card works again').waitFor()
  expect(words.join('\n')).not.toMatch(/\$\d/)
  await context.close()
})
