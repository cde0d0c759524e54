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

/** An analyst opens the case of the stolen card. That they looked is written down first, and the customer sees it. */
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
  await page
    .getByRole('link', { name: /^Case \d/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Open the evidence' }).waitFor()
  await story.scene(
    page,
    'The case',
    'How it stands and by when, and a decision that takes two people. The payment behind it is sealed until somebody opens it, and the customer sees who did.',
  )
  await context.close()
}
