// Every button of the demo's control room, pressed once in a browser, against the whole product and both sandboxes.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../../src/demo/chromium.ts'
import { demoInstitution } from '../../src/demo/demo-configs.ts'
import { expectNoBarriers, expectNoBarriersAnywhere } from '../setup/barriers.ts'
import { buildFolder } from '../setup/build-folder.ts'
import { eventually } from '../setup/eventually.ts'
import { type TestPerson, linkPerson, repliesTo } from '../setup/link-person.ts'
import { noonZone } from '../setup/notify-world.ts'
import { type ParleyProcesses, startParley } from '../setup/parley-processes.ts'
import { type RunningProgram, startProgram } from '../setup/running-program.ts'
import { openToldBrowser } from '../setup/told-browser.ts'

const longMs = 300_000
const withinMs = 90_000

let parley: ParleyProcesses
let controlRoom: RunningProgram
let pushService: RunningProgram
let browser: Browser
let page: Page
let ada: TestPerson
const complaints: string[] = []

beforeAll(async () => {
  parley = await startParley({ beatSeconds: 1, gateway: { timeZone: noonZone } })
  await parley.messengerControl.turn({ cutRate: 0, previews: false })
  await addAgent()
  controlRoom = await startProgram({
    name: 'control-room',
    script: join(buildFolder(), 'src', 'demo', 'control-room', 'main.js'),
    words: ['--config', parley.folder.controlRoomConfig, '--port', String(parley.addresses.controlRoomPort)],
    logFile: join(parley.folder.logs, 'control-room.log'),
  })
  pushService = await startProgram({
    name: 'push',
    script: join(buildFolder(), 'sandbox', 'push', 'main.js'),
    words: ['--port', String(parley.addresses.pushServicePort)],
    logFile: join(parley.folder.logs, 'push.log'),
  })
  browser = await launchChromium({ headless: true })
  page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
  page.setDefaultTimeout(withinMs)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(parley.addresses.controlRoom)
}, longMs)

afterAll(async () => {
  await browser?.close()
  await controlRoom?.stop()
  await pushService?.stop()
  await parley?.stop()
}, longMs)

/** Without one the bank has nobody who could be asked for. */
async function addAgent(): Promise<void> {
  const words = ['staff', 'add', 'agnes', '--role', 'agent', '--institution', demoInstitution]
  const main = join(buildFolder(), 'src', 'main.js')
  await promisify(execFile)(process.execPath, [main, ...words, '--config', parley.folder.staffConfig])
}

/** Presses a button of a section and waits until it is over; gives what the page says of it. */
async function press(section: string, button: RegExp): Promise<string> {
  await page.locator(`#${section}`).getByRole('button', { name: button }).first().click()
  await page.locator(`#${section}[data-pressing=no]`).waitFor()
  return outcome(section)
}

function outcome(section: string): Promise<string> {
  return page.locator(`#${section} [role=status]`).first().innerText()
}

/** The page notices by itself: nothing is loaded anew for it. */
async function stepIsDone(title: string): Promise<void> {
  await page.locator('.tour li.done').filter({ hasText: title }).waitFor()
}

test('a newcomer finds six steps, none of them done, what stands in for what is not there yet, and no barrier', async () => {
  expect(await page.locator('.tour li').count()).toBe(6)
  expect(await page.locator('.tour li.done').count()).toBe(0)
  expect(await page.locator('.tour li.next').innerText()).toContain('Link a bank')
  expect(await page.locator('#account').innerText()).toContain('Nobody has written yet')
  expect(await page.locator('#stop').innerText()).toContain('No bank is linked')
  await expectNoBarriersAnywhere(page)
})

test('it notices that a bank was linked and a balance asked for', async () => {
  ada = await linkPerson(parley, 'Ada', { alerts: true })
  await stepIsDone('Link a bank')
  await stepIsDone('Ask for your balance')
  expect(await page.locator('[data-announce]').textContent()).toContain('of 6 steps done')
})

test('a browser of Ada’s is told as well: it asks her, and a push makes it say one sentence and lead to the short address', async () => {
  const told = await openToldBrowser(browser, parley, ada)
  await told.page.getByRole('button', { name: 'Tell this browser too' }).click()
  await told.page.getByText('This browser is told too.').waitFor()
  // The page's script finds its own browser in the list.
  await told.page.locator('[data-browser] [data-here]').waitFor()
  expect(await told.page.locator('[data-browser]').innerText()).toMatch(/^This browser, added /)
  expect(await told.page.getByRole('button', { name: 'Tell this browser too' }).isVisible()).toBe(false)
  await expectNoBarriersAnywhere(told.page)
  expect(await told.asked()).toEqual({ userVisibleOnly: true, keyBytes: 65 })

  await told.deliver()
  const sentence = {
    title: 'Your bank has a question about a card payment.',
    body: 'Open Parley to look. We will never ask for a code, PIN or password, or tell you to move money.',
    tag: 'parley',
  }
  await expect.poll(told.said, { timeout: withinMs }).toEqual([sentence])
  await told.deliver()
  await expect.poll(told.said, { timeout: withinMs }).toEqual([sentence, sentence])
  await told.tap()
  await expect.poll(told.tapped, { timeout: withinMs }).toEqual(['closed', '/alert'])
  // It has no page in its reach, not even the one that made it.
  await told.page.reload()
  expect(await told.page.evaluate('navigator.serviceWorker.controller')).toBeNull()
  await told.close()
})

describe('cards', () => {
  test('a swipe shows the verdict and how long it took; a wrong amount is said, and nothing is done', async () => {
    await page.locator('#shop').selectOption('electronics')
    await page.locator('#city').selectOption('tokyo')
    await page.locator('#amount').fill('949')
    await page.getByLabel('Over the network').check()
    expect(await press('cards', /^Swipe the card/)).toMatch(
      /949\.00 USD at .*verdict: \w+ .*\d ms after the bank asked/s,
    )
    const uses = (await parley.bankControl.cardUses()).length
    const answer = await page.request.post(`${parley.addresses.controlRoom}/do/swipe`, {
      form: { login: ada.bankLogin.login, shop: 'coffee', amount: 'much', city: 'home', presence: 'in-person' },
    })
    expect(await answer.text()).toContain('The amount is a number like 4.85. Nothing was done.')
    expect(await parley.bankControl.cardUses()).toHaveLength(uses)
  })

  test('what is there already stays: an answer that was overtaken changes nothing back, and a held button is pressed', async () => {
    let send: () => void = () => undefined
    const held = new Promise<void>((resolve) => (send = resolve))
    const isLate = new Promise<void>((resolve) => {
      void page.route(
        '**/live',
        async (route) => {
          const response = await route.fetch()
          resolve()
          await held
          await route.fulfill({ response })
        },
        { times: 1 },
      )
    })
    await isLate
    await page.locator('#amount').fill('21')
    expect(await press('cards', /^Swipe the card/)).toContain('21.00 USD at ')
    const late = page.waitForResponse('**/live')
    send()
    await (await late).finished()
    expect(await outcome('cards')).toContain('21.00 USD at ')

    // Something stands above the bank's switches meanwhile, and one of them is held down.
    const slow = page.locator('#bank').getByRole('button', { name: /^Slow/ })
    await slow.hover()
    await page.mouse.down()
    await parley.bankControl.turn({ garbage: true })
    for (let asked = 0; asked < 2; asked += 1) await (await page.waitForResponse('**/live')).finished()
    await page.mouse.up()
    await page.locator('#bank').getByText('The bank is slow, because').waitFor()
    expect(await press('bank', /^Mend it/)).toContain('The bank is mended')
  })

  test('each theft is played, the question waits, and “Not me” makes the next theft fail', async () => {
    for (const theft of [/^Steal the card/, /^Try the card/, /^Copy the card/, /^Take the account over/]) {
      expect(await press('cards', theft)).toMatch(/\d payments tried/)
    }
    const waiting = page.locator('#cards').getByText('A question waits in Ada’s chat')
    await waiting.waitFor()
    const pushed = page.locator('#cards p').filter({ hasText: 'The practice push service received' })
    expect(await pushed.innerText()).toMatch(/received \d+ push(es)?, with nothing in it\.$/)
    const asked = (await repliesTo(parley, ada)).flatMap(({ shown }) => shown.buttons)
    const notMe = asked.filter(({ title }) => title === 'Not me').at(-1)
    await parley.messengerControl.tap(ada.psid, notMe?.payload ?? '', 'Not me')
    await stepIsDone('answer “Not me”')
    await page.locator('#cards .pill').filter({ hasText: 'is frozen' }).first().waitFor()
    expect(await press('cards', /^Copy the card/)).toContain('because the card is frozen')
    await expectNoBarriers(page)
  })
})

test('each way to break the bank says that it is on, shows what the customer sees, and is mended', async () => {
  for (const [mood, name] of [
    [/^Slow/, 'slow'],
    [/^Answering nonsense/, 'answering nonsense'],
    [/^Rate limited/, 'rate limited'],
    [/^Failing/, 'failing'],
    [/^Cutting off/, 'cutting off'],
    [/^Login broken/, 'login broken'],
    [/^Down/, 'down'],
  ] as const) {
    expect(await press('bank', mood)).toContain(`The bank is now: ${name}`)
    expect(await page.locator('#bank').innerText()).toContain('because you switched it so')
  }
  expect(await press('bank', /^See what the customer sees/)).toContain("I can't reach First Valley Bank")
  await expectNoBarriers(page)
  expect(await press('bank', /^Mend it/)).toContain('The bank is mended')
  expect(await page.locator('#bank').innerText()).toContain('Now: Working')
  await page.getByText('More that can happen at a bank').click()
  expect(await press('bank', /^Expire all tokens/)).toContain('are dead')
  for (const what of [/^A card bill/, /^A refund/, /^Something is charged/]) {
    expect(await press('bank', what)).toMatch(/It happened|Nothing of this person’s fits/)
  }
})

test('whoever stole the account gets no figure by any of the tries, and can make things safer only', async () => {
  for (const attempt of [
    /^Ask for the balance/,
    /^Have figures/,
    /^Unfreeze/,
    /^Say the passkey/,
    /^Have everything/,
  ]) {
    expect(await press('account', attempt)).toContain('The chat carried no figure')
  }
  expect(await press('account', /^Open the newest/)).toMatch(/“Your answer is locked”.*no figure anywhere/s)
  expect(await press('account', /^Freeze the card/)).toContain('Ada')
  const thief = page.getByRole('link', { name: 'Open Ada’s messenger as the thief' })
  expect(await thief.getAttribute('href')).toContain(`?person=${ada.psid}`)
})

test('a changed copy of the log is found out, with the entry, and the log itself still holds', async () => {
  await page.locator('#entry').fill('5')
  const named = /entry 5 is not the one whose hash stands in .*holds: all [\d,]+ entries/s
  expect(await press('log', /^Alter/)).toMatch(named)
  expect(await press('log', /^Drop/)).toMatch(named)
  expect(await press('log', /^Rewrite/)).toMatch(/the first bad entry is one of 0 to \d+.*holds: all [\d,]+ entries/s)
  expect(await press('log', /^Fork/)).toMatch(/not signed by the log’s key.*holds: all [\d,]+ entries/s)
  await stepIsDone('Tamper with the log')
  await page.getByText('Check it yourself').click()
  await expectNoBarriers(page)
})

test('a person is called, and sharing is stopped by words and at the bank', async () => {
  expect(await press('agent', /^Ask for a person/)).toMatch(/a person at your bank/i)
  expect(await press('stop', /^Write “stop sharing”/)).toContain('Done at')
  await stepIsDone('Stop it, or cut it off')
  expect(await press('stop', /^Revoke at the bank/)).toContain('Taken back at the bank')
  await page.getByText('Nobody shares anything with Parley now').waitFor()
})

test('what is done stays done over a reload and a restart; who looked is noticed on the way there; it can begin again', async () => {
  await Promise.all([page.waitForEvent('popup'), page.locator('[data-step=looks]').click()])
  await stepIsDone('See who looked')
  await page.getByText('That was the tour').waitFor()
  await controlRoom.stop()
  await page.getByText('The control room does not answer').waitFor()
  await controlRoom.start()
  await page.getByText('The control room does not answer').waitFor({ state: 'hidden' })
  await page.reload()
  expect(await page.locator('.tour li.done').count()).toBe(6)
  await expectNoBarriersAnywhere(page)
  await press('tour', /^Begin the tour again/)
  await eventually('the steps are open again', async () => (await page.locator('.tour li.done').count()) <= 1, withinMs)
})

test('it has an attacker’s powers only: nothing that opens the product, and no button for other sites', async () => {
  const told = readFileSync(parley.folder.controlRoomConfig, 'utf8')
  const { messenger, passwords, keystore, linkSecret, pushSecret, metricsToken, staff } = parley.secrets
  const secrets = [
    ...[messenger.appSecret, messenger.pageAccessToken, messenger.verifyToken, linkSecret, pushSecret, metricsToken],
    ...[...Object.values(passwords), ...Object.values(keystore), ...staff.map(({ password }) => password)],
  ]
  for (const secret of secrets) expect(told).not.toContain(secret)
  const foreign = await page.request.post(`${parley.addresses.controlRoom}/do/mood`, {
    form: { mood: 'down' },
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(foreign.status()).toBe(403)
  // While the control room was away, the browser could not load from it; nothing else may be complained of.
  expect(complaints.filter((words) => !words.includes('net::ERR'))).toEqual([])
})
