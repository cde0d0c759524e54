import type { DataClass, InstitutionId, Instant, Outcome, Secret } from '../kernel/index.ts'
import type { Permit, RevokingPermit } from '../consent/index.ts'

/**
 * Why a link or a fresh login did not come about. Nothing has been stored then, and the same callback never works later.
 * - `unknown-institution`: no such bank here
 * - `unreachable`, `unreadable`: the bank is down, or answers what the standard does not allow
 * - `access-denied`: the customer or the bank said no
 * - `login-expired`: it took too long; start again
 * - `callback-state`, `callback-issuer`, `callback-malformed`: this callback does not belong to this login (tampering,
 *   mix-up, a missing or wrong `iss`)
 * - `code-refused`: the bank does not take the code (replayed, expired, another's)
 * - `identity-unproven`: the ID token is not for this login (nonce, audience, signature, age)
 * - `bank-refused`: the bank refuses for another reason (its error code is logged)
 * - `link-stopped`: the customer's setup grant ended meanwhile
 */
export type LinkRefusal =
  | 'banks/unknown-institution'
  | 'banks/unreachable'
  | 'banks/unreadable'
  | 'banks/access-denied'
  | 'banks/login-expired'
  | 'banks/callback-state'
  | 'banks/callback-issuer'
  | 'banks/callback-malformed'
  | 'banks/code-refused'
  | 'banks/identity-unproven'
  | 'banks/bank-refused'
  | 'banks/link-stopped'

/** Where the browser goes, and what must come back with the callback: sealed, bound to this browser's session, used once. */
export type Departure = {
  readonly url: string
  /** JSON of at most a few kilobytes: state, nonce, PKCE verifier and DPoP key. */
  readonly carry: Secret<string>
  /** The `state` in the URL: the callback brings it, so its hash finds the session's row. */
  readonly state: Secret<string>
}

/**
 * What became of a link's tokens.
 * - `revoked`: the bank took them back
 * - `unknown`: nothing was left to take: the consent had ended at the bank, or the tokens were dead by themselves
 * - `unreachable`: try again later
 * - `untold`: this bank cannot be told: it has no call for it, the tokens are another issuer's or unreadable, or it is no bank
 *   of ours any more
 * - `nothing`: none are stored
 */
export type BankRevocation = {
  readonly outcome: 'revoked' | 'unknown' | 'unreachable' | 'untold' | 'nothing'
  readonly version: number | undefined
}

/** Linking a customer's bank over FAPI 2.0, and fresh logins for recovery. */
export type BankLinks = {
  /**
   * Pushes the authorization request (RFC 9126) and says where to send the browser, by a link. `days` is how long the
   * consent at the bank lasts, `dataClasses` what it covers (by default the account list and balances).
   */
  start(link: {
    readonly institution: InstitutionId
    readonly redirectUri: string
    readonly days: number
    readonly linkId: string
    readonly dataClasses?: readonly DataClass[]
  }): Promise<Outcome<Departure, LinkRefusal>>
  /**
   * Checks the callback, redeems the code and stores the tokens under the permit. `subject` is the bank's id of the
   * person; `consentId` the bank's id of the consent, where it gives one.
   */
  finish(callback: {
    readonly institution: InstitutionId
    readonly carry: Secret<string>
    readonly currentUrl: URL
    readonly permit: Permit<'account-list'>
  }): Promise<Outcome<{ subject: Secret<string>; consentId: Secret<string> | undefined }, LinkRefusal>>
  /** A login at the bank that must happen now (`prompt=login`, `max_age=0`), asking for no data. The nonce binds it to the caller's request. */
  startFreshLogin(login: {
    readonly institution: InstitutionId
    readonly redirectUri: string
    /** At least 128 bits, base64url; the bank signs it into the ID token. */
    readonly nonce: string
  }): Promise<Outcome<Departure, LinkRefusal>>
  /** Who logged in, after checking that they did so since the start. No token is kept. */
  finishFreshLogin(callback: {
    readonly institution: InstitutionId
    readonly carry: Secret<string>
    readonly currentUrl: URL
    readonly nonce: string
  }): Promise<Outcome<{ subject: Secret<string>; loggedInAt: Instant }, LinkRefusal>>
  /**
   * Gives the tokens of a link that is over back to the bank (RFC 7009), and ends the consent there where it has a call for
   * that (FDX). The stored record stays; `version` says which one was read. Safe to repeat.
   */
  revoke(permit: RevokingPermit): Promise<BankRevocation>
}
