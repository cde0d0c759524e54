import type { Browser, BrowserContext, Page } from 'playwright-core'
import { practicePasskeys } from '../chromium.ts'
import type { DemoFile } from '../demo-file.ts'

/** A page of the staff as one of the bank's people has it open, in a browser of their own. */
export type StaffVisit = { readonly context: BrowserContext; readonly page: Page }

const withinMs = 30_000

/**
 * Signs in as the demo's first person of a role: a passkey is made with the demo's one-time code, then used. Undefined when the code was used up
 * before, since its passkey is on somebody's device then.
 */
export async function openStaff(browser: Browser, demo: DemoFile, role: string): Promise<StaffVisit | undefined> {
  const person = demo.staff.find((each) => each.role === role)
  if (person === undefined) return undefined
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const passkeys = practicePasskeys(context)
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await passkeys.equip(page)
  await page.goto(`${demo.gateway}/staff/enrol#${person.login}:${person.password}`)
  await page.getByRole('button', { name: 'Continue' }).click()
  const make = page.getByRole('button', { name: 'Make a passkey' })
  await make.or(page.locator('.note.danger, .note.warn').first()).waitFor()
  if (!(await make.isVisible())) {
    await context.close()
    return undefined
  }
  await make.click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.locator('form[data-passkey] button').first().click()
  await page.waitForURL((url) => !url.pathname.startsWith('/staff/sign-in'))
  return { context, page }
}
