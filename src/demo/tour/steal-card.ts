import type { BrowserContext, Page } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'

/** The control room, where somebody can pretend to be a thief. */
export type ThievesRoom = {
  readonly page: Page
  /** Steals this person's card in the way that the button names; shows the table of what the bank did. */
  steal(login: string, button: string): Promise<void>
  /** Pays for a coffee near home with this person's card; gives the newest row of that table. */
  pay(login: string): Promise<string>
  close(): Promise<void>
}

// A thief pays up to five times, and for each the bank waits two seconds at most.
const withinMs = 20_000

/** Opens the control room in a new tab. */
export async function openThievesRoom(context: BrowserContext, demo: DemoFile): Promise<ThievesRoom> {
  const page = await context.newPage()
  page.setDefaultTimeout(withinMs)
  await page.goto(demo.controlRoom)
  const press = async (act: 'fraud' | 'swipe', login: string, button: string): Promise<void> => {
    const form = page.locator(`form[action="/do/${act}"]`)
    await form.locator('select[name=login]').selectOption(login)
    await form.getByRole('button', { name: button }).click()
    await page.locator('#cards[data-pressing=no]').waitFor()
    await page.locator('.uses').scrollIntoViewIfNeeded()
  }
  return {
    page,
    steal: (login, button) => press('fraud', login, button),
    async pay(login) {
      await press('swipe', login, 'Swipe the card')
      return (await page.locator('.uses tbody tr').first().innerText()).replaceAll(/\s+/g, ' ')
    },
    close: () => page.close(),
  }
}
