export type { RelyingParty } from './relying-party.ts'
export { type ChallengeUse, issueChallenge, takeChallenge } from './challenges.ts'
export {
  type AssertionRefusal,
  type SignedAssertion,
  assertionOptions,
  beginAssertion,
  finishAssertion,
} from './assertions.ts'
export { type EnrolmentDeps, type EnrolmentRefusal, beginEnrolment, finishEnrolment } from './enrolment.ts'
export { assertionJson, registrationJson } from './webauthn-json.ts'
export {
  type BrowserSession,
  type SessionKind,
  endSession,
  findSession,
  rotateSession,
  sessionCookie,
  startSession,
} from './sessions.ts'
export { hashSubject, isKnownSubject, listKnownInstitutions, rememberSubject } from './bank-identities-store.ts'
export { type Recovery, cancelRecovery, completeRecovery, findRecovery, startRecovery } from './recovery.ts'
export { customersCodes } from './codes.ts'
export { type Html, html } from './pages/html.ts'
export { type WordBook, type Words, loadWords } from './pages/words.ts'
export { type WebAssets, addAssets, loadAssets } from './pages/assets.ts'
export { type FormFields, fieldsOf } from './pages/form-fields.ts'
export { readSessionCookie, setSessionCookie } from './pages/cookies.ts'
export { isInAppBrowser, isNavigation } from './pages/request-guards.ts'
export { handOff, passkeyForm } from './pages/passkey-form.ts'
export { sendOnward } from './pages/page.ts'
export { type PageScopeDeps, type PageTools, addPageScope, showHandOff, showTrouble } from './pages/page-scope.ts'
export { readJsonField } from './webauthn-json.ts'
export { sweepChallenges } from './challenges.ts'
export { sweepSessions } from './sessions.ts'
