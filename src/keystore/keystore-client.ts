import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type {
  ConversationId,
  CustomerId,
  CutoffId,
  RuleChangeId,
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
  /**
   * Destroys the key of a conversation whose row is gone. `not-live`: there still is such a conversation. Gives until when a copy
   * of the key can exist. Safe to call again.
   */
  forgetConversation(
    conversation: ConversationId,
  ): Promise<Outcome<{ readonly lastCopyAt: Instant }, 'keystore/not-live'>>
  /**
   * A conversation's keys that are gone two minutes after they came to be, the newest first: seal under that one. Never on any disk, never
   * cached here. For the caller `channel` alone.
   */
  dyingKeys(conversation: ConversationId): Promise<readonly DyingKey[]>
  /** Under it lie the salts of a customer's audit entries. Fault `keystore/no-such-customer` before enrolment. */
  auditKey(customer: CustomerId): Promise<Secret<Uint8Array>>
  /** Under it lies the recognition phrase. Never cached. Fault `keystore/no-such-customer` before enrolment. */
  profileKey(customer: CustomerId): Promise<Secret<Uint8Array>>
  /** Never cached. `not-live`: no such fresh ticket, or its grant ended. `refused`: not signed, not for this caller. */
  release(ticket: bigint): Promise<Outcome<ReleasedKeys, 'keystore/refused' | 'keystore/not-live'>>
  /**
   * The key of a bank's tokens, to give them back, on a revoking ticket; no other key. `no-key`: it was destroyed. For the
   * caller `revoke` alone.
   */
  releaseTokenKey(
    ticket: bigint,
  ): Promise<Outcome<Secret<Uint8Array>, 'keystore/refused' | 'keystore/not-live' | 'keystore/no-key'>>
  /** Destroys the customer's key for a bank on a revoking ticket: only while nothing is shared there. Safe to call again. */
  destroyBankKey(ticket: bigint): Promise<Outcome<Destroyed, 'keystore/refused' | 'keystore/not-live'>>
  /** The challenge for `navigator.credentials.create`; lives five minutes. */
  beginEnrolment(customer: CustomerId): Promise<{ readonly challenge: Uint8Array }>
  finishEnrolment(enrolment: Enrolment): Promise<Outcome<PinnedPasskey, EnrolRefusal>>
  /** An existing passkey (assertion over {@link removalChallenge}) stops a recovery before or after it counts. */
  cancelRecovery(removal: PasskeyRemoval): Promise<Outcome<undefined, 'keystore/passkey-refused'>>
  /** Destroys every key of the customer; assertion over {@link eraseChallenge}. Safe to call again. */
  eraseCustomer(erasure: Erasure): Promise<Outcome<Destroyed, 'keystore/passkey-refused'>>
  /** Destroys the customer's key for one bank; assertion over {@link eraseChallenge}. Safe to call again. */
  dropInstitution(
    erasure: Erasure & { readonly institution: InstitutionId },
  ): Promise<Outcome<Destroyed, 'keystore/passkey-refused'>>
  /**
   * Destroys the keys that a begun erasure (a row of `erasure.erasure`) is about: the customer's, for the assertion that
   * stands there, and its conversations'. The keystore reads the row by itself and reports there. Safe to call again.
   */
  carryOutErasure(erasure: string): Promise<Outcome<Destroyed, 'keystore/not-live' | 'keystore/passkey-refused'>>
  /** Seals a record that the law makes us keep, under a key that no caller can have. The same key for the same record. */
  sealHeld(held: HeldPlain): Promise<Uint8Array>
  /**
   * Lifts a cut-off, if two different people of the staff signed that: the keystore reads what they signed and verifies it
   * by itself. For the caller `console` alone.
   */
  liftCutoff(cutoff: CutoffId): Promise<Outcome<{ readonly liftedAt: Instant }, 'keystore/refused'>>
  /**
   * Carries out a change of fraud rules, if as many different people signed it as it takes: the keystore verifies that by itself. For the
   * caller `console` alone.
   */
  changeRules(change: RuleChangeId): Promise<Outcome<undefined, 'keystore/refused'>>
  /** Whether the process answers. */
  isReady(): Promise<boolean>
  close(): void
}

/** A key that will be gone soon, and what names it. */
export type DyingKey = { readonly slot: string; readonly key: Secret<Uint8Array> }

export type PasskeyRemoval = {
  readonly customer: CustomerId
  readonly credentialId: Uint8Array
  readonly approval: AuthenticationResponseJSON
}

/** `lastCopyAt`: until when a copy can exist in an old file or a backup, as the keystore in use is set up. */
export type Destroyed = { readonly lastCopyAt: Instant }

/** A record to be kept until then, and its own random id. */
export type HeldPlain = { readonly record: string; readonly until: Instant; readonly plain: Secret<Uint8Array> }

export type Erasure = { readonly customer: CustomerId; readonly approval: AuthenticationResponseJSON }
