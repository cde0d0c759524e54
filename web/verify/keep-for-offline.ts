import { ownScript } from './trusted-url.ts'

/**
 * Has the browser keep this page and what it is made of, so that it opens without a network next time. Without service workers
 * (private windows of some browsers) the loaded page still works offline. Tells whether it was kept.
 */
export async function keepForOffline(script: string, worker: string): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  try {
    const registration = await navigator.serviceWorker.register(ownScript(script), { scope: location.pathname })
    const active = registration.active ?? (await activated(registration))
    return await new Promise((resolve) => {
      const channel = new MessageChannel()
      channel.port1.addEventListener('message', () => resolve(true))
      channel.port1.start()
      active?.postMessage([location.pathname, worker, ...loaded()], [channel.port2])
    })
  } catch (thrown) {
    // Storage that is full or forbidden: the page goes on without.
    if (thrown instanceof DOMException || thrown instanceof TypeError) return false
    throw thrown
  }
}

async function activated(registration: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
  const arriving = registration.installing ?? registration.waiting
  if (arriving === null) return registration.active
  await new Promise<void>((resolve) => {
    arriving.addEventListener('statechange', () => {
      if (arriving.state === 'activated' || arriving.state === 'redundant') resolve()
    })
  })
  return registration.active
}

/** The files this page loaded, by path. */
function loaded(): readonly string[] {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].map(({ href }) => href)
  const scripts = [...document.querySelectorAll('script')].map(({ src }) => src)
  return [...links, ...scripts].filter((url) => url !== '').map((url) => new URL(url).pathname)
}
