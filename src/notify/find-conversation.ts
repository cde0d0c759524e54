import { conversations } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { listGrants } from '../consent/index.ts'
import type { DataClass } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Watched } from './watch-store.ts'

/** Where the customer is told, and which kinds of data may be looked at for it. */
export type Place = { readonly conversation: Conversation; readonly classes: readonly DataClass[] }

/**
 * The conversation that a bank's news go to: of those with leave for notices the one written in last, so that one fact is one message.
 * Undefined: there is none at this moment. What holds is asked again by the gate, for each look.
 */
export async function findConversation(tx: Tx, { customer, institution }: Watched): Promise<Place | undefined> {
  const grants = (await listGrants(tx, { customer })).filter(
    (grant) => grant.holds && grant.purpose === 'notify-customer' && grant.institution === institution,
  )
  const ids = [...new Set(grants.flatMap(({ conversation }) => (conversation === null ? [] : [conversation])))]
  const found = (await Promise.all(ids.map((id) => conversations.load(tx, id)))).filter((each) => each !== undefined)
  // A conversation that meanwhile became somebody else's, or nobody's, is told nothing.
  const [conversation] = found
    .filter((each) => each.customer === customer)
    .sort((a, b) => (b.lastInboundAt ?? 0) - (a.lastInboundAt ?? 0))
  if (conversation === undefined) return undefined
  const own = grants.filter((grant) => grant.conversation === conversation.id)
  return { conversation, classes: [...new Set(own.map(({ dataClass }) => dataClass))] }
}
