/**
 * Headers of every page of the bank. `form-action 'self'` holds because no form leads out of the bank: browsers apply it
 * to the redirects after a post too, so the way back to the client is a page of its own (`continue-page.ts`).
 */
export function pageHeaders(): Record<string, string> {
  return {
    'content-security-policy':
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'x-robots-tag': 'noindex',
  }
}
