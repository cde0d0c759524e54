import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { refusal } from '../kernel/index.ts'
import type { Outcome, StaffId } from '../kernel/index.ts'
import {
  issueChallenge,
  staffChallengeBytes,
  staffChallengeSeconds,
  sweepStaffChallenges,
  takeChallenge,
} from './challenges-store.ts'
import { passkeyAnswers } from '../pages/index.ts'
import type { Tx } from '../platform/index.ts'
import { sweepEntries } from './entry-store.ts'
import type { StaffDeps } from './staff-deps.ts'
import { verifyStaffPasskey } from './verify-passkey.ts'
import type { PasskeyRefusal } from './verify-passkey.ts'

/** Options for `navigator.credentials.get`. They name nobody: the person picks the passkey. */
async function beginSignIn(deps: StaffDeps): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = deps.random.bytes(staffChallengeBytes)
  await issueChallenge(deps.database, { id: deps.random.uuid(), challenge, use: 'sign-in' })
  return generateAuthenticationOptions({
    rpID: deps.party.id,
    challenge: new Uint8Array(challenge),
    userVerification: 'required',
    timeout: staffChallengeSeconds * 1000,
  })
}

/** Who signed in. The challenge is spent whatever comes of it. A customer's passkey is nobody's here. */
async function finishSignIn(
  deps: StaffDeps,
  response: string | null,
): Promise<Outcome<StaffId, 'staff/challenge-spent' | PasskeyRefusal>> {
  const answer = passkeyAnswers.assertion(response)
  if (answer === undefined) return refusal('staff/assertion-invalid')
  const { challenge } = answer
  if (!(await takeChallenge(deps.database, { challenge, use: 'sign-in' }))) return refusal('staff/challenge-spent')
  return await deps.database.transaction((tx) => verifyStaffPasskey(deps.party, tx, answer))
}

async function sweepEntered(tx: Tx): Promise<number> {
  return (await sweepStaffChallenges(tx)) + (await sweepEntries(tx))
}

/** Signing in with a passkey: {@link beginSignIn}, {@link finishSignIn}, and the sweep of what nobody came back from. */
export const staffSignIn = { begin: beginSignIn, finish: finishSignIn, sweep: sweepEntered } as const
