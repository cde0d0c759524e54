import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { createSoftPasskey } from './soft-passkey.ts'
import type { SoftPasskey } from './soft-passkey.ts'

/** A person's authenticator in code, as pages meet it: many passkeys, chosen by site, user verified each time. */
export type SoftwareAuthenticator = {
  /** What `navigator.credentials.create` gives on a page of this origin. */
  create(origin: string, options: PublicKeyCredentialCreationOptionsJSON): RegistrationResponseJSON
  holdsOneFor(rpId: string): boolean
  /** What `navigator.credentials.get` gives there: the newest that fits. Throws when it holds none for the site. */
  get(origin: string, options: PublicKeyCredentialRequestOptionsJSON): AuthenticationResponseJSON
}

type Held = { readonly rpId: string; readonly userHandle: string; readonly passkey: SoftPasskey }

/** A new authenticator without any passkey. */
export function createSoftwareAuthenticator(): SoftwareAuthenticator {
  const held: Held[] = []
  return {
    create(origin, options) {
      const rpId = options.rp.id ?? new URL(origin).hostname
      const passkey = createSoftPasskey({ origin, rpId })
      held.push({ rpId, userHandle: options.user.id, passkey })
      return passkey.register(Buffer.from(options.challenge, 'base64url'))
    },
    holdsOneFor: (rpId) => held.some((one) => one.rpId === rpId),
    get(origin, options) {
      const rpId = options.rpId ?? new URL(origin).hostname
      const allowed = (options.allowCredentials ?? []).map(({ id }) => id)
      const found = held.findLast(
        ({ passkey, ...one }) =>
          one.rpId === rpId && (allowed.length === 0 || allowed.includes(passkey.credentialId.toString('base64url'))),
      )
      if (found === undefined) throw new Error('NotAllowedError: no passkey for this site')
      const answer = found.passkey.assert(Buffer.from(options.challenge, 'base64url'), { origin })
      return { ...answer, response: { ...answer.response, userHandle: found.userHandle } }
    },
  }
}
