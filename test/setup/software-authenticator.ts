import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { createSoftPasskey } from './soft-passkey.ts'
import type { SoftPasskey } from './soft-passkey.ts'

const creationShape = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string().optional() }),
  user: z.object({ id: z.string() }),
})
const requestShape = z.object({
  challenge: z.string(),
  rpId: z.string().optional(),
  allowCredentials: z.array(z.object({ id: z.string() })).default([]),
})

/** A person's authenticator in code, as pages meet it: many passkeys, chosen by site, user verified each time. */
export type SoftwareAuthenticator = {
  /** What `navigator.credentials.create` gives on a page of this origin for the JSON options of its server. */
  create(origin: string, options: unknown): RegistrationResponseJSON
  holdsOneFor(rpId: string): boolean
  /** What `navigator.credentials.get` gives there: the newest that fits. Throws when it holds none for the site. */
  get(origin: string, options: unknown): AuthenticationResponseJSON
}

type Held = { readonly rpId: string; readonly userHandle: string; readonly passkey: SoftPasskey }

/** A new authenticator without any passkey. */
export function createSoftwareAuthenticator(): SoftwareAuthenticator {
  const held: Held[] = []
  return {
    create(origin, options) {
      const { challenge, rp, user } = creationShape.parse(options)
      const rpId = rp.id ?? new URL(origin).hostname
      const passkey = createSoftPasskey({ origin, rpId })
      held.push({ rpId, userHandle: user.id, passkey })
      return passkey.register(Buffer.from(challenge, 'base64url'))
    },
    holdsOneFor: (rpId) => held.some((one) => one.rpId === rpId),
    get(origin, options) {
      const { challenge, allowCredentials, ...wanted } = requestShape.parse(options)
      const rpId = wanted.rpId ?? new URL(origin).hostname
      const allowed = allowCredentials.map(({ id }) => id)
      const found = held.findLast(
        ({ passkey, ...one }) =>
          one.rpId === rpId && (allowed.length === 0 || allowed.includes(passkey.credentialId.toString('base64url'))),
      )
      if (found === undefined) throw new Error('NotAllowedError: no passkey for this site')
      const answer = found.passkey.assert(Buffer.from(challenge, 'base64url'), { origin })
      return { ...answer, response: { ...answer.response, userHandle: found.userHandle } }
    },
  }
}
