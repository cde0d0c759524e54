import type { BrowserContext, Page } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'

/** What a person does with a link to a page that is locked until the passkey answers. */
export type SealedVisit = {
  readonly url: string
  /** What the page holds. */
  readonly shows: keyof typeof sealedPages
  /** Told when the page is locked, and when what it holds is there. */
  readonly seen?: (page: Page, state: 'locked' | 'open') => Promise<void>
}

const withinMs = 20_000

/** What the button of a locked page says, and the heading that stands above what it opens. */
const sealedPages = {
  balances: { button: 'Open with my passkey', heading: 'Your balances' },
  payment: { button: 'See the payment with my passkey', heading: /^(?:Was this you\?|You said: not me)$/ },
} as const

/** Opens a sealed answer, or the payment behind a fraud question, with the passkey; gives what the page says. */
export async function openSealed(
  context: BrowserContext,
  passkeys: PracticePasskeys,
  visit: SealedVisit,
): Promise<string> {
  const { button, heading } = sealedPages[visit.shows]
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await passkeys.equip(page)
  await page.goto(visit.url)
  await visit.seen?.(page, 'locked')
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('heading', { level: 1, name: heading }).waitFor()
  await visit.seen?.(page, 'open')
  const text = await page.locator('main').innerText()
  await page.close()
  return text
}
