import { z } from 'zod'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

const base64url = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .regex(/^[A-Za-z0-9_-]*$/)

/** The longest answer of an authenticator that is read; real ones have one to three kilobytes. */
const attestationCharactersMax = 16_384

/** An authenticator's answer to `get`, as `@simplewebauthn/browser` sends it. Nothing the server does not need is kept. */
export const assertionJson: z.ZodType<AuthenticationResponseJSON> = z
  .object({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: base64url(4096),
      authenticatorData: base64url(2048),
      signature: base64url(1024),
      userHandle: base64url(100).optional(),
    }),
  })
  .transform(({ id, rawId, type, response: { userHandle, ...response } }) => ({
    id,
    rawId,
    type,
    response: { ...response, ...(userHandle === undefined ? {} : { userHandle }) },
    clientExtensionResults: {},
  }))

/** An authenticator's answer to `create`. */
export const registrationJson: z.ZodType<RegistrationResponseJSON> = z
  .object({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: base64url(4096),
      attestationObject: base64url(attestationCharactersMax),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,20}$/))
        .max(8)
        .optional(),
    }),
  })
  .transform(({ id, rawId, type, response: { transports, ...response } }) => ({
    id,
    rawId,
    type,
    response: { ...response, ...(transports === undefined ? {} : { transports }) },
    clientExtensionResults: {},
  }))

/** Reads the JSON text that a form carries; undefined when it is not what the shape says. */
export function readJsonField<Value>(shape: z.ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

const clientDataShape = z.object({ challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/**
 * The challenge that an authenticator's answer names: to find our row by. Whether the signature covers it is checked
 * afterwards. Undefined when the answer is malformed.
 */
export function challengeOf(clientDataJson: string): Buffer | undefined {
  const clientData = readJsonField(clientDataShape, Buffer.from(clientDataJson, 'base64url').toString('utf8'))
  return clientData === undefined ? undefined : Buffer.from(clientData.challenge, 'base64url')
}
