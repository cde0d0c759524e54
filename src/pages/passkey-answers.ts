import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

const base64url = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .regex(/^[A-Za-z0-9_-]*$/)

/** The longest answer of an authenticator that is read; real ones have one to three kilobytes. */
const attestationCharactersMax = 16_384

/** An authenticator's answer to `get`, as `@simplewebauthn/browser` sends it. Nothing the server does not need is kept. */
const assertionShape: z.ZodType<AuthenticationResponseJSON> = z
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
const registrationShape: z.ZodType<RegistrationResponseJSON> = z
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

const clientDataShape = z.object({ challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/** What a passkey form carried, and the challenge that it names: to find our row by. The signature is checked afterwards. */
export type PasskeyAnswer<Response> = { readonly response: Response; readonly challenge: Buffer }

function readAssertion(field: string | null): PasskeyAnswer<AuthenticationResponseJSON> | undefined {
  return withChallenge(readJson(assertionShape, field ?? ''))
}

function readRegistration(field: string | null): PasskeyAnswer<RegistrationResponseJSON> | undefined {
  return withChallenge(readJson(registrationShape, field ?? ''))
}

function withChallenge<Response extends { readonly response: { readonly clientDataJSON: string } }>(
  response: Response | undefined,
): PasskeyAnswer<Response> | undefined {
  if (response === undefined) return undefined
  const text = Buffer.from(response.response.clientDataJSON, 'base64url').toString('utf8')
  const clientData = readJson(clientDataShape, text)
  return clientData && { response, challenge: Buffer.from(clientData.challenge, 'base64url') }
}

function readJson<Value>(shape: z.ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

/** What the field `response` of a passkey form says; undefined when it is malformed. */
export const passkeyAnswers = { assertion: readAssertion, registration: readRegistration } as const
