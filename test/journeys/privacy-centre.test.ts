// The privacy centre as a person uses it, in a browser with a passkey device, on the built product with both sandboxes.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { openSealed } from '../../src/demo/tour/open-sealed.ts'
import { expectNoBarriersAnywhere } from '../setup/barriers.ts'
import { type StartedDemo, startDemoProcess } from '../setup/demo-process.ts'

const main = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js')
const run = promisify(execFile)

let started: StartedDemo
let browser: Browser
let downloads: string

beforeAll(async () => {
  started = await startDemoProcess()
  browser = await launchChromium({ headless: true })
  downloads = mkdtempSync(join(tmpdir(), 'parley-downloads-'))
})
afterAll(async () => {
  await browser?.close()
  expect(await started.stop()).toBe(0)
  started.forget()
  rmSync(downloads, { recursive: true, force: true })
})

/** Somebody who has linked the bank, with a page of their own. */
async function arrive(
  name: string,
  who: number,
  options: { readonly disclosure?: 'sealed' | 'rounded'; readonly language?: string } = {},
) {
  // prettier-ignore
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    ...(options.language === undefined ? {} : { locale: options.language }),
  })
  context.setDefaultTimeout(120_000)
  const passkeys = practicePasskeys(context)
  const chat = await openChat(context, started.demo, name)
  await chat.say("what's my balance?")
  const digits = await visitLink(context, passkeys, {
    url: await chat.linkOf('Link a bank'),
    login: started.demo.bank.people[who]!,
    disclosure: options.disclosure ?? 'sealed',
  })
  await chat.page.bringToFront()
  await chat.say(digits)
  await chat.waitFor(options.disclosure === 'rounded' ? /about/ : /answer is ready/)
  const page = await context.newPage()
  await passkeys.equip(page)
  return { context, passkeys, chat, page }
}

async function signIn(page: Page, path = '/me', button: string | RegExp = 'Use my passkey'): Promise<void> {
  await page.goto(`${started.demo.gateway}${path}`)
  await page.getByRole('button', { name: button }).click()
  try {
    await page.waitForURL((url) => url.pathname === path)
  } catch (cause) {
    throw new Error(`not signed in; the page says: ${await page.locator('body').innerText()}`, { cause })
  }
}

async function keep(download: Download, name: string): Promise<string> {
  const file = join(downloads, name)
  await download.saveAs(file)
  return file
}

async function fetchFile(page: Page, role: 'button' | 'link', name: string): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole(role, { name, exact: true }).click()]) // prettier-ignore
  return download
}

/** What `parley verify` says of a file, with the keys that this log gives out. */
async function verify(file: string, ...more: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [main, 'verify', file, ...more])
  return stdout
}

async function vkey(name: string): Promise<string> {
  return (await (await fetch(`${started.demo.gateway}/log/${name}`)).text()).trim()
}

test('a person sees who looked, takes the proof along, narrows, signs for more, exports, and stops everything', async () => {
  const { page, chat, context } = await arrive('Ana', 0, { disclosure: 'rounded' })
  const { gateway } = started.demo
  await page.goto(`${gateway}/me/looks`)
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'Who looked' }).waitFor()
  await page.locator('.look').nth(1).waitFor()
  expect(await page.locator('.look').count()).toBe(2)
  expect(await page.locator('.look').first().innerText()).toContain('Messenger was told rounded figures.')
  await page.locator('.look-link').first().click()
  await page.getByRole('heading', { level: 1, name: /Your balances/ }).waitFor()
  await expectNoBarriersAnywhere(page)
  await expect.poll(async () => { await page.reload(); return page.locator('main').innerText() }, { timeout: 90_000, interval: 1_000 }).toContain('it stands in the log as it is shown here') // prettier-ignore
  const receipt = await keep(await fetchFile(page, 'link', 'Download the receipt'), 'look.json')
  expect(await verify(receipt, '--key', await vkey('vkey'))).toMatch(/hold/)

  await page.goto(`${gateway}/me`)
  await page.getByRole('switch', { name: 'Your accounts' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('That kind of data can no longer be asked for.').waitFor()
  await page.locator('[data-done]:focus').waitFor()
  expect(page.url()).toBe(`${gateway}/me`)
  expect(await page.getByRole('switch').count()).toBe(4)
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Show no figures' }).click()
  await page.getByText('The chat shows less from now on').waitFor()
  await chat.page.bringToFront()
  expect(await chat.say('balance?', /answer is ready/)).not.toMatch(/\$/)

  await page.bringToFront()
  await page.getByRole('link', { name: /turn on Your accounts/ }).click()
  expect(await page.getByRole('checkbox', { name: 'Your accounts' }).isChecked()).toBe(true)
  await page.getByRole('radio', { name: /Rounded figures/ }).check()
  const end = await page.getByLabel('Sharing ends on').getAttribute('max')
  await page.getByLabel('Sharing ends on').fill(end ?? '')
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Read it through' }).click()
  await page.getByRole('heading', { level: 1, name: 'Read and sign' }).waitFor()
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Sign with my passkey' }).click()
  await page.getByText('Signed. Your new choice holds from now on.').waitFor()
  await page.getByRole('switch').nth(4).waitFor()
  expect(await page.getByRole('switch').count()).toBe(5)
  await chat.page.bringToFront()
  await chat.say('balance?', /about/)

  await page.bringToFront()
  await page.goto(`${gateway}/me/export`)
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Open with my passkey' }).click()
  await page.getByText('ready to fetch').waitFor()
  await expectNoBarriersAnywhere(page)
  const csv = await fetchFile(page, 'button', 'Accounts and balances, table')
  expect(csv.suggestedFilename()).toBe('parley-accounts.csv')
  const bundle = await keep(await fetchFile(page, 'button', 'Everything from Parley'), 'export.json')
  expect(await verify(bundle)).toMatch(/^This export holds/)
  const withKeys = ['vkey', 'promise-vkey', 'receipt-vkey'].map(async (name) => ['--key', await vkey(name)])
  expect(await verify(bundle, ...(await Promise.all(withKeys)).flat())).toMatch(/^This export holds/)
  await page.goto(`${gateway}/me/looks`)
  expect(await page.locator('.look').first().innerText()).toContain('Given to you as a file of your export.')

  await page.goto(`${gateway}/me`)
  await page.getByRole('button', { name: 'Stop everything now' }).click()
  await page.getByText('Everything is stopped.').waitFor()
  await page.getByText('Nobody may ask your bank for anything.').waitFor()
  await expectNoBarriersAnywhere(page)
  await page.goto(`${gateway}/me/receipts`)
  await expect.poll(async () => { await page.reload(); return page.locator('.row-link').count() }, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(0) // prettier-ignore
  await expectNoBarriersAnywhere(page)
  await page.locator('.row-link').first().click()
  await page.getByRole('heading', { level: 1, name: /Sharing ended: First Valley Bank/ }).waitFor()
  await expectNoBarriersAnywhere(page)
  const note = await keep(await fetchFile(page, 'link', 'Download the receipt'), 'receipt.txt')
  expect(await verify(note, '--key', await vkey('receipt-vkey'))).toMatch(/hold|signed/)
  await context.close()
})

test('the words of a customer show only after the passkey, here and above a sealed answer; messages and rows are listed', async () => {
  const { page, chat, context, passkeys } = await arrive('Ben', 1)
  const { gateway } = started.demo
  await signIn(page, '/me/phrase')
  await page.getByLabel('Your words').fill('blue kettle, three geese')
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Keep with my passkey' }).click()
  await page.getByText('Your words are kept.').waitFor()
  await chat.page.bringToFront()
  await chat.say('balance?')
  await chat.waitFor(/answer is ready/)
  const seen: string[] = []
  const url = await chat.linkOf('Open answer')
  const answer = await openSealed(context, passkeys, {
    shows: 'balances',
    url,
    seen: async (locked, state) => {
      if (state === 'locked') seen.push(await locked.locator('main').innerText())
    },
  })
  expect(seen[0]).not.toContain('geese')
  expect(answer).toContain('blue kettle, three geese')
  for (const path of ['messages', 'stored', 'receipts', 'passkeys', 'erase', 'alerts']) {
    await page.goto(`${gateway}/me/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expectNoBarriersAnywhere(page)
  }
  await page.goto(`${gateway}/me/messages`)
  expect(await page.locator('.rows li').count()).toBeGreaterThan(2)
  await page.goto(`${gateway}/me/stored`)
  expect(await page.locator('main').innerText()).toMatch(
    /What lets Parley ask a bank, sealed\s+until you stop the bank/,
  )
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out here.').waitFor()
  await page.goto(`${gateway}/me/looks`)
  await page.getByRole('button', { name: 'Use my passkey' }).waitFor()
  await context.close()
})

test('a second device is added with the first one’s approval, and removed by it; the other browser is signed out', async () => {
  const { page, context, passkeys } = await arrive('Cleo', 2)
  const { gateway } = started.demo
  await signIn(page, '/me/passkeys')
  // The same session on another device, which has no passkey yet.
  const elsewhere = await browser.newContext({ storageState: await context.storageState() })
  elsewhere.setDefaultTimeout(120_000)
  const device = practicePasskeys(elsewhere)
  const there = await elsewhere.newPage()
  await device.equip(there)
  await there.goto(`${gateway}/me/passkeys`)
  await there.getByRole('button', { name: 'Make a new passkey' }).click()
  await there.getByRole('heading', { level: 1, name: 'Approve the new passkey' }).waitFor()
  await expectNoBarriersAnywhere(there)
  const made = practicePasskeys(elsewhere)
  await made.become(device)
  await device.become(passkeys)
  await there.getByRole('button', { name: 'Approve with my old passkey' }).click()
  await there.getByText('The passkey was added and works at once.').waitFor()
  await there
    .locator('.row-name', { hasText: /^Passkey/ })
    .nth(1)
    .waitFor()
  expect(await there.locator('.row-name', { hasText: /^Passkey/ }).count()).toBe(2)

  const third = await browser.newContext()
  third.setDefaultTimeout(120_000)
  const thirdPage = await third.newPage()
  const thirdDevice = practicePasskeys(third)
  await thirdDevice.equip(thirdPage)
  await thirdDevice.become(made)
  await signIn(thirdPage)
  await passkeys.become(device)
  await page.goto(`${gateway}/me/passkeys`)
  await page.getByRole('link', { name: 'Remove (Passkey 2)' }).click()
  await page.getByRole('heading', { level: 1, name: 'Remove Passkey 2?' }).waitFor()
  await expectNoBarriersAnywhere(page)
  await page.getByRole('button', { name: 'Remove it with another passkey' }).click()
  await page.getByText('The passkey was removed for good.').waitFor()
  await thirdPage.goto(`${gateway}/me`)
  await thirdPage.getByRole('button', { name: 'Use my passkey' }).click()
  await thirdPage.getByRole('heading', { level: 1, name: 'The passkey was not accepted' }).waitFor()
  await Promise.all([context, elsewhere, third].map((each) => each.close()))
})

test('erasing explains itself, takes the passkey, and ends on a page with a receipt that anybody can check', async () => {
  const { page, context } = await arrive('Dee', 3)
  await signIn(page, '/me/erase')
  await page.getByRole('button', { name: 'Erase everything with my passkey' }).click()
  await page.waitForURL(/\/me\/erased\//)
  // The page looks again by itself every two seconds; for whoever looks that closely it stands still.
  const still = await context.newPage()
  await still.addInitScript(`sessionStorage.setItem('looked:' + location.pathname, '150')`)
  await still.goto(page.url())
  await expectNoBarriersAnywhere(still)
  await page.getByRole('heading', { level: 1, name: 'Erased', exact: true }).waitFor({ timeout: 150_000 })
  await expectNoBarriersAnywhere(page)
  const note = await keep(await fetchFile(page, 'link', 'Download the receipt'), 'erasure.txt')
  expect(await verify(note, '--key', await vkey('receipt-vkey'))).toMatch(/hold|signed/)
  await page.goto(`${started.demo.gateway}/me`)
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'The passkey was not accepted' }).waitFor()
  await context.close()
})

describe('in the reader’s language', () => {
  const languages = [
    ['de', 'Meinen Passkey verwenden', 'Wer fragen darf'],
    ['es', 'Usar mi passkey', 'Quién puede preguntar'],
    ['fr', 'Utiliser ma passkey', 'Qui peut demander'],
    ['pt', 'Usar minha passkey', 'Quem pode perguntar'],
  ] as const

  test('the whole centre speaks German, Spanish, French and Portuguese, on a phone, without anything cut off', async () => {
    const { context, passkeys } = await arrive('Eva', 4)
    const state = await context.storageState()
    for (const [language, button, heading] of languages) {
      const own = await browser.newContext({
        locale: language,
        viewport: { width: 390, height: 844 },
        storageState: state,
      })
      own.setDefaultTimeout(120_000)
      const device = practicePasskeys(own)
      const page = await own.newPage()
      await device.equip(page)
      await device.become(passkeys)
      await signIn(page, '/me', button)
      await page.getByRole('heading', { level: 2, name: heading }).waitFor()
      expect(await page.locator('html').getAttribute('lang')).toContain(language)
      for (const path of ['', '/looks', '/export', '/passkeys', '/erase', '/stored', '/messages', '/alerts']) {
        await page.goto(`${started.demo.gateway}/me${path}`)
        await expectNoBarriersAnywhere(page)
      }
      await passkeys.become(device)
      await own.close()
    }
    await context.close()
  })
})
