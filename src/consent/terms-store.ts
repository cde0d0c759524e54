import { z } from 'zod'
import type { ConversationId, CustomerId, TermsId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { jobTopic } from '../platform/index.ts'
import { columns } from './consent-columns.ts'
import type { EndingReason } from './endings-store.ts'

/** Terms as the customer signed them: the document's bytes, and the assertion whose challenge is its hash. */
export type SignedTerms = {
  /** `termsDocument(terms)`; anything that differs by a byte is refused later, by the keystore. */
  readonly document: string
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Stores signed terms and the grants they spell out. `unconfirmed`: they wait for the code in the chat (SQL
 * `linking.confirm`); otherwise they hold at once and replace earlier ones of the same conversation and bank.
 * SQLSTATE 23514 or 23503: the document asks for what cannot be (a purpose, a class, more than a year).
 */
export async function recordTerms(
  tx: Tx,
  signed: SignedTerms,
  options: { readonly unconfirmed: boolean },
): Promise<TermsId> {
  const row = await tx.one(termsRow, 'SELECT consent.record_terms($1, $2, $3, $4, $5, $6) AS terms', [
    signed.document,
    signed.credentialId,
    signed.authenticatorData,
    signed.clientData,
    signed.signature,
    options.unconfirmed,
  ])
  return row.terms
}

const termsRow = z.object({ terms: columns.termsId })

/** Ends all grants of these terms; gives how many. `replaced` where the sharing goes on under other terms. */
export async function revokeTerms(tx: Tx, terms: TermsId, because: EndingReason): Promise<number> {
  tx.announce(jobTopic)
  return await count(tx, 'SELECT consent.revoke_terms($1, $2) AS count', [terms, because])
}

/** Words in a chat: no more answers in this conversation. Fraud alerts go on: ending them needs the passkey. */
export async function stopAnswers(tx: Tx, conversation: ConversationId): Promise<number> {
  tx.announce(jobTopic)
  return await count(tx, 'SELECT consent.stop_answers($1) AS count', [conversation])
}

/** Words in a chat: answers here become more careful. Never less: that takes new terms, signed. */
export async function lowerDisclosure(
  tx: Tx,
  conversation: ConversationId,
  level: 'sealed' | 'rounded',
): Promise<number> {
  return await count(tx, 'SELECT consent.lower_disclosure($1, $2) AS count', [conversation, level])
}

/** After a recovery: everything of this customer's is sealed again, in every conversation. */
export async function sealCustomer(tx: Tx, customer: CustomerId): Promise<number> {
  return await count(tx, 'SELECT consent.seal_customer($1) AS count', [customer])
}

async function count(tx: Tx, text: string, values: readonly string[]): Promise<number> {
  return (await tx.one(countRow, text, values)).count
}

const countRow = z.object({ count: z.number() })
