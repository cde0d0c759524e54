import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { isWrittenOneWay } from '../kernel/index.ts'

/** Where a passkey's word counts. */
export type Site = { readonly origins: readonly string[]; readonly rpId: string }

/** The public half of a pinned passkey; both as base64url. */
export type PasskeyKey = { readonly id: string; readonly publicKey: string }

/**
 * Whether this passkey signed this challenge on one of our pages with the person verified (WebAuthn level 3, 7.2): type,
 * challenge, origin, RP ID, UP and UV flags, signature; not from inside another site's frame. Counters are not looked at:
 * the same assertion is checked as long as the terms live.
 */
export async function verifyAssertion(
  site: Site,
  passkey: PasskeyKey,
  assertion: AuthenticationResponseJSON,
  challenge: Uint8Array,
): Promise<boolean> {
  const publicKey = Buffer.from(passkey.publicKey, 'base64url')
  if (assertion.id !== passkey.id) return false
  if (!isWrittenOneWay(publicKey, Buffer.from(assertion.response.signature, 'base64url'))) return false
  try {
    if (decodeClientDataJSON(assertion.response.clientDataJSON).crossOrigin === true) return false
    const { verified } = await verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: [...site.origins],
      expectedRPID: site.rpId,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: Uint8Array.from(publicKey),
        counter: 0,
      },
    })
    return verified
  } catch (thrown) {
    // The library throws on whatever it does not accept, malformed bytes included: here all of that is one "no".
    if (thrown instanceof Error) return false
    throw thrown
  }
}
