import { z } from 'zod'
import { parseTerms } from '../kernel/index.ts'
import type {
  CustomerId,
  DataClass,
  Disclosure,
  GrantId,
  InstitutionId,
  Instant,
  Purpose,
  Terms,
  TermsId,
} from '../kernel/index.ts'
import { bytesColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { columns } from './consent-columns.ts'

/** One row of signed terms: a class for a purpose, and whether it holds. */
export type SharedGrant = {
  readonly id: GrantId
  readonly dataClass: DataClass
  readonly purpose: Purpose
  readonly holds: boolean
  readonly endedAt: Instant | undefined
  readonly because: string | undefined
}

/** Terms as their customer sees them: what was signed, and what of it holds now. */
export type SharedTerms = {
  readonly terms: Terms
  readonly document: string
  readonly signedAt: Instant
  /** The most careful level of the grants that hold; as signed when none does. */
  readonly level: Disclosure
  readonly grants: readonly SharedGrant[]
  readonly holds: boolean
  /** The signature, for an export. */
  readonly signature: {
    readonly credentialId: Buffer
    readonly authenticatorData: Buffer
    readonly clientData: Buffer
    readonly signature: Buffer
  }
}

const rowShape = z.object({
  terms: columns.termsId,
  document: z.string(),
  signed_at: instantColumn,
  credential_id: bytesColumn,
  authenticator_data: bytesColumn,
  client_data: bytesColumn,
  signature: bytesColumn,
  grant_id: columns.grantId,
  data_class: columns.dataClass,
  purpose: columns.purpose,
  disclosure: columns.disclosure,
  holds: z.boolean(),
  revoked_at: instantColumn.nullable(),
  revoked_because: z.string().nullable(),
})

/** A customer signs a few terms a year; older ones beyond are not shown (the export pages through them). */
const termsMax = 500

/** A customer's signed terms, newest first: of all kinds, ended ones too. For showing, never for deciding. */
export async function listSharedTerms(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly institution?: InstitutionId; readonly id?: TermsId },
): Promise<readonly SharedTerms[]> {
  const rows = await tx.rows(
    rowShape,
    `SELECT t.id AS terms, t.document, t.signed_at, t.credential_id, t.authenticator_data, t.client_data, t.signature,
       g.id AS grant_id, g.data_class, g.purpose, g.disclosure, consent.holds_now(g) AS holds, g.revoked_at, g.revoked_because
     FROM (SELECT * FROM consent.terms t WHERE t.customer = $1 AND ($2::text IS NULL OR t.institution = $2)
         AND ($3::uuid IS NULL OR t.id = $3) ORDER BY t.signed_at DESC, t.id LIMIT ${termsMax}) t
     JOIN consent.grant_ g ON g.terms = t.id
     ORDER BY t.signed_at DESC, t.id, g.data_class, g.purpose`,
    [of.customer, of.institution ?? null, of.id ?? null],
  )
  const byTerms = new Map<TermsId, z.infer<typeof rowShape>[]>()
  for (const row of rows) byTerms.set(row.terms, [...(byTerms.get(row.terms) ?? []), row])
  return [...byTerms.values()].flatMap(sharedOf)
}

function sharedOf(rows: readonly z.infer<typeof rowShape>[]): readonly SharedTerms[] {
  const [first] = rows
  const terms = first && parseTerms(first.document)
  if (first === undefined || terms === undefined || !terms.ok) return []
  const held = rows.filter((row) => row.holds)
  const careful = (['sealed', 'rounded', 'full'] as const).find((level) => held.some((row) => row.disclosure === level))
  return [
    {
      terms: terms.value,
      document: first.document,
      signedAt: first.signed_at,
      level: careful ?? terms.value.disclosure,
      grants: rows.map((row) => ({
        id: row.grant_id,
        dataClass: row.data_class,
        purpose: row.purpose,
        holds: row.holds,
        endedAt: row.revoked_at ?? undefined,
        because: row.revoked_because ?? undefined,
      })),
      holds: held.length > 0,
      signature: {
        credentialId: first.credential_id,
        authenticatorData: first.authenticator_data,
        clientData: first.client_data,
        signature: first.signature,
      },
    },
  ]
}

/** These terms of this customer's let their channel show less from now on. Never more: that takes new terms, signed. */
export async function lowerTerms(
  tx: Tx,
  lowered: { readonly customer: CustomerId; readonly id: TermsId; readonly level: 'sealed' | 'rounded' },
): Promise<number> {
  const row = await tx.one(z.object({ count: z.number() }), 'SELECT consent.lower_terms($1, $2, $3) AS count', [
    lowered.customer,
    lowered.id,
    lowered.level,
  ])
  return row.count
}
