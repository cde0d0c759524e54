import { generateRegistrationOptions } from '@simplewebauthn/server'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { CustomerId, Outcome } from '../kernel/index.ts'
import type { EnrolRefusal, KeystoreClient, PinnedPasskey } from '../keystore/index.ts'
import type { Database, Random } from '../platform/index.ts'
import { handleOf } from './assertions.ts'
import { challengeSeconds, issueChallenge, takeChallenge } from './challenges.ts'
import { insertCustomer, insertPasskey } from './passkeys-store.ts'
import type { RelyingParty } from './relying-party.ts'
import { passkeyAnswers } from '../pages/index.ts'
import { uuidColumn } from './uuid-column.ts'

export type EnrolmentDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'beginEnrolment' | 'finishEnrolment'>
  readonly random: Random
  readonly party: RelyingParty
}

export type EnrolmentRefusal = 'customers/challenge-spent' | 'customers/enrolment-refused' | EnrolRefusal

/**
 * Options for `navigator.credentials.create`. The keystore makes the challenge, because it must recognise the answer by
 * itself; the customer's id is made here and exists only once the passkey does. `subject` is the browser session's hash.
 */
export async function beginEnrolment(
  deps: EnrolmentDeps,
  enrolment: { readonly subject: string; readonly customer?: CustomerId; readonly label: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const customer = enrolment.customer ?? uuidColumn<CustomerId>().parse(deps.random.uuid())
  const { challenge } = await deps.keystore.beginEnrolment(customer)
  await issueChallenge(deps.database, {
    challenge,
    use: enrolment.customer === undefined ? 'enrol' : 'recover',
    subject: enrolment.subject,
    details: { customer },
  })
  return generateRegistrationOptions({
    rpID: deps.party.id,
    rpName: deps.party.name,
    userID: new Uint8Array(handleOf(customer)),
    userName: enrolment.label,
    userDisplayName: enrolment.label,
    challenge: new Uint8Array(challenge),
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** A new customer with a first passkey: pinned by the keystore, copied for the pages. */
export async function finishEnrolment(
  deps: EnrolmentDeps,
  enrolment: { readonly subject: string; readonly response: string | null; readonly language: string },
): Promise<Outcome<{ readonly customer: CustomerId }, EnrolmentRefusal>> {
  const pinned = await pinPasskey(deps, { ...enrolment, use: 'enrol' })
  if (!pinned.ok) return pinned
  const { customer, passkey } = pinned.value
  await deps.database.transaction(async (tx) => {
    await insertCustomer(tx, customer, enrolment.language)
    await insertPasskey(tx, customer, passkey)
  })
  return success({ customer })
}

const detailsShape = z.object({ customer: uuidColumn<CustomerId>() })

/** Spends the challenge and has the keystore pin the passkey. With use `recover` it counts only after the wait. */
export async function pinPasskey(
  deps: EnrolmentDeps,
  enrolment: {
    readonly use: 'enrol' | 'recover'
    readonly subject: string
    readonly response: string | null
  },
): Promise<Outcome<{ readonly customer: CustomerId; readonly passkey: PinnedPasskey }, EnrolmentRefusal>> {
  const { use, subject } = enrolment
  const answer = passkeyAnswers.registration(enrolment.response)
  if (answer === undefined) return refusal('customers/enrolment-refused')
  const { response, challenge } = answer
  const details = detailsShape.safeParse(await takeChallenge(deps.database, { challenge, use, subject }))
  if (!details.success) return refusal('customers/challenge-spent')
  const { customer } = details.data
  const pinned = await deps.keystore.finishEnrolment({ customer, response, recovery: use === 'recover' })
  return pinned.ok ? success({ customer, passkey: pinned.value }) : pinned
}
