import { createHmac } from 'node:crypto'

/** Secrets in the usual form carry this before their base64. */
const SECRET_PREFIX = 'whsec_'

/** The three headers of one delivery (Standard Webhooks 1.0). The id stays the same over all attempts; the time does not. */
export function signNotice(
  secret: string,
  delivery: { readonly id: string; readonly body: string; readonly atMs: number },
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(delivery.atMs / 1000))
  const signature = createHmac('sha256', keyOf(secret))
    .update(`${delivery.id}.${timestamp}.${delivery.body}`)
    .digest('base64')
  return { 'webhook-id': delivery.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

/** `whsec_` and base64 is the specification's form; any other text is used as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}
