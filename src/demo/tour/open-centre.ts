import { writeFileSync } from 'node:fs'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { Fault } from '../../kernel/index.ts'
import { elapsedMs } from '../../platform/index.ts'
import type { PracticePasskeys } from '../chromium.ts'
import type { DemoFile } from '../demo-file.ts'

/** The privacy centre as a person has it open. */
export type Centre = {
  readonly page: Page
  /** Signs in with the passkey and shows the first page. */
  signIn(): Promise<void>
  /** All looks, newest first; resolves when the log has published each of them. */
  showLooks(): Promise<void>
  /** Opens the newest look at a kind of data, by its words. */
  openLook(words: RegExp): Promise<void>
  /** Downloads the receipt that the page offers to this file; gives the file. */
  saveReceipt(file: string): Promise<string>
  /** Writes the log's verifier keys to this file, one a line; a sceptic gets them from somewhere else as well. */
  saveKeys(file: string): Promise<string>
  /** Chooses fraud alerts and signs for them; `seen` is told when the switch is on, before the signature. */
  chooseAlerts(seen: () => Promise<void>): Promise<void>
  /** Lets a frozen card work again; `seen` is told when the page shows that it is frozen. */
  unfreezeCard(seen: () => Promise<void>): Promise<void>
  /** Ends fraud alerts; resolves when their receipt is there. */
  endAlerts(): Promise<void>
  /** The newest receipt of what was ended, once there is one that was not there before. */
  openNewestReceipt(): Promise<void>
}

const withinMs = 20_000
// A log in use beats once a minute, and what misses a beat waits for the next.
const publishedWithinMs = 130_000
const receiptWithinMs = 60_000

/** Opens `/me` in a new tab: the sign-in page, until somebody signs in. */
export async function openCentre(context: BrowserContext, passkeys: PracticePasskeys, demo: DemoFile): Promise<Centre> {
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await passkeys.equip(page)
  await page.goto(`${demo.gateway}/me`)
  await page.getByRole('button', { name: 'Use my passkey' }).waitFor()
  let receiptsKnown = 0
  const awaitReceipt = async (): Promise<Locator> => {
    await page.goto(`${demo.gateway}/me/receipts`)
    await page.getByRole('heading', { level: 1, name: 'Receipts' }).waitFor()
    const rows = page.locator('.row-link')
    await reloadUntil(page, receiptWithinMs, async () => (await rows.count()) > receiptsKnown)
    receiptsKnown = await rows.count()
    return rows.first()
  }
  return {
    page,
    async signIn() {
      await page.getByRole('button', { name: 'Use my passkey' }).click()
      await page.getByRole('heading', { level: 2, name: 'Who may ask' }).waitFor()
    },
    async showLooks() {
      await page.goto(`${demo.gateway}/me`)
      await page.getByRole('link', { name: 'See every look' }).click()
      await page.getByRole('heading', { level: 1, name: 'Who looked' }).waitFor()
      await page.locator('.look').first().waitFor()
      await reloadUntil(page, publishedWithinMs, async () => (await page.locator('.proof.promised').count()) === 0)
    },
    async openLook(words) {
      await page.locator('.look-link').filter({ hasText: words }).first().click()
      await page.getByRole('link', { name: 'Download the receipt' }).waitFor()
      await reloadUntil(page, publishedWithinMs, async () => (await page.locator('.proof.promised').count()) === 0)
    },
    async saveReceipt(file) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download the receipt' }).click(),
      ])
      await download.saveAs(file)
      return file
    },
    async saveKeys(file) {
      const names = ['vkey', 'promise-vkey', 'receipt-vkey']
      const keys = await Promise.all(
        names.map(async (name) => (await page.request.get(`${demo.gateway}/log/${name}`)).text()),
      )
      writeFileSync(file, keys.map((key) => `${key.trim()}\n`).join(''))
      return file
    },
    async chooseAlerts(seen) {
      await page.goto(`${demo.gateway}/me/alerts`)
      await page.getByRole('link', { name: 'Turn on for' }).click()
      await page.getByRole('checkbox', { name: 'Warn me about card fraud' }).scrollIntoViewIfNeeded()
      await seen()
      await page.getByRole('button', { name: 'Read it through' }).click()
      await page.getByRole('button', { name: 'Sign with my passkey' }).click()
      await page.getByText('Your new choice holds from now on').waitFor()
    },
    async unfreezeCard(seen) {
      await page.goto(`${demo.gateway}/me/cards`)
      await page.getByText('It is frozen').first().waitFor()
      await seen()
      await page.getByRole('button', { name: 'Unfreeze with passkey' }).first().click()
      await page.getByText('The card works again').waitFor()
    },
    async endAlerts() {
      await page.goto(`${demo.gateway}/me/alerts`)
      await page.getByRole('button', { name: 'End fraud alerts with my passkey' }).click()
      await page.getByText('Fraud alerts have ended').waitFor()
      await awaitReceipt()
    },
    async openNewestReceipt() {
      await (await awaitReceipt()).click()
      await page.getByRole('link', { name: 'Download the receipt' }).waitFor()
    },
  }
}

/** Loads the page again, as a waiting person does, until it shows what is waited for; throws when it never does. */
async function reloadUntil(page: Page, timeoutMs: number, isThere: () => Promise<boolean>): Promise<void> {
  const waited = elapsedMs()
  while (!(await isThere())) {
    if (elapsedMs() - waited > timeoutMs) {
      const cause = new Error(`nothing new at ${new URL(page.url()).pathname} in ${timeoutMs} ms`)
      throw new Fault('demo/page-waits-in-vain', { retry: 'never', cause })
    }
    await page.waitForTimeout(reloadEveryMs)
    await page.reload()
  }
}

// 120 pages a minute are allowed to one address.
const reloadEveryMs = 1_000
