// Every kind of answer as its page shows it: on a phone and on a desktop, light and dark, with a keyboard, without barriers.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerWords } from '../../src/answers/answer-words.ts'
import { nothingNamed } from '../../src/answers/asked.ts'
import type { Asked } from '../../src/answers/asked.ts'
import { computeAnswer } from '../../src/answers/compute/compute-answer.ts'
import type { BankFacts } from '../../src/answers/compute/bank-facts.ts'
import { answerQuestions } from '../../src/answers/questions.ts'
import type { AnswerQuestion } from '../../src/answers/questions.ts'
import { createPlaceMaps } from '../../src/answers/show/place-maps.ts'
import { answerTitle, showAnswer } from '../../src/answers/show/show-answer.ts'
import { movement, sampleFacts, sampleNow, sampleZone, usd } from '../../src/answers/test-support/sample-facts.ts'
import { launchChromium } from '../../src/demo/chromium.ts'
import { Secret } from '../../src/kernel/index.ts'
import type { InstitutionId } from '../../src/kernel/index.ts'
import { addPageScope, assets } from '../../src/pages/index.ts'
import { createLogger, createMetrics, createServer, systemRandom } from '../../src/platform/index.ts'
import type { HttpServer } from '../../src/platform/index.ts'

const root = join(import.meta.dirname, '../..')
/** Set to a folder to keep the screenshots and look at them. */
const pictures = process.env['ANSWER_PICTURES']
const wcag = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

type Sample = {
  readonly question: AnswerQuestion
  readonly asked?: Asked
  readonly facts?: BankFacts
  readonly reports?: boolean
}

const hostile: BankFacts = {
  transactions: {
    transactions: [
      movement({
        day: '2026-11-20',
        minor: 4321,
        merchant: '<script>document.title="owned"</script><b>bold</b>',
        description: '"><img src=x onerror=alert(1)>',
        card: '4821',
        city: ['"><svg onload=alert(1)>', '\u202Ereversed', 'US', 41.9, -87.6],
      }),
    ],
    from: '2026-01-01',
    to: '2026-11-22',
    complete: true,
  },
}

const elsewhere: BankFacts = {
  transactions: {
    transactions: [
      ['Lisboa', 'PT', 38.71, -9.14],
      ['London', 'GB', 51.52, -0.07],
      ['Berlin', 'DE', 52.5, 13.4],
    ].map(([city, country, latitude, longitude]) =>
      movement({
        day: '2026-11-20',
        minor: 4321,
        merchant: 'Kiosk',
        card: '4821',
        city: [String(city), '', String(country), Number(latitude), Number(longitude)],
      }),
    ),
    from: '2026-01-01',
    to: '2026-11-22',
    complete: true,
  },
}

const cashback: BankFacts = {
  details: sampleFacts.details?.map((each) => ({
    ...each,
    rewards: new Secret({ program: 'Everyday Cash Back', kind: 'cashback' as const, balance: '42.50' }),
  })),
}

const samples: Readonly<Record<string, Sample>> = {
  ...Object.fromEntries(answerQuestions.map((question) => [question, { question }])),
  'savings': { question: 'balance', asked: { ...nothingNamed, words: new Secret('savings') } },
  'groceries': { question: 'spending', asked: { ...nothingNamed, category: 'groceries' } },
  'afford-300': { question: 'can_afford', asked: { ...nothingNamed, amount: usd(30_000) } },
  'nothing': { question: 'find_transactions', asked: { ...nothingNamed, merchant: new Secret('nowhere') } },
  'choice': { question: 'find_transactions', asked: { ...nothingNamed, merchant: new Secret('ar') } },
  'tied-cards': { question: 'card_status', asked: { ...nothingNamed, words: new Secret('card') } },
  'tied-accounts': { question: 'spending', asked: { ...nothingNamed, words: new Secret('everyday savings') } },
  'cashback': { question: 'rewards_balance', facts: cashback },
  'report': { question: 'card_use_places', reports: true },
  'hostile-rows': { question: 'recent_transactions', facts: hostile },
  'hostile-places': { question: 'card_use_places', facts: hostile },
  'europe': { question: 'card_use_places', facts: elsewhere },
} // prettier-ignore

let server: HttpServer
let origin: string
let folder: string
let browser: Browser
const requested: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'answer-pages-'))
  for (const file of ['web/shared/tokens.css', 'web/shared/page.css', 'web/answer/answer.css'])
    copyFileSync(join(root, file), join(folder, file.split('/').at(-1) ?? ''))
  const logger = createLogger({ role: 'test', level: 'error', destination: { write: () => undefined } })
  const webAssets = assets.load(folder)
  const ambient = { logger, metrics: createMetrics({ processMetrics: false }), random: systemRandom }
  server = await createServer(ambient, { title: 'test', version: '0', limits: {} })
  assets.add(server, webAssets)
  const maps = createPlaceMaps()
  await addPageScope(
    server,
    { ...ambient, assets: webAssets, origin: 'http://localhost' },
    answerWords,
    (scope, tools) => {
      scope.get('/show/:language/:sample', { schema: { hide: true } }, (request, reply) => {
        const [, , language = 'en', name = ''] = request.url.split('/')
        const words = answerWords.for(language)
        const opened = [openedSample(samples[name] ?? { question: 'balance' })]
        const reader = { words, timeZone: sampleZone }
        const reportUrl = samples[name]?.reports === true ? '/a/token/places' : undefined
        const body = showAnswer(reader, opened, { maps, channel: 'messenger', reportUrl })
        return tools.show(request, reply, { words, title: answerTitle(reader, opened), style: 'answer', body })
      })
    },
  )
  await server.listen({ host: '127.0.0.1', port: 0 })
  const address = server.server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  browser = await launchChromium({ headless: true })
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

function openedSample({ question, asked = nothingNamed, facts = sampleFacts }: Sample) {
  const reckoned = {
    now: sampleNow,
    timeZone: sampleZone,
    // The choice is shown whatever matching finds: two shops for two letters.
    ...(asked.merchant?.reveal() === 'ar'
      ? { matchMerchant: (_words: string, names: readonly string[]) => names.filter((name) => name.includes('ar')) }
      : {}),
  }
  const document = {
    v: 2 as const,
    question,
    institution: 'first-valley' as InstitutionId,
    institutionName: 'First Valley Bank',
    checkedAt: sampleNow,
    timeZone: sampleZone,
    asked,
    result: computeAnswer(question, facts, asked, reckoned),
  }
  return { document, promises: ['a promise'] }
}

async function openPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  page.on('request', (request) => void requested.push(request.url()))
  page.on('pageerror', (error) => void requested.push(`error: ${error.message}`))
  page.on('console', (message) => void (message.type() === 'error' && requested.push(`error: ${message.text()}`)))
  return page
}

const phone = { viewport: { width: 390, height: 844 } }

describe('every answer', () => {
  test('has no barrier, light or dark, on a phone and at 320 px, and nothing scrolls sideways', async () => {
    const page = await openPage(phone)
    for (const name of Object.keys(samples)) {
      await page.setViewportSize(phone.viewport)
      await page.goto(`${origin}/show/en-US/${name}`)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
        expect(violations.map(({ id, nodes }) => `${name} ${colorScheme}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([])
        if (pictures !== undefined)
          await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true })
      }
      await page.setViewportSize({ width: 320, height: 700 })
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      expect(wide, name).toBeLessThanOrEqual(320)
    }
    await page.context().close()
  })

  test('is whole in every language: no key without words, no sentence that cannot be made', async () => {
    const page = await openPage(phone)
    for (const language of ['es', 'fr', 'de', 'pt']) {
      for (const name of Object.keys(samples)) {
        const response = await page.goto(`${origin}/show/${language}/${name}`)
        expect(response?.status(), `${language} ${name}`).toBe(200)
        expect(await page.locator('html').getAttribute('lang')).toBe(language)
      }
      if (pictures !== undefined) {
        await page.goto(`${origin}/show/${language}/can_afford`)
        await page.screenshot({ path: join(pictures, `can_afford-${language}.png`), fullPage: true })
      }
    }
    await page.context().close()
  })

  test('asks nobody else for anything, runs no script and breaks no policy', () => {
    expect(requested.length).toBeGreaterThan(0)
    expect(requested.filter((url) => !url.startsWith(`${origin}/`) || url.endsWith('.js'))).toEqual([])
  })
})

describe('where a card was used', () => {
  test('says every city in words, puts a dot on the map for each, and none for what was online', async () => {
    const page = await openPage(phone)
    await page.goto(`${origin}/show/en-US/card_use_places`)
    const first = page.locator('section.places').first()
    expect(await first.locator('.place-name').allInnerTexts()).toEqual(
      expect.arrayContaining([expect.stringContaining('Chicago, IL, United States')]),
    )
    expect(await first.locator('.dot').count()).toBe(await first.locator('.place').count())
    expect(await page.locator('main').innerText()).toMatch(/2 payments were online and have no place/)
    const dots = await first.locator('.dot circle').evaluateAll((all: unknown[]) => all.length)
    expect(dots).toBe(3)
    await page.context().close()
  })

  test('"This place is wrong" takes it off the map at once, with the keyboard, and sends nothing', async () => {
    const page = await openPage(phone)
    await page.goto(`${origin}/show/en-US/card_use_places`)
    const before = requested.length
    const box = page.getByRole('checkbox', { name: 'This place is wrong (Chicago, IL, United States)' })
    const dot = page.locator('.dot-1').first()
    expect(await dot.isVisible()).toBe(true)
    await box.focus()
    await page.keyboard.press('Space')
    expect(await dot.isVisible()).toBe(false)
    expect(await page.locator('.dot-2').first().isVisible()).toBe(true)
    expect(requested.length).toBe(before)
    await page.context().close()
  })
})

describe('where several fit', () => {
  test('choosing one by keyboard shows its answer on the same page, closes the other, and asks nobody for anything', async () => {
    const page = await openPage(phone)
    await page.goto(`${origin}/show/en-US/account_numbers`)
    const before = requested.length
    const [checking, savings] = [page.getByText('Everyday Checking'), page.getByText('Rainy Day Savings')]
    const shown = page.locator('.detail:visible')
    // Nothing is told before something is chosen.
    expect(await shown.count()).toBe(0)
    expect(await page.locator('main').innerText()).toContain('2 accounts fit what you asked. Choose the one you mean.')
    await page.locator('details.option > summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await shown.allInnerTexts()).toEqual(['000123456789', '071000013'])
    expect(await checking.first().isVisible()).toBe(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await page.locator('details.option[open]').count()).toBe(1)
    expect(await page.locator('details.option[open] > summary').innerText()).toContain('Rainy Day Savings')
    expect(await savings.first().isVisible()).toBe(true)
    expect(requested.length).toBe(before)
    await page.context().close()
  })

  test('each option is as high as a finger needs, as wide as the page, and has no barrier once it is open', async () => {
    for (const name of ['account_numbers', 'tied-cards', 'tied-accounts', 'choice']) {
      const page = await openPage(phone)
      await page.goto(`${origin}/show/en-US/${name}`)
      const options = page.locator('details.option > summary')
      expect(await options.count(), name).toBeGreaterThan(1)
      for (const option of await options.all()) {
        const box = await option.boundingBox()
        expect(box?.height ?? 0, name).toBeGreaterThanOrEqual(44)
        expect(box?.width ?? 0, name).toBeGreaterThan(340)
      }
      await options.first().click()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
        expect(violations.map(({ id, nodes }) => `${name} ${colorScheme}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([])
        if (pictures !== undefined)
          await page.screenshot({ path: join(pictures, `${name}-chosen-${colorScheme}.png`), fullPage: true })
      }
      await page.setViewportSize({ width: 1280, height: 900 })
      if (pictures !== undefined)
        await page.screenshot({ path: join(pictures, `${name}-chosen-desktop.png`), fullPage: true })
      await page.context().close()
    }
  })
})

test('cash back is a number, and the page says that the bank names no currency for it', async () => {
  const page = await openPage(phone)
  await page.goto(`${origin}/show/en-US/cashback`)
  const text = await page.locator('main').innerText()
  expect(text).toContain('42.50 in cash back')
  expect(text).toContain('names no currency')
  expect(text).not.toContain('$')
  await page.context().close()
})

test('markup and turned writing in names are text, and no alert opens', async () => {
  const page = await openPage(phone)
  let opened = 0
  page.on('dialog', (dialog) => {
    opened += 1
    void dialog.dismiss()
  })
  for (const name of ['hostile-rows', 'hostile-places']) {
    await page.goto(`${origin}/show/en-US/${name}`)
    expect(await page.locator('main script, main img, main b').count()).toBe(0)
    expect(await page.locator('main').innerText()).not.toMatch(/[\u202A-\u202E]/)
    expect(await page.title()).not.toBe('owned')
  }
  expect(opened).toBe(0)
  await page.context().close()
})
