import { generateRegistrationOptions } from '@simplewebauthn/server'
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { refusal, success } from '../kernel/index.ts'
import type { CustomerId, Outcome } from '../kernel/index.ts'
import { newPasskeyChallenge, removalChallenge } from '../keystore/index.ts'
import type { EnrolRefusal, KeystoreClient } from '../keystore/index.ts'
import type { Database, Random, Tx } from '../platform/index.ts'
import { beginAssertion, finishAssertion, handleOf } from './assertions.ts'
import type { AssertionRefusal } from './assertions.ts'
import { challengeSeconds, issueChallenge, takeChallenge } from './challenges.ts'
import { findPublicKey, listPasskeys, lockCustomer } from './passkey-list-store.ts'
import { insertPasskey, revokePasskey } from './passkeys-store.ts'
import type { RelyingParty } from './relying-party.ts'
import { passkeyAnswers } from '../pages/index.ts'

export type FurtherPasskeyDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'beginEnrolment' | 'finishEnrolment' | 'cancelRecovery'>
  readonly random: Random
  readonly party: RelyingParty
}

/** Whose passkeys, and what the challenges are bound to (a session). */
type Mine = { readonly customer: CustomerId; readonly subject: string }

/** Options for a further passkey; devices that hold one already are told so. */
async function beginAddition(
  deps: FurtherPasskeyDeps,
  mine: Mine & { readonly label: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { customer, subject, label } = mine
  const { challenge } = await deps.keystore.beginEnrolment(customer)
  const details = { customer }
  await issueChallenge(deps.database, { challenge, use: 'add-passkey', subject, details })
  const known = await listPasskeys(deps.database, customer)
  return generateRegistrationOptions({
    rpID: deps.party.id,
    rpName: deps.party.name,
    userID: new Uint8Array(handleOf(customer)),
    userName: label,
    userDisplayName: label,
    challenge: new Uint8Array(challenge),
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId.toString('base64url') })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/**
 * What the new authenticator said, kept with the challenge that an existing passkey has to sign: a hash over all of it, so
 * the approval is for this very passkey. Gives that challenge.
 */
async function proposeAddition(
  deps: FurtherPasskeyDeps,
  mine: Mine & { readonly response: string | null },
): Promise<Outcome<{ readonly challenge: Buffer }, 'customers/challenge-spent' | 'customers/enrolment-refused'>> {
  const { customer, subject } = mine
  const made = passkeyAnswers.registration(mine.response)
  if (made === undefined) return refusal('customers/enrolment-refused')
  const { response } = made
  const details = await takeChallenge(deps.database, { challenge: made.challenge, use: 'add-passkey', subject })
  if (details === undefined || details['customer'] !== customer) return refusal('customers/challenge-spent')
  const challenge = newPasskeyChallenge(customer, response)
  await issueChallenge(deps.database, {
    challenge,
    use: 'approve-passkey',
    subject,
    details: { response: JSON.stringify(response) },
  })
  return success({ challenge })
}

type AdditionRefusal = AssertionRefusal | EnrolRefusal

/** An existing passkey approved: the keystore checks that by itself and pins the new one. `alongside` commits with the copy. */
async function finishAddition(
  deps: FurtherPasskeyDeps,
  mine: Mine & { readonly response: string | null; readonly alongside: (tx: Tx) => Promise<void> },
): Promise<Outcome<undefined, AdditionRefusal>> {
  const { customer, subject } = mine
  const approved = await deps.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'approve-passkey', subject, response: mine.response }),
  )
  if (!approved.ok) return approved
  const response = passkeyAnswers.registration(approved.value.details['response'] ?? null)?.response
  if (approved.value.customer !== customer || response === undefined) return refusal('customers/assertion-invalid')
  const pinned = await deps.keystore.finishEnrolment({ customer, response, approval: approved.value.response })
  if (!pinned.ok) return pinned
  await deps.database.transaction(async (tx) => {
    await insertPasskey(tx, customer, pinned.value)
    await mine.alongside(tx)
  })
  return success(undefined)
}

/** Options for the approval that removes a passkey; another passkey has to give it. */
function beginRemoval(
  deps: FurtherPasskeyDeps,
  mine: Mine & { readonly credentialId: Uint8Array },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return beginAssertion(deps, deps.database, {
    use: 'remove-passkey',
    subject: mine.subject,
    challenge: removalChallenge(mine.customer, mine.credentialId),
    details: { credentialId: Buffer.from(mine.credentialId).toString('base64url') },
  })
}

/**
 * Removes a passkey for good. Another one has to say so, which then is the one that stays: the last passkey cannot go.
 * Changes of one customer's passkeys take turns, so two passkeys cannot remove each other.
 */
async function finishRemoval(
  deps: FurtherPasskeyDeps,
  mine: Mine & {
    readonly response: string | null
    readonly alongside: (tx: Tx, credentialId: Buffer) => Promise<void>
  },
): Promise<Outcome<undefined, AssertionRefusal | 'keystore/passkey-refused' | 'customers/passkey-itself'>> {
  const { customer, subject } = mine
  const approved = await deps.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'remove-passkey', subject, response: mine.response }),
  )
  if (!approved.ok) return approved
  if (approved.value.customer !== customer) return refusal('customers/assertion-invalid')
  const credentialId = Buffer.from(approved.value.details['credentialId'] ?? '', 'base64url')
  return await deps.database.transaction(async (tx) => {
    await lockCustomer(tx, customer)
    const passkeys = await listPasskeys(tx, customer)
    const stays = passkeys.some(
      (passkey) => passkey.effective && passkey.credentialId.equals(approved.value.credentialId),
    )
    if (!stays || credentialId.equals(approved.value.credentialId)) return refusal('customers/passkey-itself')
    if (!passkeys.some((passkey) => passkey.credentialId.equals(credentialId))) return success(undefined)
    // The keystore first, because only its word counts; asked again after a lost answer, it says the same.
    const approval = approved.value.response
    const removed = await deps.keystore.cancelRecovery({ customer, credentialId, approval })
    if (!removed.ok) return removed
    await revokePasskey(tx, credentialId)
    await tx.run(
      `UPDATE customers.recovery SET cancelled_at = clock_timestamp()
       WHERE customer = $1 AND credential_id = $2 AND cancelled_at IS NULL AND completed_at IS NULL`,
      [customer, credentialId],
    )
    await mine.alongside(tx, credentialId)
    return success(undefined)
  })
}

/** A customer's passkeys after the first: listed, added with an existing one's approval, removed by another one. */
export const passkeys = {
  list: listPasskeys,
  publicKey: findPublicKey,
  beginAddition,
  proposeAddition,
  finishAddition,
  beginRemoval,
  finishRemoval,
} as const
