import { z } from 'zod'
import { parseTerms } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Terms, TermsId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** Terms that hold now in a conversation, as they were signed, and the level that the row has now. */
export type CurrentTerms = { readonly terms: Terms; readonly document: string; readonly level: Terms['disclosure'] }

const rowShape = z.object({ document: z.string(), level: z.enum(['sealed', 'rounded', 'full']) })

/** What this customer shares in this conversation; one entry for each bank. */
export async function listCurrentTerms(
  tx: Tx,
  of: { readonly conversation: ConversationId; readonly customer: CustomerId },
): Promise<readonly CurrentTerms[]> {
  const rows = await tx.rows(
    rowShape,
    `SELECT t.document, max(g.disclosure) AS level FROM consent.terms t
     JOIN consent.grant_ g ON g.terms = t.id  -- 'sealed' sorts after 'rounded' after 'full': the most careful
     WHERE g.conversation = $1 AND g.customer = $2 AND consent.holds_now(g)
     GROUP BY t.id, t.document, t.signed_at ORDER BY t.signed_at DESC LIMIT 50`,
    [of.conversation, of.customer],
  )
  return rows.flatMap((row) => {
    const terms = parseTerms(row.document)
    return terms.ok ? [{ terms: terms.value, document: row.document, level: row.level }] : []
  })
}

/** One of them. */
export async function findCurrentTerms(
  tx: Tx,
  of: { readonly conversation: ConversationId; readonly customer: CustomerId; readonly id: TermsId },
): Promise<CurrentTerms | undefined> {
  return (await listCurrentTerms(tx, of)).find((current) => current.terms.id === of.id)
}
