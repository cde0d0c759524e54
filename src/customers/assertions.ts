import { generateAuthenticationOptions, verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { isWrittenOneWay, refusal, success } from '../kernel/index.ts'
import type { CustomerId, Outcome } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { challengeBytes, challengeSeconds, issueChallenge, peekChallenge, takeChallenge } from './challenges.ts'
import type { ChallengeUse } from './challenges.ts'
import { lockPasskey, raiseSignCount } from './passkeys-store.ts'
import type { StoredPasskey } from './passkeys-store.ts'
import type { RelyingParty } from './relying-party.ts'
import { passkeyAnswers } from '../pages/index.ts'

/** A passkey's verified signature: who it was, what was bound to the challenge, and the parts that are stored. */
export type SignedAssertion = {
  readonly customer: CustomerId
  readonly details: Readonly<Record<string, string>>
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
  /** The whole answer, for the keystore to check by itself. */
  readonly response: AuthenticationResponseJSON
}

export type AssertionRefusal =
  | 'customers/challenge-spent'
  | 'customers/passkey-unknown'
  | 'customers/passkey-waiting'
  | 'customers/assertion-invalid'

type Wanted = {
  readonly use: ChallengeUse
  readonly subject: string
  /** The exact bytes to sign, 32 of them; random unless given (terms are signed by signing their hash). */
  readonly challenge?: Uint8Array
  readonly details?: Readonly<Record<string, string>>
  /** How long the person may read before signing; five minutes unless given. */
  readonly seconds?: number
}

/**
 * Writes a challenge down and gives the options for `navigator.credentials.get`. No credentials are named: the person
 * picks the passkey, so the options say nothing about who is expected.
 */
export async function beginAssertion(
  deps: { readonly random: Random; readonly party: RelyingParty },
  tx: Tx,
  wanted: Wanted,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { use, subject, details = {}, seconds } = wanted
  const challenge = wanted.challenge ?? deps.random.bytes(challengeBytes)
  await issueChallenge(tx, { challenge, use, subject, details, ...(seconds === undefined ? {} : { seconds }) })
  return optionsFor(deps.party, challenge)
}

/** The options for a challenge that was written down while its page was shown; undefined when it can be taken no more. */
async function resumeAssertion(
  deps: { readonly party: RelyingParty },
  tx: Tx,
  asked: { readonly use: ChallengeUse; readonly subject: string; readonly challenge: Uint8Array },
): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
  return (await peekChallenge(tx, asked)) === undefined ? undefined : optionsFor(deps.party, asked.challenge)
}

/** The same options with nothing behind them: for a token that leads nowhere. */
function decoyAssertion(deps: {
  readonly random: Random
  readonly party: RelyingParty
}): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return optionsFor(deps.party, deps.random.bytes(challengeBytes))
}

function optionsFor(party: RelyingParty, challenge: Uint8Array): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(challenge),
    userVerification: 'required',
    timeout: challengeSeconds * 1000,
  })
}

/**
 * Checks the authenticator's answer. The challenge is spent whatever comes of it, so the caller must not roll back on a
 * refusal. A recovered passkey is refused until its wait is over.
 */
export async function finishAssertion(
  deps: { readonly party: RelyingParty },
  tx: Tx,
  answered: {
    readonly use: ChallengeUse
    readonly subject: string
    /** What the form carried: the authenticator's answer as JSON. */
    readonly response: string | null
  },
): Promise<Outcome<SignedAssertion, AssertionRefusal>> {
  const answer = passkeyAnswers.assertion(answered.response)
  if (answer === undefined) return refusal('customers/assertion-invalid')
  const { response, challenge } = answer
  const details = await takeChallenge(tx, { challenge, use: answered.use, subject: answered.subject })
  if (details === undefined) return refusal('customers/challenge-spent')
  const credentialId = Buffer.from(response.id, 'base64url')
  const passkey = await lockPasskey(tx, credentialId)
  if (passkey === undefined) return refusal('customers/passkey-unknown')
  if (!passkey.effective) return refusal('customers/passkey-waiting')
  const signCount = await verifiedSignCount(deps.party, response, challenge, passkey)
  if (signCount === undefined || !isOwnHandle(response, passkey.customer)) {
    return refusal('customers/assertion-invalid')
  }
  await raiseSignCount(tx, credentialId, signCount)
  const { authenticatorData, clientDataJSON, signature } = response.response
  return success({
    customer: passkey.customer,
    details,
    credentialId,
    authenticatorData: Buffer.from(authenticatorData, 'base64url'),
    clientData: Buffer.from(clientDataJSON, 'base64url'),
    signature: Buffer.from(signature, 'base64url'),
    response,
  })
}

async function verifiedSignCount(
  party: RelyingParty,
  response: AuthenticationResponseJSON,
  challenge: Uint8Array,
  passkey: StoredPasskey,
): Promise<number | undefined> {
  if (!isWrittenOneWay(passkey.publicKey, Buffer.from(response.response.signature, 'base64url'))) return undefined
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: Buffer.from(challenge).toString('base64url'),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.signCount,
        transports: [...passkey.transports],
      },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined // the library throws for each reason not to believe the answer; all of them are one refusal here
  }
}

// A discoverable passkey carries the customer's id that it was made for.
function isOwnHandle(response: AuthenticationResponseJSON, customer: CustomerId): boolean {
  const handle = response.response.userHandle
  return handle === undefined || Buffer.from(handle, 'base64url').equals(handleOf(customer))
}

/** The user handle of a customer's passkeys: the sixteen bytes of the id. */
export function handleOf(customer: CustomerId): Buffer {
  return Buffer.from(customer.replaceAll('-', ''), 'hex')
}

/** Options without a new challenge of their own: for one that was written down before, and for nothing at all. */
export const assertionOptions = { resume: resumeAssertion, decoy: decoyAssertion } as const
