import { launchChromium, practicePasskeys } from './chromium.ts'

/**
 * A visible Chromium with a virtual passkey device, for desktops that have no authenticator. The gateway knows nothing
 * of it and has no bypass: to it these are passkeys like any others. The passkeys are gone when the window closes.
 */
export async function openPracticeBrowser(url: string): Promise<void> {
  const browser = await launchChromium({ headless: false })
  const context = await browser.newContext({ viewport: null })
  const passkeys = practicePasskeys(context)
  const page = await context.newPage()
  await passkeys.equip(page)
  await page.goto(url)
}
