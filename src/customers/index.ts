export type { RelyingParty } from './relying-party.ts'
export {
  type AssertionRefusal,
  type SignedAssertion,
  beginAssertion,
  decoyAssertion,
  finishAssertion,
} from './assertions.ts'
export { type EnrolmentDeps, type EnrolmentRefusal, beginEnrolment, finishEnrolment } from './enrolment.ts'
export { type BrowserSession, type SessionKind, sessions, sweepSessions } from './sessions.ts'
export { bankIdentities } from './bank-identities-store.ts'
export { type Recovery, recoveries } from './recovery.ts'
export { sweepChallenges } from './challenges.ts'
export { customersCodes } from './codes.ts'
export { uuidColumn } from './uuid-column.ts'
