import type { BrowserContext, Page } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'

/** What a person does with the link behind "See details". */
export type QuestionVisit = {
  readonly url: string
  /** Told when the page is locked, and when the payment is there. */
  readonly seen?: (page: Page, state: 'locked' | 'open') => Promise<void>
}

const withinMs = 20_000

/** Opens a question about a card payment with the passkey; gives what the page says. */
export async function openQuestion(
  context: BrowserContext,
  passkeys: PracticePasskeys,
  visit: QuestionVisit,
): Promise<string> {
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await passkeys.equip(page)
  await page.goto(visit.url)
  await visit.seen?.(page, 'locked')
  await page.getByRole('button', { name: 'See the payment with my passkey' }).click()
  await page.getByRole('heading', { level: 1, name: 'Was this you?' }).waitFor()
  await visit.seen?.(page, 'open')
  const text = await page.locator('main').innerText()
  await page.close()
  return text
}
