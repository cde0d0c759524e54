import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
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

test.each(['light', 'dark'] as const)(
  'a person removes the app in the messenger: answers stop, and the page of the deletion says what became of it (%s)',
  async (colorScheme) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme })
    context.setDefaultTimeout(120_000)
    const passkeys = practicePasskeys(context)
    const chat = await openChat(context, started.demo, colorScheme === 'light' ? 'Lena' : 'Leo', () => undefined)
    await chat.say('balance')
    const digits = await visitLink(context, passkeys, {
      url: await chat.linkOf('Link a bank'),
      login: started.demo.bank.people[colorScheme === 'light' ? 0 : 1]!,
      disclosure: 'rounded',
    })
    await chat.page.bringToFront()
    await chat.say(digits)
    await chat.waitFor(/about/)

    await chat.page.getByLabel('Options').click()
    await chat.page.getByTestId('remove-app').click()
    await expectNoBarriers(chat.page)
    await chat.page.getByTestId('leave-and-delete').click()
    const status = chat.page.getByTestId('deletion-status')
    await status.waitFor()
    await expectNoBarriers(chat.page)
    const url = (await status.getAttribute('href')) ?? ''

    const page = await context.newPage()
    await expect
      .poll(
        async () => {
          await page.goto(url)
          return page.locator('h1').innerText()
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBe('Your data from this chat is deleted')
    await expectNoBarriers(page)
    const text = await page.locator('main').innerText()
    expect(text).toContain('What was destroyed')
    expect(text).toContain('What we cannot delete')
    const receipt = await context.request.get(`${url}/receipt`)
    expect(await receipt.text()).toContain('parley-receipt/v1')
    const unknown = await page.goto(url.replace(/[0-9a-f]{32}$/, '0'.repeat(32)))
    expect(unknown?.status()).toBe(404)
    await expectNoBarriers(page)

    await chat.page.bringToFront()
    await chat.say('balance', /I need your leave/)
    await context.close()
  },
)
