import { expect, test } from 'vitest'
import { systemRandom } from '../random.ts'
import { pageHeaders } from './page-headers.ts'

test('a page that may show figures carries exactly the headers of the threat sheet, with a nonce of its own', () => {
  const { nonce, headers } = pageHeaders(systemRandom)
  expect(headers).toMatchObject({
    'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'publickey-credentials-get=(self)',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
  })
  expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8,}; includeSubDomains; preload$/)
  expect(pageHeaders(systemRandom).nonce).not.toBe(nonce)
  expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
})
