import type { Browser, Page } from 'playwright-core'

/** What somebody does on the page where receipts are checked. */
export type ReceiptCheck = {
  readonly url: string
  readonly file: string
  /** Told when the page has said its sentence. */
  readonly seen?: (page: Page) => Promise<void>
}

const withinMs = 20_000

/**
 * Checks a file on `/verify` as a stranger would: another browser, no cookie, and no network from the moment the page has
 * loaded. Gives the sentence that the page says.
 */
export async function checkReceipt(browser: Browser, check: ReceiptCheck): Promise<string> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await page.goto(check.url)
  await page.locator('[data-verify][data-kept="true"]').waitFor()
  await context.setOffline(true)
  await page.locator('#files').setInputFiles(check.file)
  await page.locator('[data-result][data-verdict]').waitFor({ state: 'attached' })
  await page.evaluate(`document.querySelector('[data-status]').scrollIntoView({ block: 'center' })`)
  await check.seen?.(page)
  const sentence = await page.locator('[data-status] p').first().innerText()
  await context.close()
  return sentence
}
