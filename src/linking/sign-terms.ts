import { createHash } from 'node:crypto'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { signedTerms } from '../consent/index.ts'
import { beginAssertion, finishAssertion, sessions } from '../customers/index.ts'
import type { AssertionRefusal } from '../customers/index.ts'
import { fieldsOf } from '../pages/index.ts'
import { parseTerms, refusal, success, termsChallenge } from '../kernel/index.ts'
import type { InstitutionId, Instant, Outcome, Terms, TermsId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Call, LinkPagesDeps, LinkTools, Visit } from './link-route.ts'

/** What is bound to a signature's challenge: this visit. A session may turn over between two signatures of it. */
function subjectOf(visit: Visit): string {
  return `terms|${visit.link.id}`
}

/** Options for signing these terms: the challenge is the document's hash, so the signature is over the document. */
export function beginSigning(
  deps: LinkPagesDeps,
  tx: Tx,
  visit: Visit,
  document: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = termsChallenge(document, (bytes) => createHash('sha256').update(bytes).digest())
  return beginAssertion(deps, tx, { use: 'sign-terms', subject: subjectOf(visit), challenge, details: { document } })
}

type Signing = {
  readonly kind: Terms['kind']
  readonly institution: InstitutionId
  /** Whether the terms wait for the code in the chat. */
  readonly unconfirmed: boolean
  /** The document that must have been signed, where the page showed one. */
  readonly document?: string
  /** What commits together with the terms; false undoes all of it. */
  readonly alongside: (tx: Tx, signed: { terms: TermsId; sessionHash: Buffer }) => Promise<boolean>
}

class Undone extends Error {}

/**
 * Verifies the signature and stores terms, grants and the visit's next step in one transaction, with a new session id. The
 * terms come from the challenge's row and are parsed again: customer, bank and kind must be this visit's.
 */
export async function finishSigning(
  tools: LinkTools,
  call: Call,
  signing: Signing,
): Promise<Outcome<{ readonly terms: TermsId }, AssertionRefusal>> {
  const { visit, request, reply } = call
  const { deps } = tools
  const response = fieldsOf(request.body).get('response')
  const signed = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'sign-terms', subject: subjectOf(visit), response }),
  )
  if (!signed.ok) return signed
  const { details, customer, response: _whole, ...assertion } = signed.value
  const document = details['document'] ?? ''
  const terms = parseTerms(document)
  const isMeant =
    terms.ok &&
    terms.value.customer === customer &&
    customer === visit.link.customer &&
    terms.value.kind === signing.kind &&
    terms.value.institution === signing.institution &&
    (signing.document === undefined || signing.document === document)
  if (!isMeant) return refusal('customers/assertion-invalid')
  try {
    const session = await deps.consent.database.transaction(async (tx) => {
      const fresh = await sessions.rotate(deps, tx, visit.session, { customer })
      await signedTerms.record(tx, { ...assertion, document }, { unconfirmed: signing.unconfirmed })
      if (!(await signing.alongside(tx, { terms: terms.value.id, sessionHash: fresh.hash }))) throw new Undone()
      return fresh
    })
    sessions.setCookie(reply, 'link', session.value)
    return success({ terms: terms.value.id })
  } catch (thrown) {
    // Another tab was quicker: its signature stands, this one is not stored.
    if (thrown instanceof Undone) return refusal('customers/challenge-spent')
    throw thrown
  }
}

/** The database's time, which decides when terms end. */
export async function databaseNow(tx: Tx): Promise<Instant> {
  return (await tx.one(z.object({ now: instantColumn }), 'SELECT clock_timestamp() AS now')).now
}
