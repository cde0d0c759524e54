import { createHmac } from 'node:crypto'

/** How long a signed request says it is good for (seconds). The platform writes `expires`; few apps look at it. */
const EXPIRES_AFTER_S = 3_600

/**
 * What the platform posts as `signed_request`: `b64url(signature).b64url(json)`, both without padding. The signature is
 * HMAC-SHA256 under the app's secret over the second part as it stands in the request. `user` is the app-scoped id.
 */
export function signRequest(user: string, appSecret: string, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1_000)
  const facts = { algorithm: 'HMAC-SHA256', expires: issuedAt + EXPIRES_AFTER_S, issued_at: issuedAt, user_id: user }
  const payload = Buffer.from(JSON.stringify(facts)).toString('base64url')
  return `${createHmac('sha256', appSecret).update(payload).digest('base64url')}.${payload}`
}
