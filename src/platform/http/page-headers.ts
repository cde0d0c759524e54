import type { Random } from '../random.ts'

/** The headers of one response, and the nonce that its one script tag must carry. */
export type PageHeaders = { readonly nonce: string; readonly headers: Readonly<Record<string, string>> }

export type PageHeaderOptions = {
  /** `img-src 'self'` is added. */
  readonly images?: boolean
  /** `font-src 'self'` is added. */
  readonly fonts?: boolean
  /** The page works by itself: it may start workers of ours, and nothing of it may reach a network or send a form. */
  readonly offline?: boolean
}

/** 128 bits: a script injected into the page cannot guess it (CSP level 3, section 7.1). */
const nonceBytes = 16

/** Two years, as browsers' preload list asks for. */
const transportSecurity = 'max-age=63072000; includeSubDomains; preload'

/** The headers of every page that may show figures. Made anew for each response: a nonce is used once. */
export function pageHeaders(random: Random, options: PageHeaderOptions = {}): PageHeaders {
  const nonce = Buffer.from(random.bytes(nonceBytes)).toString('base64')
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self'`,
    ...(options.images === true ? [`img-src 'self'`] : []),
    ...(options.fonts === true ? [`font-src 'self'`] : []),
    ...(options.offline === true ? [`connect-src 'none'`, `worker-src 'self'`] : [`connect-src 'self'`]),
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `form-action ${options.offline === true ? `'none'` : `'self'`}`,
    `require-trusted-types-for 'script'`,
  ]
  return { nonce, headers: { ...plainHeaders, 'content-security-policy': policy.join('; ') } }
}

/** The headers of every other response, unless its route says otherwise. */
export const plainHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'publickey-credentials-get=(self)',
  'strict-transport-security': transportSecurity,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
}
