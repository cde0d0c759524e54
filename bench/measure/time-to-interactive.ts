import type { Page } from 'playwright-core'
import { z } from 'zod'

/** One opening of a page, in milliseconds since the navigation began; `kilobytes`: what came over the wire, bodies only. */
export type Opening = {
  /** The answer's first byte. */
  readonly answered: number
  /** Something was on the screen. */
  readonly painted: number
  /** Markup was there and the page's scripts had run. */
  readonly ready: number
  /** Something was on the screen, and a key that was pressed once scripts had run was handled, the page's own handlers first. */
  readonly interactive: number
  readonly kilobytes: number
}

const openingShape = z.object({
  answered: z.number(),
  painted: z.number(),
  ready: z.number(),
  interactive: z.number(),
  kilobytes: z.number(),
})

// At the window and while the event rises: every handler of the page's own has run before.
const noteKeys = `window.addEventListener('keydown', () => {
  requestAnimationFrame(() => setTimeout(() => performance.mark('key-handled')))
})`

const readOpening = `(async () => {
  const at = (name) => performance.getEntriesByName(name)[0]?.startTime
  while (at('key-handled') === undefined || at('first-contentful-paint') === undefined)
    await new Promise((resolve) => requestAnimationFrame(resolve))
  const [navigation] = performance.getEntriesByType('navigation')
  const bodies = [navigation, ...performance.getEntriesByType('resource')].map((entry) => entry.encodedBodySize)
  return {
    answered: navigation.responseStart,
    painted: at('first-contentful-paint'),
    ready: navigation.domContentLoadedEventEnd,
    interactive: Math.max(at('key-handled'), at('first-contentful-paint')),
    kilobytes: bodies.reduce((sum, bytes) => sum + bytes, 0) / 1000,
  }
})()`

/** Makes a tab keep no copies of files, and note when a key was handled. Once for each tab, before {@link openPage}. */
export async function watchKeys(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.addInitScript({ content: noteKeys })
}

/** Opens an address, presses Tab as soon as the page's scripts have run, and says when what was. */
export async function openPage(page: Page, url: string): Promise<Opening> {
  // A tab behind another one draws nothing.
  await page.bringToFront()
  await page.goto(url, { waitUntil: 'domcontentloaded' })
  await page.keyboard.press('Tab')
  return openingShape.parse(await page.evaluate(readOpening))
}
