import chromium from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'

/** A real Chromium. */
export async function startBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export type Person = {
  readonly context: BrowserContext
  readonly page: Page
  readonly authenticator: VirtualAuthenticator
}
export type VirtualAuthenticator = { readonly session: CDPSession; readonly id: string }

/** A browser profile with an authenticator that verifies its person and keeps discoverable passkeys. */
export async function addPerson(
  browser: Browser,
  options: {
    readonly width?: number
    readonly height?: number
    readonly dark?: boolean
    readonly userAgent?: string
    /** What the browser asks for. */
    readonly locale?: string
  } = {},
): Promise<Person> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 390, height: options.height ?? 844 },
    colorScheme: options.dark === true ? 'dark' : 'light',
    locale: options.locale ?? 'en-US',
    timezoneId: 'America/Chicago',
    ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
  })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  return { context, page, authenticator: await addAuthenticator(page) }
}

/** Virtual authenticators belong to a tab. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { session, id: authenticatorId }
}

/** Whether the page can be pushed sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
}

/** Buttons and fields that are smaller than a fingertip. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('button, .button, a.link, summary, label.choice, input[type=date]')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML)`)
}

/** What sticks out of its box or of the screen, or is cut off by it. The signed document may be scrolled. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('body *:not(.skip, pre, script, option, input)')]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect()
      const isTooSmall = one.clientWidth > 0 && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      return isTooSmall || left < -0.5 || right > innerWidth + 0.5
    })
    .map((one) => one.outerHTML.slice(0, 200))`)
}
