import { openPermit } from '../consent/index.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import type { AlertParts } from './alert-parts.ts'

/** Whether the bank says that nobody can pay with this card. A bank that does not answer is no reason not to ask. */
export async function isCardFrozen(
  parts: AlertParts,
  card: {
    readonly customer: CustomerId
    readonly institution: InstitutionId
    readonly conversation: ConversationId
    readonly accountId: string
  },
): Promise<boolean> {
  const { customer, institution, conversation, accountId } = card
  const permit = await openPermit(
    parts,
    { customer, institution, conversation, dataClass: 'card-status' },
    'bank-token',
  )
  if (!permit.ok) return false
  const report = await parts.bank.fetchCards(permit.value)
  if (!report.ok) return false
  const own = report.value.cards.filter((each) => each.accountId === accountId)
  return own.length > 0 && own.every(({ status }) => status !== 'active')
}
