// A platform's operator in a real browser: from an empty page over a question to its numbers, to a refusal; each state on a phone and on a desk,
// by day and by night.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../../src/demo/chromium.ts'
import { systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'
import { releaseCounts } from '../../src/stats/index.ts'
import { serveStatistics } from '../setup/stats-server.ts'
import { createStatsWorld } from '../setup/stats-world.ts'
import type { StatsWorld } from '../setup/stats-world.ts'

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Where pictures of every state go, for whoever wants to look at them. */
const shots = process.env['PARLEY_SHOTS']

let world: StatsWorld
let server: HttpServer
let browser: Browser
let origin: string
beforeAll(async () => {
  world = await createStatsWorld()
  const served = await serveStatistics(world)
  server = served.server
  origin = await served.listen()
  browser = await launchChromium({ headless: true })
})
afterAll(async () => {
  await browser.close()
  await server.close()
  await world.end()
})

/** Looks at a state in every width and light: nothing hangs over the edge, and axe finds nothing. */
async function look(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      const overhang = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(overhang, `${state} ${width}`).toBeLessThanOrEqual(0)
      if (width === 768 && colorScheme === 'dark') continue
      const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        `${state} ${width} ${colorScheme}`,
      ).toEqual([])
      if (shots === undefined) continue
      mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: join(shots, `${state}-${width}-${colorScheme}.png`), fullPage: true })
    }
  }
}

test('from an empty page over a question to its numbers, and to a refusal', async () => {
  const week = await world.week(1)
  for (let n = 0; n < 60; n += 1) {
    const { id } = await world.addCustomer()
    await world.act(id, week, [
      { measure: 'asked', cell: 'balances' },
      ...(n % 2 === 0 ? [{ measure: 'asked', cell: 'bills' } as const] : []),
    ])
  }
  const operator = await world.addStaff({ role: 'platform', platform: 'meta' })
  const [name = '', value = ''] = operator.cookie.split('=')
  const context = await browser.newContext({ locale: 'en-US' })
  await context.addCookies([
    { name, value, domain: 'localhost', path: '/', secure: true, httpOnly: true, sameSite: 'Strict' },
  ])
  const page = await context.newPage()

  await page.goto(`${origin}/statistics`)
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Totals for Meta')
  await page.getByText('Nothing has been asked yet').waitFor()
  await look(page, 'empty')

  // By keyboard alone: the question, the week that is offered first, the button.
  await page.getByLabel('Question', { exact: true }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('This is being counted').waitFor()
  await look(page, 'waiting')

  await releaseCounts({ database: world.statistics, random: systemRandom })
  await page.getByRole('link', { name: 'Look again' }).click()
  await page.getByRole('table').waitFor()
  await page.getByRole('row').nth(9).waitFor()
  expect(await page.getByRole('row').count()).toBe(10)
  await look(page, 'release')

  // A year that is used up: asked again it still answers, anything new is refused and says why.
  await world.clone.admin.run('UPDATE statistics.budget SET spent = cap')
  await page.getByRole('link', { name: 'All totals' }).click()
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').innerText()).toContain('nothing was spent')
  await look(page, 'refused')

  const auditor = await world.addStaff({ role: 'auditor' })
  await context.addCookies([
    {
      name,
      value: auditor.cookie.split('=')[1] ?? '',
      domain: 'localhost',
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    },
  ])
  await page.goto(`${origin}/statistics?platform=assistants`)
  await page.getByText('This platform has asked nothing yet').waitFor()
  expect(await page.getByRole('button', { name: 'Ask' }).count()).toBe(0)
  await look(page, 'auditor')
  await context.close()
})
