import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { isWrittenOneWay, refusal, success } from '../kernel/index.ts'
import type { Outcome, StaffId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { findPasskey, raiseSignCount } from './challenges-store.ts'
import type { StoredPasskey } from './challenges-store.ts'
import type { PasskeyAnswer } from '../pages/index.ts'
import type { StaffDeps } from './staff-deps.ts'

export type PasskeyRefusal = 'staff/passkey-unknown' | 'staff/assertion-invalid'

/**
 * Whether one of the staff's passkeys signed this challenge on our page, with the person verified (WebAuthn level 3, 7.2),
 * and whose. The caller has taken the challenge before, and must not give it back on a refusal.
 */
export async function verifyStaffPasskey(
  party: StaffDeps['party'],
  tx: Tx,
  answer: PasskeyAnswer<AuthenticationResponseJSON>,
): Promise<Outcome<StaffId, PasskeyRefusal>> {
  const credentialId = Buffer.from(answer.response.id, 'base64url')
  const passkey = await findPasskey(tx, credentialId)
  if (passkey === undefined) return refusal('staff/passkey-unknown')
  const signCount = await verifiedSignCount(party, answer, passkey)
  if (signCount === undefined) return refusal('staff/assertion-invalid')
  await raiseSignCount(tx, credentialId, signCount)
  return success(passkey.member)
}

async function verifiedSignCount(
  party: StaffDeps['party'],
  { response, challenge }: PasskeyAnswer<AuthenticationResponseJSON>,
  passkey: StoredPasskey,
): Promise<number | undefined> {
  if (!isWrittenOneWay(passkey.public_key, Buffer.from(response.response.signature, 'base64url'))) return undefined
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(passkey.public_key),
        counter: Number(passkey.sign_count),
      },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined // the library throws for each reason not to believe the answer; all of them are one refusal here
  }
}
