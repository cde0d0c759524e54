import { SignJWT } from 'jose'
import type { Instant } from '../kernel/index.ts'
import type { PushKey } from './push-key.ts'

/** RFC 8292 section 2 allows a day; an hour is long enough for a clock that is wrong. */
const livesSeconds = 3_600

/** Who asks, for one push service: the `Authorization` of RFC 8292, good for that service's origin alone. */
export async function signVapid(
  { privateKey, publicKey }: PushKey,
  about: { readonly endpoint: string; readonly subject: string; readonly now: Instant },
): Promise<string> {
  const token = await new SignJWT({})
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(about.endpoint).origin)
    .setExpirationTime(Math.floor(about.now / 1000) + livesSeconds)
    .setSubject(about.subject)
    .sign(privateKey)
  return `vapid t=${token}, k=${publicKey}`
}
