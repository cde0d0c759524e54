import type { ConversationId, CustomerId, InstitutionId, Secret } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { hashToken, questionContext } from './make-answer-link.ts'
import type { AnswerLink } from './make-answer-link.ts'

/** A notice comes unasked, so its link waits longer than an answer's; nothing is kept behind it. */
export const noticeLinkSeconds = 3 * 86_400

/**
 * Makes the single-use link of a notice in the caller's transaction (login `parley_notify`). It holds no answer and does not say what
 * the notice is about: whoever opens it with the customer's passkey has the bank looked at there and then.
 */
export async function makeNoticeLink(
  deps: { readonly random: Random; readonly publicUrl: string },
  tx: Tx,
  link: {
    readonly customer: CustomerId
    readonly conversation: ConversationId
    readonly institution: InstitutionId
    readonly conversationKey: Secret<Uint8Array>
  },
): Promise<AnswerLink> {
  const id = deps.random.uuid()
  const token = Buffer.from(deps.random.bytes(32)).toString('base64url')
  // Nobody asked anything, so there is nothing to ask again.
  const question = seal(link.conversationKey.reveal(), Buffer.alloc(0), questionContext(link.conversation, id))
  await tx.run(
    `INSERT INTO answers.link (id, token_hash, customer, conversation, answers, institutions, question_sealed, expires_at, of_notice)
     VALUES ($1, $2, $3, $4, '{}', $5::text[], $6, clock_timestamp() + make_interval(secs => $7), true)`,
    [id, hashToken(token), link.customer, link.conversation, [link.institution], question, noticeLinkSeconds],
  )
  return { id, url: `${deps.publicUrl}/a/${token}` }
}
