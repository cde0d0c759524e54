import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryLog } from '../../src/audit/test-support/memory-log.ts'
import { launchChromium } from '../../src/demo/chromium.ts'
import { archiveEnd, archivePart } from '../../src/kernel/index.ts'
import { tamperedFile, tamperings } from '../../src/verify/test-support/tamperings.ts'
import { createVerifyWorld } from '../../src/verify/test-support/verify-world.ts'
import { runVerify } from '../../src/verify/index.ts'
import { expectNoBarriers } from '../setup/barriers.ts'
import { type VerifySite, startVerifySite } from '../setup/verify-site.ts'

const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'light' } as const
const desktop = { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' } as const
const languages = ['en', 'es', 'fr', 'de', 'pt'] as const

const world = createVerifyWorld()
const keys = {
  log: world.keys.log.verifierKey,
  promise: world.keys.promise.verifierKey,
  receipt: world.keys.receipt.verifierKey,
}
const folder = mkdtempSync(join(tmpdir(), 'parley-verify-page-'))
let site: VerifySite
let browser: Browser

beforeAll(async () => {
  site = await startVerifySite(keys)
  browser = await launchChromium({ headless: true })
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

async function visit(options: BrowserContextOptions = phone): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  await page.goto(`${site.origin}/verify`)
  // Kept for later visits: from here on nothing needs the network.
  await page.locator('[data-verify][data-kept="true"]').waitFor()
  return page
}

async function verdictOf(page: Page, ...files: readonly string[]): Promise<{ kind: string; sentence: string }> {
  if (await page.locator('[data-clear]').isVisible()) await page.locator('[data-clear]').click()
  await page.locator('#files').setInputFiles([...files])
  return await shownVerdict(page)
}

async function shownVerdict(page: Page): Promise<{ kind: string; sentence: string }> {
  const kind = await page.locator('[data-result][data-verdict]').getAttribute('data-verdict')
  return { kind: kind ?? '', sentence: (await page.locator('[data-status] p').first().textContent()) ?? '' }
}

/** For whoever looks at pictures: `PARLEY_SHOTS` names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const to = process.env['PARLEY_SHOTS']
  if (to !== undefined) await page.screenshot({ path: join(to, `${name}.png`), fullPage: true })
}

/** A log of 40,000 entries in one file. */
function bigArchive(): Buffer {
  const commitments = Array.from({ length: 40_000 }, () => randomBytes(32))
  const { files } = memoryLog(world.keys.log, commitments)
  return Buffer.concat([...[...files].map(([path, bytes]) => archivePart(path, bytes)), archiveEnd])
}

const whole = file('export.json', JSON.stringify(world.bundle))
const lie = (name: string): string => {
  const tampering = tamperings.find((one) => one.name === name)
  if (tampering === undefined) throw new Error(name)
  return file('lie.json', tamperedFile(tampering, world))
}

describe('the page has four states without barriers, on a phone and on a desktop, light and dark', () => {
  for (const [name, options] of Object.entries({ phone, desktop })) {
    test(name, async () => {
      const page = await visit(options)
      expect(await page.locator('[role=status]').textContent()).toBe('Nothing has been checked yet.')
      await expectNoBarriers(page)
      await picture(page, `${name}-empty`)

      expect(await verdictOf(page, whole)).toEqual({
        kind: 'holds',
        sentence:
          'This export holds: 3 looks are proven in the log log.test/parley and 1 promised, 3 agreements are signed with a passkey, and 1 receipt is signed.',
      })
      await expectNoBarriers(page)
      await picture(page, `${name}-holds`)

      expect(await verdictOf(page, lie('a field says another minute'))).toEqual({
        kind: 'broken',
        sentence:
          'The export lie.json does not hold: in look 2, what it says is not what the log committed to at that place.',
      })
      await expectNoBarriers(page)
      await picture(page, `${name}-broken`)

      expect(await verdictOf(page, file('letter.txt', 'Dear Sir'))).toMatchObject({ kind: 'unjudged' })
      await expectNoBarriers(page)
      await picture(page, `${name}-unjudged`)
      await page.context().close()
    })
  }
})

test('it says the same as the command line about every lie, and names the first bad entry', async () => {
  const page = await visit()
  for (const tampering of tamperings) {
    const path = file('lie.json', tamperedFile(tampering, world))
    let said = ''
    await runVerify({ write: (text) => (said += text) }, { what: [path], keys: Object.values(keys), json: false })
    const shown = await verdictOf(page, path)
    expect(shown.kind, tampering.name).toBe('broken')
    expect(shown.sentence).toBe(said.trim().replaceAll(`${folder}/`, ''))
  }
  await page.context().close()
})

test('after it has loaded, nothing leaves: without a network it checks, and opens again', async () => {
  const page = await visit()
  const violations: string[] = []
  page.on('console', (message) => void (message.type() === 'error' ? violations.push(message.text()) : undefined))
  const before = site.asked.length
  await page.context().setOffline(true)
  expect(await verdictOf(page, whole)).toMatchObject({ kind: 'holds' })
  expect(await verdictOf(page, whole, file('log.tar', world.archive))).toMatchObject({ kind: 'holds' })
  await page.reload()
  expect(await verdictOf(page, whole)).toMatchObject({ kind: 'holds' })
  expect(site.asked.slice(before).filter((path) => !path.startsWith('/verify'))).toEqual([])
  expect(violations).toEqual([])
  await page.context().close()
})

test('script in the page, and in its worker, cannot reach a network even with one', async () => {
  const page = await visit()
  expect(await page.evaluate(`fetch('/livez').then(() => 'reached', () => 'refused')`)).toBe('refused')
  const worker = await page.locator('[data-worker]').getAttribute('data-worker')
  const policy = (await fetch(`${site.origin}${worker ?? ''}`)).headers.get('content-security-policy')
  expect(policy).toMatch(/^default-src 'none'/)
  const attempt = `new Promise((resolve) => {
    const before = performance.now()
    const frame = new Image()
    frame.onerror = () => resolve('refused')
    frame.onload = () => resolve('reached ' + before)
    frame.src = '/livez'
  })`
  expect(await page.evaluate(attempt)).toBe('refused')
  await page.context().close()
})

test('a key of one’s own counts more than the service’s; one that is none is named by its line', async () => {
  const page = await visit()
  const other = createVerifyWorld()
  await page.locator('summary').click()
  await page.locator('#keys').fill(`\n${other.keys.log.verifierKey}\n`)
  expect(await verdictOf(page, whole)).toMatchObject({ kind: 'broken', sentence: expect.stringMatching(/other keys/) })
  await page.locator('#keys').fill(Object.values(keys).join('\n'))
  await page.locator('[data-again]').click()
  expect(await shownVerdict(page)).toMatchObject({ kind: 'holds' })
  expect(await page.locator('dl').first().textContent()).toContain('the one you gave')
  await page.locator('#keys').fill(`${keys.log}\nnot a key`)
  await page.locator('[data-again]').click()
  await page.getByText('Line 2 of the keys is not a verifier key').waitFor()
  expect(await page.locator('#keys').getAttribute('aria-invalid')).toBe('true')
  await page.context().close()
})

test('a log’s folder is checked as it is, and a changed entry in it is named', async () => {
  const page = await visit(desktop)
  const root = join(folder, 'copied')
  for (const [path, bytes] of world.log.files) file(join('copied', path), bytes)
  await page.locator('summary').click()
  await page.locator('#folder').setInputFiles(root)
  expect(await shownVerdict(page)).toEqual({
    kind: 'holds',
    sentence: 'The log log.test/parley holds: all 128 entries were derived anew and agree with its signed checkpoint.',
  })
  const bundle = world.log.files.get('tile/entries/000.p/128') ?? new Uint8Array(0)
  // Entry 5: each is 2 bytes of length and 58 of leaf; the tenth character of its commitment.
  const changed = Uint8Array.from(bundle)
  const at = 5 * 60 + 2 + 6 + 10
  changed[at] = changed[at] === 0x41 ? 0x42 : 0x41
  file('copied/tile/entries/000.p/128', changed)
  await page.locator('[data-clear]').click()
  await page.locator('#folder').setInputFiles(root)
  expect(await shownVerdict(page)).toEqual({
    kind: 'broken',
    sentence: 'This log does not hold: entry 5 is not the one whose hash stands in tile/0/000.p/128.',
  })
  await page.context().close()
})

test('files that are dropped are checked like chosen ones', async () => {
  const page = await visit(desktop)
  await page.evaluate(`{
    const data = new DataTransfer()
    data.items.add(new File([${JSON.stringify(JSON.stringify(world.bundle))}], 'export.json'))
    document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }))
  }`)
  expect(await shownVerdict(page)).toMatchObject({ kind: 'holds' })
  await page.context().close()
})

test('it can be used with the keyboard alone, and every control is large enough to touch', async () => {
  const page = await visit()
  const reached: string[] = []
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate(`document.activeElement.id || document.activeElement.tagName`))
  }
  expect(reached).toEqual(expect.arrayContaining(['files', 'SUMMARY']))
  await page.locator('summary').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.id')).toBe('folder')
  await verdictOf(page, whole)
  for (const control of await page.locator('input, button:visible, summary, textarea').all()) {
    expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  }
  await page.context().close()
})

test.each(languages)('in %s the page and its verdicts speak one language', async (language) => {
  const page = await visit({ ...phone, locale: language })
  expect(await page.locator('html').getAttribute('lang')).toMatch(new RegExp(`^${language}`))
  const shown = await verdictOf(page, whole)
  expect(shown.kind).toBe('holds')
  await expectNoBarriers(page)
  await picture(page, `language-${language}`)
  if (language !== 'en') expect(await page.locator('main').textContent()).not.toMatch(/\b(the|is|of|with)\b/)
  await page.context().close()
})

/** The page's other thread arrives only when this ends: what takes long is then long on every machine. */
async function holdWorker(page: Page): Promise<() => void> {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const script = await page.locator('[data-verify]').getAttribute('data-worker')
  await page.route(`**${script ?? ''}`, async (route) => {
    await released
    await route.continue()
  })
  return release
}

test('a log of 40,000 entries shows that it works, how far it is, and its verdict', async () => {
  const context = await browser.newContext({ ...phone, serviceWorkers: 'block' })
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  await page.goto(`${site.origin}/verify`)
  const release = await holdWorker(page)
  // Kept as they come: a bar that is there for a moment is not there any more when somebody asks.
  await page.evaluate(`{
    globalThis.counts = []
    new MutationObserver(() => globalThis.counts.push(document.querySelector('[data-count]').textContent))
      .observe(document.querySelector('[data-count]'), { childList: true, characterData: true, subtree: true })
  }`)
  await page.locator('#files').setInputFiles({ name: 'log.tar', mimeType: 'application/x-tar', buffer: bigArchive() })
  await page.locator('progress:visible').waitFor()
  expect(await page.locator('[data-status]').innerText()).toBe('Checking…')
  await picture(page, 'phone-checking')
  release()
  expect(await shownVerdict(page)).toMatchObject({
    kind: 'holds',
    sentence: expect.stringMatching(/all 40,000 entries/),
  })
  const counts = await page.evaluate<readonly string[]>('globalThis.counts')
  const done = counts.map((text) => Number(/^[\d,]+/.exec(text)?.[0].replaceAll(',', '') ?? 'NaN')).filter((count) => !Number.isNaN(count)) // prettier-ignore
  expect(done.length).toBeGreaterThan(1)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(await page.locator('progress').isVisible()).toBe(false)
  await context.close()
})
