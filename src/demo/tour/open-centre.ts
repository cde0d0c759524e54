import { writeFileSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
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
  /** The newest receipt of what was ended, once it is there. */
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
  return {
    page,
    async signIn() {
      await page.getByRole('button', { name: 'Use my passkey' }).click()
      await page.getByRole('heading', { level: 2, name: 'Who may ask' }).waitFor()
    },
    async showLooks() {
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
    async openNewestReceipt() {
      await page.goto(`${demo.gateway}/me/receipts`)
      await page.getByRole('heading', { level: 1, name: 'Receipts' }).waitFor()
      const rows = page.locator('.row-link')
      await reloadUntil(page, receiptWithinMs, async () => (await rows.count()) > 0)
      await rows.first().click()
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
