import type { Browser, Page } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'
import { openStaff } from './open-staff.ts'

/** The desk as one of the bank's people has it open, in a browser of their own. */
export type OpenDesk = {
  readonly page: Page
  /** Takes the conversation that has waited longest. */
  takeNext(): Promise<void>
  /** Asks the customer to let this person see what is ticked. */
  askToSee(): Promise<void>
  /** Reads the balances, once they may be read; gives the first of them. */
  lookAtBalances(): Promise<string>
  /** Answers; figures in it go to the page behind the customer's passkey. */
  answer(words: string): Promise<void>
  handBack(): Promise<void>
  close(): Promise<void>
}

/** Opens it as the demo's first agent; undefined when their one-time code was used up before. */
export async function openDesk(browser: Browser, demo: DemoFile): Promise<OpenDesk | undefined> {
  const visit = await openStaff(browser, demo, 'agent')
  if (visit === undefined) return undefined
  const { context, page } = visit
  await page.goto(`${demo.gateway}/desk`)
  await page.getByRole('heading', { name: 'Who waits' }).waitFor()
  return {
    page,
    async takeNext() {
      await page.getByRole('button', { name: 'Take the next one' }).click()
      await page.getByRole('heading', { name: 'What they asked' }).waitFor()
    },
    async askToSee() {
      await page.getByRole('button', { name: 'Ask to see' }).click()
      await page.getByText('The customer was asked.').waitFor()
    },
    async lookAtBalances() {
      await page.getByRole('button', { name: 'Look at balances' }).click()
      await page.getByRole('heading', { name: 'From the bank: balances' }).waitFor()
      return page.locator('.found tbody tr').first().locator('td').last().innerText()
    },
    async answer(words) {
      await page.locator('[data-say]').fill(words)
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('Sent to the page behind the passkey').waitFor()
    },
    async handBack() {
      await page.getByRole('button', { name: 'Hand back to the bot' }).click()
      await page.getByText('Handed back.').waitFor()
    },
    close: () => context.close(),
  }
}
