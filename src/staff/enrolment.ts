import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome, StaffId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import {
  findEnrolment,
  issueChallenge,
  staffChallengeBytes,
  staffChallengeSeconds,
  takeChallenge,
} from './challenges-store.ts'
import { staffId } from './members-store.ts'
import { hashOneTimeCode } from './one-time-code.ts'
import { passkeyAnswers } from '../pages/index.ts'
import type { PasskeyAnswer } from '../pages/index.ts'
import type { StaffDeps } from './staff-deps.ts'

/** What somebody types on the enrolment page. */
export type Enrolling = { readonly login: string; readonly code: string }

/** Whose open one-time code this is; undefined for a wrong, used or old one. Changes nothing. */
async function findEnrolling(tx: Tx, { login, code }: Enrolling): Promise<StaffId | undefined> {
  const row = await tx.one(z.object({ member: staffId.nullable() }), 'SELECT staff.waiting_member($1, $2) AS member', [
    login,
    hashOneTimeCode(login, code),
  ])
  return row.member ?? undefined
}

/** Begins an enrolment for an open code: the id under which its options are to be had; undefined without one. */
async function openEnrolment(deps: StaffDeps, enrolling: Enrolling): Promise<string | undefined> {
  const member = await findEnrolling(deps.database, enrolling)
  if (member === undefined) return undefined
  const id = deps.random.uuid()
  const challenge = deps.random.bytes(staffChallengeBytes)
  await issueChallenge(deps.database, { id, challenge, use: 'enrol', member })
  return id
}

/** Options for `navigator.credentials.create`; undefined when the enrolment is over. */
async function beginEnrolment(
  deps: StaffDeps,
  id: string,
): Promise<PublicKeyCredentialCreationOptionsJSON | undefined> {
  const begun = await findEnrolment(deps.database, id)
  if (begun === undefined) return undefined
  const name = `${begun.login} (staff)`
  return generateRegistrationOptions({
    rpID: deps.party.id,
    rpName: deps.party.name,
    // Not a customer's handle: those are the bare sixteen bytes of an id.
    userID: new Uint8Array(Buffer.from(`staff|${begun.member}`, 'utf8')),
    userName: name,
    userDisplayName: name,
    challenge: new Uint8Array(begun.challenge),
    timeout: staffChallengeSeconds * 1000,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** Spends the one-time code and keeps the new passkey. A refusal spends the challenge, and not the code. */
async function finishEnrolment(
  deps: StaffDeps,
  enrolling: Enrolling & { readonly response: string | null },
): Promise<Outcome<StaffId, 'staff/code-unknown' | 'staff/challenge-spent' | 'staff/assertion-invalid'>> {
  const answer = passkeyAnswers.registration(enrolling.response)
  if (answer === undefined) return refusal('staff/assertion-invalid')
  const member = await findEnrolling(deps.database, enrolling)
  if (member === undefined) return refusal('staff/code-unknown')
  const { challenge } = answer
  if (!(await takeChallenge(deps.database, { challenge, use: 'enrol', member })))
    return refusal('staff/challenge-spent')
  const made = await verifiedCredential(deps, answer)
  if (made === undefined) return refusal('staff/assertion-invalid')
  const row = await deps.database.one(
    z.object({ member: staffId.nullable() }),
    'SELECT staff.enrol_passkey($1, $2, $3, $4, $5, $6) AS member',
    [
      enrolling.login,
      hashOneTimeCode(enrolling.login, enrolling.code),
      Buffer.from(made.id, 'base64url'),
      made.publicKey,
      made.counter,
      [...(made.transports ?? [])],
    ],
  )
  return row.member === null ? refusal('staff/code-unknown') : success(row.member)
}

async function verifiedCredential(deps: StaffDeps, { response, challenge }: PasskeyAnswer<RegistrationResponseJSON>) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge.toString('base64url'),
      expectedOrigin: deps.party.origin,
      expectedRPID: deps.party.id,
      requireUserVerification: true,
    })
    return verified ? registrationInfo.credential : undefined
  } catch {
    return undefined // the library throws for each reason not to believe the answer; all of them are one refusal here
  }
}

/** How somebody new gets a passkey: {@link openEnrolment}, {@link beginEnrolment}, {@link finishEnrolment}. */
export const staffEnrolment = { open: openEnrolment, begin: beginEnrolment, finish: finishEnrolment } as const
