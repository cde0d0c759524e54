import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { dataClasses, isUuid } from '../kernel/index.ts'
import type { CustomerId, DataClass, InstitutionId, Secret } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** A bank's id of a consent, under the gateway's secret: what the database knows of it. */
function hashConsent(linkSecret: Secret<Uint8Array>, institution: InstitutionId, consentId: Secret<string>): Buffer {
  return createHmac('sha256', linkSecret.reveal())
    .update(`parley/bank-consent/v1|${institution}|${consentId.reveal()}`)
    .digest()
}

/** Whose link at which bank. */
export type BankLinkOf = { readonly customer: CustomerId; readonly institution: InstitutionId }

/** What the bank granted: the consent by its hash, and the classes of data it covers, if the bank says which. */
export type GrantedConsent = { readonly hash: Uint8Array; readonly classes: readonly DataClass[] | undefined }

/** Remembers the consent behind a link; the consent of an earlier link is nobody's any more. Login `parley_answer`. */
async function rememberConsent(
  tx: Tx,
  { customer, institution }: BankLinkOf,
  { hash, classes }: GrantedConsent,
): Promise<void> {
  await tx.run(
    `INSERT INTO institutions.bank_consent (customer, institution, consent_hash, classes) VALUES ($1, $2, $3, $4)
     ON CONFLICT (customer, institution) DO UPDATE
       SET consent_hash = excluded.consent_hash, classes = excluded.classes, linked_at = clock_timestamp()`,
    [customer, institution, hash, classes ?? null],
  )
}

const classesRow = z.object({ classes: z.array(z.enum(dataClasses)).nullable() })

/** The classes that the bank's consent behind a link covers; undefined where that is not known. Login `parley_consent`. */
export async function bankConsentClasses(
  tx: Tx,
  { customer, institution }: BankLinkOf,
): Promise<readonly DataClass[] | undefined> {
  const row = await tx.maybe(
    classesRow,
    'SELECT classes FROM institutions.bank_consent WHERE customer = $1 AND institution = $2',
    [customer, institution],
  )
  return row?.classes ?? undefined
}

/** A bank may hang the links of one person's several conversations, and so customers of ours, on one consent; rarely more. */
const customersMax = 100

const customerRow = z.object({
  customer: z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value)),
})

/** Whose links rest on this consent; nobody's, for one that a newer link replaced. Login `parley_consent`. */
async function findCustomers(
  tx: Tx,
  institution: InstitutionId,
  consentHash: Uint8Array,
): Promise<readonly CustomerId[]> {
  const rows = await tx.rows(
    customerRow,
    `SELECT customer FROM institutions.bank_consent WHERE institution = $1 AND consent_hash = $2 LIMIT ${customersMax}`,
    [institution, consentHash],
  )
  return rows.map(({ customer }) => customer)
}

/** Forgets the consent behind a link that is over; one that a newer link rests on stays. Logins `parley_consent`, `parley_revoker`. */
async function forgetConsent(tx: Tx, { customer, institution }: BankLinkOf, consentHash: Uint8Array): Promise<void> {
  await tx.run('DELETE FROM institutions.bank_consent WHERE customer = $1 AND institution = $2 AND consent_hash = $3', [
    customer,
    institution,
    consentHash,
  ])
}

/** Which of a bank's consents stands behind which link. */
export const bankConsents = {
  hash: hashConsent,
  remember: rememberConsent,
  customersOf: findCustomers,
  forget: forgetConsent,
} as const
