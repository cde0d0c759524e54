import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PracticePasskeys, launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { type ChatWindow, openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { openSealed } from '../../src/demo/tour/open-sealed.ts'
import { formatMoney } from '../../src/kernel/index.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
import { createBankControl } from '../setup/bank-control.ts'
import { type StartedDemo, startDemoProcess } from '../setup/demo-process.ts'

type Look = {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly scheme: 'light' | 'dark'
}

const phone: Look = { name: 'a phone, light', width: 390, height: 844, scheme: 'light' }
const looks: readonly Look[] = [phone, { name: 'a desktop, dark', width: 1280, height: 900, scheme: 'dark' }]

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

/** A person at the messenger with a window of their own, who heard `words` so far. */
async function arrive(name: string, look = phone) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
  })
  context.setDefaultTimeout(120_000)
  const passkeys = practicePasskeys(context)
  const words: string[] = []
  const chat = await openChat(context, started.demo, name, (from, text) => words.push(`${from}: ${text}`))
  return { context, passkeys, chat, words }
}

type Person = Awaited<ReturnType<typeof arrive>>

async function link(
  person: Person,
  who: number,
  disclosure: 'sealed' | 'rounded' | 'full',
  seen?: (page: Page) => Promise<void>,
) {
  const login = started.demo.bank.people[who]!
  const digits = await visitLink(person.context, person.passkeys, {
    url: await person.chat.linkOf('Link a bank'),
    login,
    disclosure,
    ...(seen === undefined ? {} : { seen }),
  })
  await person.chat.page.bringToFront()
  await person.chat.say(digits)
}

/** The main figure of each account, as the bank has it: what is available, or what is owed on a card. */
async function balancesOf(who: number): Promise<readonly string[]> {
  const people = await bankOf(started).people()
  const { accounts } = people.find((one) => one.login === started.demo.bank.people[who]!.login)!
  return accounts.map(({ kind, currency, currentMinor, availableMinor }) =>
    formatMoney({ minor: BigInt(kind === 'CREDITCARD' ? currentMinor : availableMinor), currency }, 'en'),
  )
}

function bankOf({ demo, folder }: StartedDemo) {
  return createBankControl(demo.bank.issuer, folder.bank)
}

async function readSealed(context: Person['context'], passkeys: PracticePasskeys, chat: ChatWindow): Promise<string> {
  return openSealed(context, passkeys, { shows: 'balances', url: await chat.linkOf('Open answer') })
}

describe.each(looks)('on $name', (look) => {
  test('a person goes from "hi" to the balance on a sealed page, meets no barrier, and the chat holds no figure', async () => {
    const person = await arrive('Ana', look)
    expect(await person.chat.say('hi')).toContain('automated')
    await person.chat.say("what's my balance?")
    await link(person, 0, 'sealed', expectNoBarriers)
    await person.chat.waitFor(/answer is ready/)
    await expectNoBarriers(person.chat.page)
    const page = await openSealed(person.context, person.passkeys, {
      shows: 'balances',
      url: await person.chat.linkOf('Open answer'),
      seen: expectNoBarriers,
    })
    const figures = await balancesOf(0)
    expect(figures.length).toBeGreaterThanOrEqual(3)
    for (const figure of figures) expect(page).toContain(figure)
    const carried = person.words.join('\n')
    for (const figure of figures) expect(carried).not.toContain(figure.replace(/[^0-9.,]/g, ''))
    expect(carried).not.toMatch(/\$|checking|savings/i)
    await person.context.close()
  })
})

test('whoever chooses rounded or full reads figures in the chat, and words can seal them again without a passkey', async () => {
  const person = await arrive('Ben')
  await person.chat.say('balance please')
  await link(person, 1, 'full')
  await person.chat.waitFor(/\$/)
  const [figure] = await balancesOf(1)
  expect(await (await person.chat.waitFor(/available/)).innerText()).toContain(figure)
  await person.chat.say('keep the numbers out of this chat')
  expect(await person.chat.say('balance')).not.toMatch(/\d,\d|\$/)
  await person.context.close()
})

test('a sealed answer opens once, for its owner only; the next visitor is offered a fresh one', async () => {
  const person = await arrive('Cleo')
  await person.chat.say('balance')
  await link(person, 2, 'sealed')
  await person.chat.waitFor(/answer is ready/)
  const url = await person.chat.linkOf('Open answer')

  const stranger = await browser.newContext()
  stranger.setDefaultTimeout(120_000)
  const strangerPage = await stranger.newPage()
  await practicePasskeys(stranger).equip(strangerPage)
  await strangerPage.goto(url)
  await strangerPage.getByRole('button', { name: 'Open with my passkey' }).click()
  await expect.poll(() => strangerPage.locator('main').innerText(), { timeout: 90_000 }).not.toMatch(/\$/)
  await stranger.close()

  expect(await readSealed(person.context, person.passkeys, person.chat)).toContain('$')
  const again = await person.context.newPage()
  await person.passkeys.equip(again)
  await again.goto(url)
  await again.getByRole('button', { name: 'Open with my passkey' }).click()
  await again.getByRole('heading', { name: 'This answer was opened already' }).waitFor()
  await expectNoBarriers(again)
  await again.getByRole('button', { name: 'Ask again' }).click()
  await again.getByRole('heading', { name: 'Asked again' }).waitFor()
  await expect.poll(() => person.chat.linkOf('Open answer'), { timeout: 90_000, interval: 1_000 }).not.toBe(url)
  await person.context.close()
})

test('a bank that is down is said to be down, nothing is guessed, and the answer comes when it is back', async () => {
  const bank = bankOf(started)
  const person = await arrive('Dee')
  await person.chat.say('balance')
  await link(person, 3, 'sealed')
  await person.chat.waitFor(/answer is ready/)
  // Known before the bank is back: the new one may come at once after that.
  const before = await person.chat.linkOf('Open answer')
  await bank.turn({ down: true })
  try {
    await person.chat.say('and my balance now?')
    await person.chat.waitFor(/can't reach First Valley Bank/)
  } finally {
    await bank.turn({ down: false })
  }
  await expect.poll(() => person.chat.linkOf('Open answer'), { timeout: 90_000, interval: 1_000 }).not.toBe(before)
  await person.context.close()
})
