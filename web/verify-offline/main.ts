// The page's service worker: it keeps the verify page and what it is made of, so that it opens without a network. It knows
// nothing of what is checked there.

const shelf = 'parley-verify-1'

type InstallEvent = Event & { waitUntil(done: Promise<unknown>): void }
type FetchEvent = Event & { readonly request: Request; respondWith(answer: Promise<Response>): void }

/** Without an answer by then, the kept page is shown. */
const networkMs = 3_000

addEventListener('activate', (event) => {
  if (isLasting(event)) event.waitUntil(dropOthers())
})

/** The page says what it is made of: its own address, and the files it loaded. */
addEventListener('message', (event: MessageEvent<readonly string[]>) => {
  const kept = keep(event.data).then(() => event.ports[0]?.postMessage('kept'))
  if (isLasting(event)) event.waitUntil(kept)
})

addEventListener('fetch', (event) => {
  if (!isFetch(event) || event.request.method !== 'GET') return
  event.respondWith(event.request.mode === 'navigate' ? newestPage(event.request) : keptFile(event.request))
})

async function keep(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(shelf)
  const old = (await cache.keys()).filter(({ url }) => !paths.includes(new URL(url).pathname))
  await cache.addAll(paths)
  await Promise.all(old.map((request) => cache.delete(request)))
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('parley-verify-') && name !== shelf).map((name) => caches.delete(name))) // prettier-ignore
}

async function newestPage(request: Request): Promise<Response> {
  const cached = await caches.match(request, { ignoreSearch: true, ignoreVary: true })
  if (cached === undefined) return await fetch(request)
  try {
    return await fetch(request, { signal: AbortSignal.timeout(networkMs) })
  } catch {
    return cached // no network: the page as it was kept
  }
}

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? (await fetch(request))
}

function isLasting(event: Event): event is InstallEvent {
  return 'waitUntil' in event
}

function isFetch(event: Event): event is FetchEvent {
  return 'respondWith' in event && 'request' in event
}
