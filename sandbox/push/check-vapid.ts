import { createPublicKey, verify } from 'node:crypto'

/** Who asks, as the token says; or what is wrong with it, as this service answers. */
export type Asker = { readonly key: string; readonly subject: string }

/** RFC 8292 section 2: a token may be good for a day at most. */
const dayMs = 86_400_000

/** Checks `Authorization: vapid t=…, k=…` (RFC 8292 section 3) for a service at this origin, at this moment (ms since 1970). */
export function checkVapid(authorization: string | undefined, origin: string, now: number): Asker | string {
  const parts = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(authorization ?? '')
  if (parts === null) return 'no vapid token'
  const [, head = '', body = '', signature = '', key = ''] = parts
  if (read(head)?.['alg'] !== 'ES256') return 'not ES256'
  if (!isSigned(`${head}.${body}`, signature, key)) return 'the signature is not of that key'
  const { aud, exp, sub } = read(body) ?? {}
  if (aud !== origin) return 'the token is for another service'
  if (typeof exp !== 'number' || exp * 1_000 <= now) return 'the token is too old'
  if (exp * 1_000 > now + dayMs) return 'the token is good for too long'
  if (typeof sub !== 'string' || !/^(mailto:|https:)/.test(sub)) return 'nobody to write to'
  return { key, subject: sub }
}

function read(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** `k` is the uncompressed point of a key on P-256; JWS signs with the two numbers beside each other (RFC 7518 section 3.4). */
function isSigned(text: string, signature: string, key: string): boolean {
  const point = Buffer.from(key, 'base64url')
  if (point.length !== 65 || point[0] !== 4) return false
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) }
  try {
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    return verify('sha256', Buffer.from(text), how, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}
