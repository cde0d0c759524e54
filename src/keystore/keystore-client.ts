import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type {
  ConversationId,
  CustomerId,
  Disclosure,
  InstitutionId,
  Instant,
  Outcome,
  Secret,
} from '../kernel/index.ts'

/** What a live ticket of validly signed terms unlocks. */
export type ReleasedKeys = {
  /** For data of this customer, bank and class: AES-256. */
  readonly data: Secret<Uint8Array>
  /** For this customer's tokens at this bank: AES-256. */
  readonly bankToken: Secret<Uint8Array>
  /** As the customer signed it; the grant's row may have been lowered since. */
  readonly disclosure: Disclosure
  /** The bank's own ids of the accounts that the customer chose; empty while linking. */
  readonly accounts: readonly string[]
}

/** A passkey as the keystore holds it. Before `effectiveAt` (recovery) it signs nothing. */
export type PinnedPasskey = {
  readonly credentialId: Uint8Array
  /** COSE_Key (RFC 9053). */
  readonly publicKey: Uint8Array
  readonly signCount: number
  readonly transports: readonly string[]
  readonly effectiveAt: Instant
}

export type EnrolRefusal =
  | 'keystore/passkey-refused' // challenge, origin, RP ID, user verification or algorithm are not as they must be
  | 'keystore/approval-needed' // a further passkey without (valid) leave of an existing one
  | 'keystore/passkey-known' // pinned already for somebody else, or removed earlier
  | 'keystore/too-many-passkeys'
  | 'keystore/erased' // this customer's keys were destroyed

export type Enrolment = {
  readonly customer: CustomerId
  readonly response: RegistrationResponseJSON
  /** An existing passkey's assertion over {@link newPasskeyChallenge} of this response. */
  readonly approval?: AuthenticationResponseJSON
  /** Without approval, after a fresh login at a linked bank: counts only after the wait. */
  readonly recovery?: boolean
}

/** The rest of the gateway's view of the keystore process. Faults: `keystore/unavailable` (retry later) and bugs. */
export type KeystoreClient = {
  /** Made on first use; kept here for at most a minute. */
  conversationKey(conversation: ConversationId): Promise<Secret<Uint8Array>>
  /** Under it lie the salts of a customer's audit entries. Fault `keystore/no-such-customer` before enrolment. */
  auditKey(customer: CustomerId): Promise<Secret<Uint8Array>>
  /** Never cached. `not-live`: no such fresh ticket, or its grant ended. `refused`: not signed, not for this caller. */
  release(ticket: bigint): Promise<Outcome<ReleasedKeys, 'keystore/refused' | 'keystore/not-live'>>
  /** The challenge for `navigator.credentials.create`; lives five minutes. */
  beginEnrolment(customer: CustomerId): Promise<{ readonly challenge: Uint8Array }>
  finishEnrolment(enrolment: Enrolment): Promise<Outcome<PinnedPasskey, EnrolRefusal>>
  /** An existing passkey (assertion over {@link removalChallenge}) stops a recovery before or after it counts. */
  cancelRecovery(removal: PasskeyRemoval): Promise<Outcome<undefined, 'keystore/passkey-refused'>>
  /** Destroys every key of the customer; assertion over {@link eraseChallenge}. Safe to call again. */
  eraseCustomer(erasure: Erasure): Promise<Outcome<undefined, 'keystore/passkey-refused'>>
  /** Destroys the customer's key for one bank; assertion over {@link eraseChallenge}. Safe to call again. */
  dropInstitution(
    erasure: Erasure & { readonly institution: InstitutionId },
  ): Promise<Outcome<undefined, 'keystore/passkey-refused'>>
  /** Whether the process answers. */
  isReady(): Promise<boolean>
  close(): void
}

export type PasskeyRemoval = {
  readonly customer: CustomerId
  readonly credentialId: Uint8Array
  readonly approval: AuthenticationResponseJSON
}

export type Erasure = { readonly customer: CustomerId; readonly approval: AuthenticationResponseJSON }
