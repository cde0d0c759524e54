import { createHash } from 'node:crypto'
import type { ConversationId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'

/** 'link': link a bank; 'change': change what is shared, or end it; 'recover': a lost passkey. */
export type LinkPurpose = 'link' | 'change' | 'recover'

/** How long an offered link can be opened. */
export const linkOfferSeconds = 1_800

/**
 * Offers a single-use link in the caller's transaction (login `parley_answer`, or `parley_consent` for a notice) and gives its URL. Opening it takes a
 * person's click on the page; a crawler's visit changes nothing. `publicUrl` is the gateway's origin.
 */
export async function offerLink(
  deps: { readonly random: Random; readonly publicUrl: string },
  tx: Tx,
  offer: {
    readonly conversation: ConversationId
    readonly purpose: LinkPurpose
    /** Unless given, {@link linkOfferSeconds}. */
    readonly seconds?: number
  },
): Promise<string> {
  const token = Buffer.from(deps.random.bytes(32)).toString('base64url')
  await tx.run(
    `INSERT INTO linking.link (id, token_hash, purpose, conversation, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))`,
    [deps.random.uuid(), hashLinkToken(token), offer.purpose, offer.conversation, offer.seconds ?? linkOfferSeconds],
  )
  return `${deps.publicUrl}/link/${token}`
}

/** What is stored of a link's token. */
export function hashLinkToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}
