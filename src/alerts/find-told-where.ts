import { conversations } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { listGrants } from '../consent/index.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/**
 * The conversation in which a customer is asked about a bank's cards: of those with leave for fraud alerts the one written in last, so
 * that one question is one message. Undefined: none at this moment. What holds is asked again by the gate.
 */
export async function findToldWhere(
  tx: Tx,
  { customer, institution }: { readonly customer: CustomerId; readonly institution: InstitutionId },
): Promise<Conversation | undefined> {
  const grants = await listGrants(tx, { customer })
  const own = grants.filter(
    (grant) =>
      grant.holds &&
      grant.purpose === 'fraud-alerts' &&
      grant.dataClass === 'card-events' &&
      grant.institution === institution,
  )
  const ids = [...new Set(own.flatMap(({ conversation }) => (conversation === null ? [] : [conversation])))]
  const found = (await Promise.all(ids.map((id) => conversations.load(tx, id)))).filter((each) => each !== undefined)
  const [last] = found
    .filter((each) => each.customer === customer)
    .sort((a, b) => (b.lastInboundAt ?? 0) - (a.lastInboundAt ?? 0))
  return last
}
