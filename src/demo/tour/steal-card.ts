import type { BrowserContext, Page } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'

/** The control room, where somebody can pretend to be a thief. */
export type ThievesRoom = {
  readonly page: Page
  /** Steals this person's card in the way that the button names; shows the table of what the bank did. */
  steal(login: string, button: string): Promise<void>
  /** Pays with this person's card in the way that the button names; gives the newest row of that table. */
  pay(login: string, button: string): Promise<string>
  close(): Promise<void>
}

// A thief pays up to five times, and for each the bank waits two seconds at most.
const withinMs = 20_000

/** Opens the control room in a new tab. */
export async function openThievesRoom(context: BrowserContext, demo: DemoFile): Promise<ThievesRoom> {
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await page.goto(demo.controlRoom)
  const press = async (form: string, login: string, button: string): Promise<void> => {
    const part = page.locator(`form[action="${form}"]`)
    await part.locator('select[name=login]').selectOption(login)
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/') && answer.request().method() === 'GET'),
      part.getByRole('button', { name: button }).click(),
    ])
    await page.locator('.uses').waitFor()
    await page.locator('.uses').scrollIntoViewIfNeeded()
  }
  return {
    page,
    steal: (login, button) => press('/bank/fraud', login, button),
    async pay(login, button) {
      await press('/bank/swipe', login, button)
      return (await page.locator('.uses tbody tr').first().innerText()).replaceAll(/\s+/g, ' ')
    },
    close: () => page.close(),
  }
}
