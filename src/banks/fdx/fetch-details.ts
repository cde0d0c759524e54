import type { Permit } from '../../consent/index.ts'
import { Secret, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'
import type { BankRefusal } from '../bank.ts'
import type { AccountDetails, AccountNumbers, AskedDetail, Rewards } from '../facts.ts'
import type { BankApi } from './bank-api.ts'
import { readDetails, readNumbers, readRewards } from './read-details.ts'
import { forEachOf } from './several-at-once.ts'
import { listShared } from './shared-accounts.ts'

/** What the bank says of the shared accounts besides balances; numbers and rewards only if they are wanted. */
export async function fetchAccountDetails(
  permit: Permit<'account-list'>,
  api: BankApi,
  asked: readonly AskedDetail[],
): Promise<Outcome<readonly AccountDetails[], BankRefusal>> {
  const shared = await listShared(permit, api, 'details')
  if (!shared.ok) return shared
  const rewards = asked.includes('rewards') ? await fetchRewards(api) : success(new Map<string, Rewards>())
  if (!rewards.ok) return rewards
  return await forEachOf(shared.value.accounts, async (account) => {
    const details = readDetails(account)
    if (!details.ok) return details
    const wantsNumbers = asked.includes('numbers') && details.value.category === 'deposit'
    const numbers = wantsNumbers ? await fetchNumbers(api, account.id) : success(undefined)
    if (!numbers.ok) return numbers
    const own = rewards.value.get(account.id)
    return success({
      ...details.value,
      ...(numbers.value === undefined ? {} : { numbers: new Secret(numbers.value) }),
      ...(own === undefined ? {} : { rewards: new Secret(own) }),
    })
  })
}

async function fetchNumbers(
  api: BankApi,
  accountId: string,
): Promise<Outcome<AccountNumbers | undefined, BankRefusal>> {
  const answer = await api.getOffered(`/accounts/${encodeURIComponent(accountId)}/payment-networks`)
  if (!answer.ok) return answer
  return answer.value === undefined ? success(undefined) : readNumbers(answer.value.body)
}

async function fetchRewards(api: BankApi): Promise<Outcome<ReadonlyMap<string, Rewards>, BankRefusal>> {
  const answer = await api.getOffered('/reward-programs')
  if (!answer.ok) return answer
  return answer.value === undefined ? success(new Map<string, Rewards>()) : readRewards(answer.value.body)
}
