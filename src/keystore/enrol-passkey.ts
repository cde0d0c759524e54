import { verifyRegistrationResponse } from '@simplewebauthn/server'
import type { VerifiedRegistrationResponse } from '@simplewebauthn/server'
import { refusal, success, toInstant } from '../kernel/index.ts'
import type { CustomerId, Outcome } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import { newPasskeyChallenge } from './approval-challenges.ts'
import { isEnrolmentChallenge } from './enrolment-challenge.ts'
import type { PasskeyRecord } from './key-records.ts'
import type { KeyRing } from './key-ring.ts'
import type { Enrolment, EnrolRefusal } from './keystore-client.ts'
import { verifyAssertion } from './verify-assertion.ts'
import type { Site } from './verify-assertion.ts'

export type PasskeyDeps = {
  readonly ring: KeyRing
  /** Keys of enrolment challenges: the newest first, and the one before while a person may still be at it. */
  readonly challengeKeys: () => readonly Buffer[]
  readonly clock: Clock
  readonly site: Site
  readonly recoveryWaitMs: number
}

/** A person's devices; pending recoveries count too, so nobody can pile them up. */
const passkeysMax = 8

// ES256, Ed25519 and RS256 (RFC 8152, RFC 8812): what authenticators in people's hands make.
const algorithms = [-7, -8, -257]

/**
 * Pins a passkey. The first one of a customer the keystore has never seen counts at once; a further one needs the word of
 * one that counts already; without it, a recovery counts after the wait. The same enrolment may be finished twice.
 */
export async function enrolPasskey(
  deps: PasskeyDeps,
  enrolment: Enrolment,
): Promise<Outcome<PasskeyRecord, EnrolRefusal>> {
  const { customer } = enrolment
  const verified = await verifyRegistration(deps, enrolment)
  if (verified === undefined) return refusal('keystore/passkey-refused')
  return await deps.ring.turns(customer, async () => {
    const { ring } = deps
    const { id, publicKey, counter, transports } = verified.credential
    if (ring.isErased(customer)) return refusal('keystore/erased')
    const pinned = ring.passkeys(customer)
    const same = pinned.find((passkey) => passkey.id === id)
    const isSame = same?.publicKey === Buffer.from(publicKey).toString('base64url')
    if (same !== undefined && isSame) return success(same)
    if (same !== undefined || ring.isHeldByOther(customer, id) || ring.wasRemoved(customer, id)) {
      return refusal('keystore/passkey-known')
    }
    if (pinned.length >= passkeysMax) return refusal('keystore/too-many-passkeys')
    const waitMs = await waitFor(deps, enrolment, pinned)
    if (waitMs === undefined) return refusal('keystore/approval-needed')
    const now = deps.clock.now()
    const passkey: PasskeyRecord = {
      is: 'passkey',
      customer,
      id,
      publicKey: Buffer.from(publicKey).toString('base64url'),
      signCount: counter,
      transports: transports ?? [],
      pinnedAt: now,
      effectiveAt: toInstant(now + waitMs),
    }
    await ring.pin(passkey)
    return success(passkey)
  })
}

/** The customer's passkeys that count now. */
export function effectivePasskeys(
  deps: Pick<PasskeyDeps, 'ring' | 'clock'>,
  customer: CustomerId,
): readonly PasskeyRecord[] {
  const now = deps.clock.now()
  return deps.ring.passkeys(customer).filter((passkey) => passkey.effectiveAt <= now)
}

type Verified = NonNullable<VerifiedRegistrationResponse['registrationInfo']>

async function verifyRegistration(deps: PasskeyDeps, enrolment: Enrolment): Promise<Verified | undefined> {
  const now = deps.clock.now()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: enrolment.response,
      expectedChallenge: (challenge) =>
        deps
          .challengeKeys()
          .some((key) => isEnrolmentChallenge(key, enrolment.customer, now, Buffer.from(challenge, 'base64url'))),
      expectedOrigin: [...deps.site.origins],
      expectedRPID: deps.site.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    return registrationInfo?.credential.id === enrolment.response.id ? registrationInfo : undefined
  } catch (thrown) {
    // The library throws on whatever it does not accept, malformed bytes included: here all of that is one "no".
    if (thrown instanceof Error) return undefined
    throw thrown
  }
}

/** How long a new passkey waits before it counts; undefined: it may not be pinned at all. */
async function waitFor(
  deps: PasskeyDeps,
  enrolment: Enrolment,
  pinned: readonly PasskeyRecord[],
): Promise<number | undefined> {
  const isNew = pinned.length === 0 && deps.ring.customerKey(enrolment.customer) === undefined
  if (isNew) return 0
  if (enrolment.approval !== undefined) {
    const challenge = newPasskeyChallenge(enrolment.customer, enrolment.response)
    return (await isApproved(deps, enrolment.customer, enrolment.approval, challenge)) ? 0 : undefined
  }
  return enrolment.recovery === true ? deps.recoveryWaitMs : undefined
}

/** Whether one of the customer's effective passkeys signed this challenge. */
export async function isApproved(
  deps: PasskeyDeps,
  customer: CustomerId,
  approval: NonNullable<Enrolment['approval']>,
  challenge: Uint8Array,
): Promise<boolean> {
  const approver = effectivePasskeys(deps, customer).find((passkey) => passkey.id === approval.id)
  return approver !== undefined && (await verifyAssertion(deps.site, approver, approval, challenge))
}
