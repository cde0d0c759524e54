import { createHash } from 'node:crypto'
import type { ConversationId, CustomerId, DataClass, InstitutionId, SealedAnswerId, Secret } from '../kernel/index.ts'
import { seal } from '../platform/index.ts'
import type { Random, Tx } from '../platform/index.ts'

/** How long a sealed answer and its link live. */
export const answerLinkSeconds = 600

/** A link to sealed answers, as the chat carries it; the token in it is nowhere else. */
export type AnswerLink = { readonly id: string; readonly url: string }

export type NewAnswerLink = {
  readonly customer: CustomerId
  readonly conversation: ConversationId
  /** What {@link storeAnswer} gave, one for each bank; all in this same transaction. */
  readonly answers: readonly {
    readonly id: SealedAnswerId
    readonly institution: InstitutionId
    /** What it was made from, the class of the permit that it was stored under first; balances if left out. */
    readonly classes?: readonly DataClass[]
  }[]
  /** What the person asked, masked: sealed again here, so that "Ask again" on the page can repeat it. */
  readonly question: Secret<string>
  /** The conversation's key, from the keystore. */
  readonly conversationKey: Secret<Uint8Array>
}

/**
 * Makes the single-use link to sealed answers in the caller's transaction (login `parley_answer`). It works once, for
 * ten minutes, for the customer's passkey only. `publicUrl` is the gateway's origin.
 */
export async function makeAnswerLink(
  deps: { readonly random: Random; readonly publicUrl: string },
  tx: Tx,
  link: NewAnswerLink,
): Promise<AnswerLink> {
  const id = deps.random.uuid()
  const token = Buffer.from(deps.random.bytes(32)).toString('base64url')
  const question = seal(
    link.conversationKey.reveal(),
    Buffer.from(link.question.reveal(), 'utf8'),
    questionContext(link.conversation, id),
  )
  await tx.run(
    `INSERT INTO answers.link (id, token_hash, customer, conversation, answers, institutions, data_classes, question_sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5::uuid[], $6, $7::text[], $8, clock_timestamp() + make_interval(secs => $9))`,
    [
      id,
      hashToken(token),
      link.customer,
      link.conversation,
      link.answers.map((answer) => answer.id),
      link.answers.map((answer) => answer.institution),
      link.answers.map(({ classes = [] }) => (classes.length === 0 ? 'balance' : classes.join('+'))),
      question,
      answerLinkSeconds,
    ],
  )
  return { id, url: `${deps.publicUrl}/a/${token}` }
}

/** What is stored of a token. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** What a sealed question is bound to. */
export function questionContext(conversation: ConversationId, link: string): string {
  return `answers.link.question|${conversation}|${link}`
}
