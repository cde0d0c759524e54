import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import chromium from '@sparticuz/chromium'
import { build } from 'esbuild'
import { chromium as playwright, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { makePeer, personText, startPracticeApp, until, type Peer, type PracticeApp } from './practice-app.ts'
import { recordAt, textAt, type JsonRecord } from './json-value.ts'
import { startMessenger, type RunningMessenger } from './start-messenger.ts'

const root = join(import.meta.dirname, '../..')
/** Set to a folder to keep the screenshots and look at them. */
const pictures = process.env['MESSENGER_PICTURES']
let dir: string
let messenger: RunningMessenger
let app: PracticeApp
let peer: Peer
let browser: Browser

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'messenger-page-'))
  const pageDir = await bundlePage(join(dir, 'page'))
  const first = await startMessenger({ port: 0, dataDir: dir, pageDir, switches: { cutRate: 0 } })
  peer = makePeer(dir, first)
  app = await startPracticeApp(peer.config.verifyToken)
  await first.close()
  messenger = await startMessenger({ port: 0, dataDir: dir, pageDir, webhookUrl: app.url })
  peer = makePeer(dir, messenger)
  app.onEvent = answerLikeABot
  await peer.graph('POST', '/me/messenger_profile', {
    get_started: { payload: 'GET_STARTED' },
    greeting: [{ locale: 'default', text: 'Hello {{user_first_name}}. Ask about your accounts.' }],
    persistent_menu: [
      { locale: 'default', call_to_actions: [{ type: 'postback', title: 'Talk to a person', payload: 'PERSON' }] },
    ],
  })
  browser = await playwright.launch({
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
}, 60_000)

afterAll(async () => {
  await browser.close()
  await messenger.close()
  await app.close()
  rmSync(dir, { recursive: true })
})

async function bundlePage(outdir: string): Promise<string> {
  const shape = z.object({ entries: z.array(z.string()), static: z.array(z.string()) })
  const recipe = shape.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'page/entries.json'), 'utf8')))
  mkdirSync(outdir, { recursive: true })
  await build({
    entryPoints: recipe.entries.map((file) => join(root, file)),
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  })
  for (const file of recipe.static) copyFileSync(join(root, file), join(outdir, basename(file)))
  return outdir
}

/** A small bot: greets, answers, links, and shows all kinds of messages. */
async function answerLikeABot(event: JsonRecord): Promise<void> {
  const psid = textAt(recordAt(event, 'sender') ?? {}, 'id') ?? ''
  const payload = textAt(recordAt(event, 'postback') ?? {}, 'payload')
  const text = personText(event)
  if (payload === 'GET_STARTED') {
    await peer.send(psid, {
      text: "Hi. I'm an automated assistant.\nWhat would you like to know?",
      quick_replies: ['Balance', 'Bills due', 'Talk to a person'].map((title) => ({
        content_type: 'text',
        title,
        payload: title.toUpperCase(),
      })),
    })
  } else if (payload !== undefined) await peer.send(psid, { text: `You tapped ${payload}` })
  if (text === undefined) return
  await peer.graph('POST', '/me/messages', { recipient: { id: psid }, sender_action: 'mark_seen' })
  await peer.graph('POST', '/me/messages', { recipient: { id: psid }, sender_action: 'typing_on' })
  if (text === 'typing') return
  if (text === 'Balance') {
    const payload = {
      template_type: 'button',
      text: "Your answer is ready. I kept the numbers out of this chat, so the messenger can't see them. Open it with your passkey in the next 10 minutes.",
      buttons: [
        { type: 'web_url', title: 'Open answer', url: `${messenger.ui}?answer=1` },
        { type: 'postback', title: 'Not now', payload: 'NOT_NOW' },
        { type: 'account_link', url: `${messenger.ui}login` },
      ],
    }
    await peer.send(psid, { attachment: { type: 'template', payload } })
  } else await peer.send(psid, { text: `You wrote: ${text}` })
}

/** Faults and refused loads that any page reported. */
const troubles: string[] = []

async function openPage(options: BrowserContextOptions, path = ''): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())))
  await page.goto(messenger.ui + path)
  return page
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

async function closePage(page: Page): Promise<void> {
  await page.context().close()
  expect(troubles.splice(0)).toEqual([])
}

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`))
}

/** Barriers are looked for on the full conversation in all looks, on every screen in two of them. */
const looks = [
  { name: '390-light', viewport: { width: 390, height: 844 }, colorScheme: 'light', everyScreen: true },
  { name: '390-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', everyScreen: false },
  { name: 'desktop-light', viewport: { width: 1280, height: 800 }, colorScheme: 'light', everyScreen: false },
  { name: 'desktop-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', everyScreen: true },
] as const

for (const look of looks) {
  test(
    `a person can start, tap, type and read answers without barriers (${look.name})`,
    { timeout: 60_000 },
    async () => {
      const page = await openPage({ viewport: look.viewport, colorScheme: look.colorScheme })
      await page.getByTestId('new-name').fill(`Ana ${look.name}`)
      await picture(page, `${look.name}-1-people`)
      expect(await violations(page)).toEqual([])
      await page.getByTestId('new-name').press('Enter')
      await page.getByTestId('get-started').waitFor()
      await picture(page, `${look.name}-2-welcome`)
      expect(await violations(page)).toEqual([])
      await page.getByTestId('get-started').click()
      await page.getByTestId('quick-reply').first().waitFor()
      await picture(page, `${look.name}-3-started`)
      await page.getByTestId('quick-reply').filter({ hasText: 'Balance' }).click()
      await page.getByTestId('button').filter({ hasText: 'Open answer' }).waitFor()
      await page.getByTestId('preview').waitFor()
      expect(await page.getByTestId('quick-reply').count()).toBe(0)
      await page.getByTestId('composer').fill('<img src=x onerror=alert(1)> & a link https://example.invalid/x).')
      await page.getByTestId('send').click()
      await page.locator('[data-testid=message][data-from=page]').filter({ hasText: 'You wrote' }).waitFor()
      await page.getByTestId('tick').and(page.locator('[data-tick=seen]')).waitFor()
      await page.getByTestId('composer').fill('typing')
      await page.getByTestId('composer').press('Enter')
      await page.getByTestId('typing').waitFor()
      await picture(page, `${look.name}-4-conversation`)
      expect(await page.locator('img').count()).toBe(0)
      expect(await violations(page)).toEqual([])
      await page.getByTestId('button').filter({ hasText: 'Open answer' }).click()
      await page.getByTestId('open-browser').waitFor()
      await picture(page, `${look.name}-5-link`)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await closePage(page)
    },
  )
}

test(
  'a page opened with ?person= shows the thread, follows it live and reports that it was read',
  { timeout: 30_000 },
  async () => {
    const psid = await peer.makePerson('Ben')
    const page = await openPage({ viewport: { width: 390, height: 844 } }, `?person=${psid}`)
    await page.getByTestId('composer').waitFor()
    await peer.control('POST', `/people/${psid}/message`, { text: 'from elsewhere' })
    const answer = page.locator('[data-testid=message][data-from=page]')
    await answer.filter({ hasText: 'You wrote: from elsewhere' }).waitFor()
    expect(await page.locator('#announce').textContent()).toContain('You wrote: from elsewhere')
    await until('the app hears that the person read', () =>
      app.eventsWith('read').some((event) => recordAt(event, 'sender')?.['id'] === psid),
    )
    await closePage(page)
  },
)

test('the whole conversation works with the keyboard alone, on a narrow screen', { timeout: 30_000 }, async () => {
  const page = await openPage({ viewport: { width: 320, height: 640 } })
  await page.getByTestId('new-name').focus()
  await page.keyboard.type('Kay')
  await page.keyboard.press('Enter')
  await page.getByTestId('get-started').waitFor()
  await page.getByTestId('get-started').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('quick-reply').first().waitFor()
  await page.getByTestId('quick-reply').first().focus()
  await page.keyboard.press('Space')
  await page.getByTestId('button').first().waitFor()
  await page.getByTestId('menu').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.locator('[data-testid=message][data-from=page]').filter({ hasText: 'You tapped PERSON' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await picture(page, '320')
  await closePage(page)
})

test(
  "the messenger's browser shows a page's words, runs none of its script and says what it is",
  { timeout: 30_000 },
  async () => {
    const psid = await peer.makePerson('Cleo')
    await peer.control('POST', `/people/${psid}/message`, { text: 'Balance' })
    await until('the answer is there', async () => (await peer.messagesOf(psid)).length === 2)
    const mid = textAt((await peer.messagesOf(psid))[1] ?? {}, 'mid') ?? ''
    const query = new URLSearchParams({ person: psid, mid, link: '0' })
    const page = await openPage({ viewport: { width: 390, height: 844 } }, `in-app?${query.toString()}`)
    await page.getByText("Messenger's browser (sandbox)").waitFor()
    const seen = page.frameLocator('iframe').getByText('Sandbox messenger — not a real messenger')
    await seen.waitFor()
    await picture(page, 'in-app')
    // No script runs in the frame, axe's neither: it is looked at without it.
    await page.evaluate("document.querySelector('iframe').remove()")
    expect(await violations(page)).toEqual([])
    await closePage(page)
  },
)
