import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { CustomerId, InstitutionId, Secret } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** A bank's id of a person, under the gateway's secret: worthless to whoever has only the database. */
function hashSubject(linkSecret: Secret<Uint8Array>, institution: InstitutionId, subject: Secret<string>): Buffer {
  return createHmac('sha256', linkSecret.reveal())
    .update(`parley/bank-subject/v1|${institution}|${subject.reveal()}`)
    .digest()
}

/** Remembers which login at a bank belongs to the customer: what a lost passkey is replaced by. */
async function rememberSubject(
  tx: Tx,
  known: { readonly institution: InstitutionId; readonly subjectHash: Uint8Array; readonly customer: CustomerId },
): Promise<void> {
  await tx.run(
    `INSERT INTO customers.bank_identity (institution, subject_hash, customer) VALUES ($1, $2, $3)
     ON CONFLICT (institution, subject_hash, customer) DO NOTHING`,
    [known.institution, known.subjectHash, known.customer],
  )
}

/** Whether this customer has linked this login at this bank before. */
async function isKnownSubject(
  tx: Tx,
  asked: { readonly institution: InstitutionId; readonly subjectHash: Uint8Array; readonly customer: CustomerId },
): Promise<boolean> {
  const { known } = await tx.one(
    z.object({ known: z.boolean() }),
    `SELECT EXISTS (SELECT FROM customers.bank_identity b
       WHERE b.institution = $1 AND b.subject_hash = $2 AND b.customer = $3) AS known`,
    [asked.institution, asked.subjectHash, asked.customer],
  )
  return known
}

/** Which login at a bank is which customer: {@link hashSubject}, {@link rememberSubject}, {@link isKnownSubject}. */
export const bankIdentities = { hash: hashSubject, remember: rememberSubject, isKnown: isKnownSubject } as const
