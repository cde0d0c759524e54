import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, SealedAnswerId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { uuidColumn } from '../customers/index.ts'

/** A link to sealed answers as its row says now; whether it is used or over is the database's word. */
export type AnswerLinkRow = {
  readonly id: string
  readonly customer: CustomerId
  readonly conversation: ConversationId
  readonly answers: readonly { readonly id: SealedAnswerId; readonly institution: InstitutionId }[]
  readonly state: 'live' | 'used' | 'expired'
}

const linkShape = z
  .object({
    id: z.uuid(),
    customer: uuidColumn<CustomerId>(),
    conversation: uuidColumn<ConversationId>(),
    answers: z.array(uuidColumn<SealedAnswerId>()),
    institutions: z.array(z.string().refine(isInstitutionId)),
    state: z.enum(['live', 'used', 'expired']),
  })
  .transform(({ answers, institutions, ...row }): AnswerLinkRow => ({
    ...row,
    answers: answers.flatMap((id, place) => {
      const institution = institutions[place]
      return institution === undefined ? [] : [{ id, institution }]
    }),
  }))

/** The link behind a token's hash; undefined when there is none. */
export function findAnswerLink(tx: Tx, tokenHash: Uint8Array): Promise<AnswerLinkRow | undefined> {
  return tx.maybe(
    linkShape,
    `SELECT l.id, l.customer, l.conversation, l.answers, l.institutions,
       CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= clock_timestamp() THEN 'expired'
         ELSE 'live' END AS state
     FROM answers.link l WHERE l.token_hash = $1`,
    [tokenHash],
  )
}

/** Uses the link up: true for one caller only, however many come at once (threat row 7). */
export async function useAnswerLink(tx: Tx, id: string): Promise<boolean> {
  const used = await tx.run(
    `UPDATE answers.link SET used_at = clock_timestamp()
     WHERE id = $1 AND used_at IS NULL AND expires_at > clock_timestamp()`,
    [id],
  )
  return used === 1
}

/** How long a used or expired link still offers to ask again. */
const keptSeconds = 86_400

/** Forgets links that ran out a day ago, with the questions in them; gives how many. For a sweeper. */
export function sweepAnswerLinks(tx: Tx): Promise<number> {
  return tx.run(`DELETE FROM answers.link WHERE expires_at < clock_timestamp() - make_interval(secs => $1)`, [
    keptSeconds,
  ])
}
