import type { Browser } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'
import { openStaff } from './open-staff.ts'
import type { Story } from './story.ts'

/** What the chapter needs: a browser for the analyst, and a case that a customer's "Not me" opened before. */
type Telling = {
  readonly browser: Browser
  readonly demo: DemoFile
  readonly story: Story
  readonly aside: (text: string) => void
}

/**
 * An analyst opens the case of the stolen card and what is behind it. That they looked is written down first, and the customer sees it. It goes by
 * the customer's leave for fraud alerts: once those have ended, the evidence stays closed.
 */
export async function playACase({ browser, demo, story, aside }: Telling): Promise<void> {
  const visit = await openStaff(browser, demo, 'analyst')
  if (visit === undefined) {
    aside(
      'The case is left out: the analyst’s one-time code was used before, and the passkey made with it is elsewhere.',
    )
    return
  }
  const { context, page } = visit
  aside(
    'At the bank: an analyst opens the case of the stolen card. Another person has to agree before anything is decided.',
  )
  await page.goto(`${demo.gateway}/cases`)
  // The oldest come first. In a demo that has been used, older ones are somebody else's, or of alerts that have ended.
  await page
    .getByRole('link', { name: /^Case \d/ })
    .last()
    .click()
  const evidence = page.getByRole('button', { name: 'Open the evidence' })
  await evidence.waitFor()
  await story.scene(
    page,
    'The case',
    'How it stands and by when, and a decision that takes two people. The payment behind it is sealed until somebody opens it.',
  )
  await evidence.click()
  const opened = page.getByText('The bank’s name for it').first()
  await opened.waitFor()
  await opened.scrollIntoViewIfNeeded()
  await story.scene(
    page,
    'The evidence',
    'The payment behind the case. That it was opened is on record, and the customer sees who did.',
  )
  await context.close()
}
