import type { BrowserContext, Page } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'

/** What a person does with a sealed answer's link. */
export type AnswerVisit = {
  readonly url: string
  /** Told when the page is locked, and when the figures are there. */
  readonly seen?: (page: Page, state: 'locked' | 'open') => Promise<void>
}

const withinMs = 20_000

/** Opens a sealed answer with the passkey; gives what the page says. */
export async function openAnswer(
  context: BrowserContext,
  passkeys: PracticePasskeys,
  visit: AnswerVisit,
): Promise<string> {
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await passkeys.equip(page)
  await page.goto(visit.url)
  await visit.seen?.(page, 'locked')
  await page.getByRole('button', { name: 'Open with my passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'Your balances' }).waitFor()
  await visit.seen?.(page, 'open')
  const text = await page.locator('main').innerText()
  await page.close()
  return text
}
