import { termDaysMax, refusal, success, termsCover } from '../kernel/index.ts'
import type { Instant, Outcome, Purpose, Terms } from '../kernel/index.ts'
import type { Clock, Database } from '../platform/index.ts'
import type { Caller } from './callers.ts'
import { bankTokenKey, dataKey } from './derive-keys.ts'
import { effectivePasskeys } from './enrol-passkey.ts'
import type { KeyRing } from './key-ring.ts'
import { loadReleaseFacts } from './release-facts-store.ts'
import type { ReleaseFacts } from './release-facts-store.ts'
import type { TermsVerifier } from './verify-terms.ts'

export type ReleaseDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly clock: Clock
  readonly verifyTerms: TermsVerifier
}

/** What leaves the keystore for a ticket. */
export type Released = {
  readonly data: Buffer
  readonly bankToken: Buffer
  readonly terms: Terms
}

/** Which check said no, for the log. */
export type ReleaseReason =
  'not-live' | 'not-the-callers' | 'no-such-passkey' | 'bad-signature' | 'not-covered' | 'expired' | 'no-such-customer'

/**
 * Releases the keys behind a ticket, if it is live in the database and the customer's own passkey signed terms that say
 * so. The database is asked each time; what it says counts only where the signed document says the same.
 */
export async function releaseKeys(
  deps: ReleaseDeps,
  caller: Caller,
  ticket: bigint,
): Promise<Outcome<Released, ReleaseReason>> {
  const facts = await loadReleaseFacts(deps.database, ticket)
  if (facts === undefined) return refusal('not-live')
  if (!isCallers(deps.database.login, caller, facts)) return refusal('not-the-callers')
  const signed = await findSignedTerms(deps, facts)
  if (!signed.ok) return signed
  const terms = signed.value
  if (!covers(terms, facts)) return refusal('not-covered')
  if (!isCurrent(terms, facts.now, deps.clock.now())) return refusal('expired')
  const bankKey = await deps.ring.bankKey(terms.customer, terms.institution)
  if (bankKey === undefined) return refusal('no-such-customer')
  return success({ data: dataKey(bankKey, facts.data_class), bankToken: bankTokenKey(bankKey), terms })
}

/** The purpose of each caller that may open looks. */
const purposeOf: { readonly [Name in Caller]?: Purpose } = {
  answer: 'answer-customer',
  notify: 'notify-customer',
  fraud: 'fraud-alerts',
  service: 'customer-service',
}

// Logins share a prefix (`parley_` unless the operator chose another), so our own name tells the caller's.
function isCallers(ownLogin: string, caller: Caller, facts: ReleaseFacts): boolean {
  const login = ownLogin.replace(/keystore$/, caller)
  return facts.login === login && facts.purpose === purposeOf[caller]
}

/** The terms behind a ticket, if a passkey of the customer's that counts now signed them. */
export async function findSignedTerms(
  deps: ReleaseDeps,
  facts: ReleaseFacts,
): Promise<Outcome<Terms, 'no-such-passkey' | 'bad-signature'>> {
  const credentialId = facts.credential_id.toString('base64url')
  const passkey = effectivePasskeys(deps, facts.customer).find(({ id }) => id === credentialId)
  if (passkey === undefined) return refusal('no-such-passkey')
  const terms = await deps.verifyTerms(passkey, {
    document: facts.document,
    authenticatorData: facts.authenticator_data,
    clientData: facts.client_data,
    signature: facts.signature,
  })
  return terms === undefined ? refusal('bad-signature') : success(terms)
}

/** Whether the customer signed for this very look: whose data, which bank, where to, which class, to what end. */
export function covers(terms: Terms, facts: ReleaseFacts): boolean {
  return (
    terms.id === facts.terms &&
    terms.customer === facts.customer &&
    terms.institution === facts.institution &&
    terms.channel === facts.channel &&
    terms.conversation === facts.conversation &&
    termsCover(terms, facts.data_class, facts.purpose) &&
    isWellMeant(terms)
  )
}

// Setup terms let Parley list accounts while linking and nothing more; sharing terms name the accounts they share.
function isWellMeant(terms: Terms): boolean {
  if (terms.kind === 'sharing') return terms.channel !== 'link-page' && terms.accounts.length > 0
  const classes = Object.values(terms.purposes).flat()
  return terms.channel === 'link-page' && classes.every((dataClass) => dataClass === 'account-list')
}

/** Terms end by both clocks, and none may reach further than the longest a customer can agree to (and a day of skew). */
function isCurrent(terms: Terms, databaseNow: Instant, ownNow: Instant): boolean {
  const expiresAt = Date.parse(terms.expiresAt)
  const latest = ownNow + (termDaysMax + 1) * 24 * 60 * 60 * 1000
  return expiresAt > databaseNow && expiresAt > ownNow && expiresAt <= latest
}
