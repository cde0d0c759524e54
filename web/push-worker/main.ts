export {}

// Says that a question waits, and leads to where it can be answered. A push carries nothing, and nothing of it is read.

/** What of a service worker is used here (the types of `dom` know none). */
type Notified = { readonly notification: { close(): void } } & Waiting
type Waiting = { waitUntil(work: Promise<unknown>): void }
type Opened = { readonly url: string; focus(): Promise<unknown> }
type Worker = {
  /** Written in front of this program by the server: in the language of the page that it was registered on. */
  readonly parleySays: { readonly title: string; readonly body: string; readonly language: string }
  readonly registration: { showNotification(title: string, options: object): Promise<void> }
  readonly clients: {
    matchAll(options: object): Promise<readonly Opened[]>
    openWindow(url: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener(name: 'install' | 'push', listener: (event: Waiting) => void): void
  addEventListener(name: 'notificationclick', listener: (event: Notified) => void): void
}
declare const self: Worker

/** The short address: the same for everybody, and it needs the passkey. */
const page = '/alert'

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()))

self.addEventListener('push', (event) => {
  const { title, body, language } = self.parleySays
  // One at a time: a reminder takes the place of what it reminds of, and is heard.
  const options = { body, lang: language, tag: 'parley', renotify: true, requireInteraction: true }
  event.waitUntil(self.registration.showNotification(title, options))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open())
})

async function open(): Promise<unknown> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const opened = windows.find(({ url }) => new URL(url).pathname === page)
  return opened === undefined ? await self.clients.openWindow(page) : await opened.focus()
}
