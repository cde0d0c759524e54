import type { Account, BankRefusal } from '../banks/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { LinkTools, Visit } from './link-route.ts'

/**
 * The accounts behind the link, for their owner's eyes: from memory, or asked of the bank once more under the setup grant,
 * each time with its audit entries.
 */
export async function listAccounts(
  tools: LinkTools,
  visit: Visit,
): Promise<Outcome<readonly Account[], BankRefusal | 'banks/link-stopped'>> {
  const held = tools.names.get(visit.link.id)
  if (held !== undefined) return success(held)
  const { deps } = tools
  const { customer, institution, id } = visit.link
  if (customer === undefined || institution === undefined) return refusal('banks/link-stopped')
  const permit = await openPermit(
    { ...deps.answer, random: deps.random },
    { customer, institution, conversation: null, dataClass: 'account-list' },
    'bank-token',
  )
  if (!permit.ok) return refusal('banks/link-stopped')
  const listed = await deps.banks.bank.fetchAccounts(permit.value)
  const level = listed.ok ? 'full' : 'nothing'
  const recorded = await recordDisclosure(deps, deps.answer.database, permit.value, { level, place: 'link-page' })
  if (!recorded.ok) return refusal('banks/link-stopped')
  if (listed.ok) tools.names.put(id, listed.value)
  return listed
}
