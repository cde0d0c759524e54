import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** WCAG 2.0 to 2.2, levels A and AA: what a page must meet. */
const wcag = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

/** No barrier that a machine can find stands on the page as it is shown now, and nothing scrolls sideways. */
export async function expectNoBarriers(page: Page, seen = ''): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
  const told = violations.map(({ id, nodes }) => `${page.url()} ${seen}: ${id} ${nodes[0]?.html ?? ''}`)
  expect(told).toEqual([])
  await expectNothingSideways(page)
}

/** The same in light and dark, and on screens from the narrowest phone to a desk's. */
export async function expectNoBarriersAnywhere(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectNoBarriers(page, colorScheme)
  }
  for (const width of [320, 1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await expectNothingSideways(page)
  }
}

async function expectNothingSideways(page: Page): Promise<void> {
  const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  expect(sideways, `${page.url()} at ${page.viewportSize()?.width ?? '?'} px`).toBeLessThanOrEqual(0)
}
