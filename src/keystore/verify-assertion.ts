import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { parsePasskeyKey, splitEcdsaSignature } from '../kernel/index.ts'

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
  if (assertion.id !== passkey.id || !isWrittenOneWay(passkey, assertion)) return false
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
        publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
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

/**
 * Whether an ECDSA signature is written in the one way that DER allows (X.690 section 10). The library reads others as well: what it then
 * believes, somebody who verifies the grant later, with another library, would not.
 */
function isWrittenOneWay(passkey: PasskeyKey, { response }: AuthenticationResponseJSON): boolean {
  const key = parsePasskeyKey(Buffer.from(passkey.publicKey, 'base64url'))
  return key?.kind !== 'ES256' || splitEcdsaSignature(Buffer.from(response.signature, 'base64url')) !== undefined
}
