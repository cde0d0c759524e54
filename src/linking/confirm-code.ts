import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Secret, ConversationId, TermsId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { addLinkedNotice } from './linked-notice.ts'

/** What became of a code: the link is confirmed, the code is wrong, too many were wrong, or no link waits for one. */
export type CodeOutcome = 'confirmed' | 'wrong' | 'void' | 'none'

/** How many digits the code has that a page shows and the chat is told. */
export const linkCodeDigits = 6

/** Whether a message could be a link's code: six digits, blanks and hyphens between them allowed. */
export function looksLikeLinkCode(text: string): boolean {
  return /^\s*(?:\d[\s-]?){5}\d\s*$/.test(text)
}

/**
 * The other half of linking, in the chat's transaction (login `parley_answer`): the code that the page showed ties the
 * conversation to the person who signed there (threat row 4). Three wrong codes end the link.
 */
export async function confirmCode(
  deps: { readonly linkSecret: Secret<Uint8Array> },
  tx: Tx,
  typed: { readonly conversation: ConversationId; readonly code: string },
): Promise<CodeOutcome> {
  const waiting = await tx.maybe(z.object({ id: z.uuid() }), 'SELECT w.id FROM linking.waiting($1) w', [
    typed.conversation,
  ])
  if (waiting === undefined) return 'none'
  const { outcome } = await tx.one(
    z.object({ outcome: z.enum(['confirmed', 'wrong', 'void', 'none']) }),
    'SELECT linking.confirm($1, $2, $3) AS outcome',
    [typed.conversation, waiting.id, hashLinkCode(deps.linkSecret, waiting.id, typed.code.replace(/\D/g, ''))],
  )
  if (outcome === 'confirmed') await addLinkedNotice(tx, typed.conversation)
  return outcome
}

/** What is stored of a code: useless without the gateway's secret, though there are only a million codes. */
export function hashLinkCode(linkSecret: Secret<Uint8Array>, link: string, code: string): Buffer {
  return createHmac('sha256', linkSecret.reveal()).update(`parley/link-code/v1|${link}|${code}`).digest()
}

/**
 * The code for a link and the terms signed there. It follows from the secret, so the page can show it again and nothing
 * keeps it; each signature makes another.
 */
export function linkCodeFor(linkSecret: Secret<Uint8Array>, link: string, terms: TermsId): string {
  const bytes = createHmac('sha256', linkSecret.reveal()).update(`parley/link-code-of/v1|${link}|${terms}`).digest()
  return (bytes.readBigUInt64BE() % 1_000_000n).toString().padStart(linkCodeDigits, '0')
}
