import type { FastifyRequest } from 'fastify'

/**
 * Whether a request that changes something comes from a page of our own origin. Browsers say so in `Sec-Fetch-Site`
 * (W3C Fetch Metadata); those that do not, in `Origin`. Other ports of the host are another origin. A form sent from a
 * page with `no-referrer` carries `Origin: null`, so `Origin` alone would not do.
 */
export function isFromOwnPage(request: FastifyRequest, origin: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return request.headers.origin === origin
}

/**
 * Whether the answer becomes the page in the person's own tab. What a script fetches, or puts in a frame, is refused: so
 * script that somebody injected before the passkey gains no way to read what comes after it.
 */
export function isNavigation(request: FastifyRequest): boolean {
  const mode = request.headers['sec-fetch-mode']
  const destination = request.headers['sec-fetch-dest']
  return (mode === undefined || mode === 'navigate') && (destination === undefined || destination === 'document')
}

/**
 * Whether the page is shown inside a messenger's own browser: there the host app can read pages, and our passkeys do not
 * work. Only decides what is offered; nothing is burnt or kept by it.
 */
export function isInAppBrowser(request: FastifyRequest): boolean {
  return /\bFB(?:AN|AV|_IAB|IOS)|Instagram|WhatsApp\/|\bLine\/|MicroMessenger|Messenger(?:Lite)?ForiOS/i.test(
    request.headers['user-agent'] ?? '',
  )
}
