import type { Browser, CDPSession, Page } from 'playwright-core'
import { eventually } from './eventually.ts'
import { readForms } from './html-forms.ts'
import { type TestPerson, submitWithPasskey } from './link-person.ts'
import type { ParleyProcesses } from './parley-processes.ts'

/** A real browser on a customer's page of fraud alerts, with its own service worker; the push service behind it is the practice one. */
export type ToldBrowser = {
  readonly page: Page
  /** What the page asked of the browser's push service. */
  asked(): Promise<{ readonly userVisibleOnly: boolean; readonly keyBytes: number } | undefined>
  /** A push arrives, as the push service's connection would bring it: without a payload. */
  deliver(): Promise<void>
  /** What the worker asked the browser to show, in order. */
  said(): Promise<readonly { readonly title: string; readonly body: string; readonly tag: string }[]>
  /** The person taps what is shown. */
  tap(): Promise<void>
  /** What became of it: what was taken from the screen, and which page was opened. */
  tapped(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A browser in which the person, who has signed in by passkey, has opened the page. */
export async function openToldBrowser(
  browser: Browser,
  parley: ParleyProcesses,
  person: TestPerson,
): Promise<ToldBrowser> {
  const { gateway, pushService } = parley.addresses
  await signIn(person, gateway)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  await context.grantPermissions(['notifications'], { origin: gateway })
  // Cookies know no port; the name’s prefix asks for https, which this machine’s own name stands in for.
  await context.addCookies(
    [...person.browser.cookies()].map(([name, value]) => ({
      ...{ name, value, url: 'https://localhost', secure: true, httpOnly: true, sameSite: 'Strict' as const },
    })),
  )
  // Chromium's own push service cannot be reached from here; everything else is the browser's.
  await context.addInitScript(`
    PushManager.prototype.subscribe = async (options) => {
      const key = options.applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')
      sessionStorage.setItem('asked', JSON.stringify({ userVisibleOnly: options.userVisibleOnly, keyBytes: atob(key).length }))
      return { endpoint: '${pushService}/push/' + crypto.randomUUID() }
    }`)
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const registrations = await watchWorkers(session)
  await page.goto(`${gateway}/me/alerts`)
  const worker = () => {
    const [found] = context.serviceWorkers()
    if (found === undefined) throw new Error('no worker')
    return found
  }
  return {
    page,
    asked: () => page.evaluate(`JSON.parse(sessionStorage.getItem('asked'))`),
    async deliver() {
      await eventually(
        'the worker is registered',
        async () => registrations.size > 0 && context.serviceWorkers().length > 0,
      )
      await worker().evaluate(recording)
      const [registrationId = ''] = registrations
      await session.send('ServiceWorker.deliverPushMessage', { origin: gateway, registrationId, data: '' })
    },
    said: () => worker().evaluate('self.said'),
    tap: () =>
      worker().evaluate(`dispatchEvent(Object.assign(new ExtendableEvent('notificationclick'), {
        notification: { close: () => void self.tapped.push('closed') },
      }))`),
    tapped: () => worker().evaluate('self.tapped'),
    close: () => context.close(),
  }
}

/** The packaged Chromium shows no notifications and opens no windows by itself: what the worker asks for is written down instead. */
const recording = `if (self.said === undefined) {
  self.said = []
  self.tapped = []
  registration.showNotification = async (title, { body, tag }) => void self.said.push({ title, body, tag })
  clients.openWindow = async (url) => void self.tapped.push(url)
}`

async function signIn(person: TestPerson, gateway: string): Promise<void> {
  const page = await person.browser.open(`${gateway}/me/sign-in`)
  const form = readForms(page.text).find(({ attributes }) => attributes['data-passkey'] === 'get')
  if (form === undefined) throw new Error('no way to sign in')
  const { status } = await submitWithPasskey(person, page, form)
  if (status !== 200) throw new Error(`not signed in: ${status}`)
}

async function watchWorkers(session: CDPSession): Promise<ReadonlySet<string>> {
  const registrations = new Set<string>()
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: all }) => {
    for (const { registrationId, isDeleted } of all) {
      if (isDeleted) registrations.delete(registrationId)
      else registrations.add(registrationId)
    }
  })
  await session.send('ServiceWorker.enable')
  return registrations
}
