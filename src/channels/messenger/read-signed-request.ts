import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Outcome, Secret, refusal, success } from '../../kernel/index.ts'

/** What a messenger's callback says, once its signature held. */
export type SignedRequest = {
  /** The person as the messenger's login has them: app-scoped, not the id that messages come from. */
  readonly user: Secret<string>
  /** Seconds since 1970, by the messenger's clock. */
  readonly issuedAt: number
  /** Of the very bytes that were signed: the same request again has the same. */
  readonly hash: Buffer
}

export type SignedRequestRefusal =
  'channels/signed-request-malformed' | 'channels/signature-wrong' | 'channels/signed-request-algorithm'

/** Real ones have about 200 characters. */
const payloadCharactersMax = 4_096
/** Longer than any id. */
const userCharactersMax = 64
/**
 * Reads `signed_request`: `b64url(signature).b64url(json)`. The signature is checked first, over the second part exactly as it
 * was sent, in constant time; nothing is read of a request whose signature does not hold.
 */
export function readSignedRequest(
  appSecret: Secret<string>,
  text: string,
): Outcome<SignedRequest, SignedRequestRefusal> {
  const [signature = '', payload = '', ...rest] = text.slice(0, payloadCharactersMax + 64).split('.')
  const isWellFormed = rest.length === 0 && isBase64url(signature) && isBase64url(payload)
  if (!isWellFormed || payload.length > payloadCharactersMax) return refusal('channels/signed-request-malformed')
  if (!signatureHolds(appSecret, signature, payload)) return refusal('channels/signature-wrong')
  const read = payloadShape.safeParse(parseJson(Buffer.from(payload, 'base64url')))
  if (!read.success) return refusal('channels/signed-request-malformed')
  // Its name is under the signature; another one would mean that somebody signs otherwise than we check.
  if (read.data.algorithm !== 'HMAC-SHA256') return refusal('channels/signed-request-algorithm')
  const { user_id: user, issued_at: issuedAt } = read.data
  const hash = createHash('sha256').update(payload, 'utf8').digest()
  return success({ user: new Secret(user), issuedAt, hash })
}

function signatureHolds(appSecret: Secret<string>, signature: string, payload: string): boolean {
  const given = Buffer.from(signature, 'base64url')
  const expected = createHmac('sha256', appSecret.reveal()).update(payload, 'utf8').digest()
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Only what the encoder itself would write: no padding, no other spelling of the same bytes. */
function isBase64url(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text
}

// The id comes as text; as a number only while it is one exactly.
const payloadShape = z.object({
  algorithm: z.string(),
  user_id: z.union([
    z.string().min(1).max(userCharactersMax).regex(/^\w+$/),
    z.number().int().positive().max(Number.MAX_SAFE_INTEGER).transform(String),
  ]),
  issued_at: z.number().int().positive().max(4_102_444_800),
})

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined // not JSON, or not UTF-8: refused by the caller as malformed
  }
}
