export type { RelyingParty } from './relying-party.ts'
export {
  type AssertionRefusal,
  type SignedAssertion,
  assertionOptions,
  beginAssertion,
  finishAssertion,
} from './assertions.ts'
export { type EnrolmentDeps, type EnrolmentRefusal, beginEnrolment, finishEnrolment } from './enrolment.ts'
export { type BrowserSession, type SessionKind, type SignInFacts, sessions } from './sessions.ts'
export type { ListedSession } from './session-list-store.ts'
export type { ListedPasskey } from './passkey-list-store.ts'
export { type FurtherPasskeyDeps, passkeys } from './further-passkeys.ts'
export { bankIdentities } from './bank-identities-store.ts'
export { type Recovery, recoveries } from './recovery.ts'
export { sweepChallenges } from './challenges.ts'
export { customersCodes } from './codes.ts'
export { uuidColumn } from './uuid-column.ts'
