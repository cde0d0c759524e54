import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { AccountBook } from '../world/book.ts'
import { exactNumber } from './exact-number.ts'
import { requireCluster } from './fdx-call.ts'
import type { FdxCall } from './fdx-call.ts'

/** `GET /reward-programs`: what the shared cards have earned. */
export function listRewards(call: FdxCall): Answer {
  requireCluster(call, 'REWARDS')
  const books = call.consent.accountIds.map((id) => call.world.book(id)).filter((book) => book !== undefined)
  return jsonAnswer(200, { page: { totalElements: books.length }, rewardPrograms: books.flatMap(programOf) })
}

function programOf(book: AccountBook): readonly object[] {
  const { rewards, id } = book.account
  if (rewards === undefined) return []
  const balance = earned(book)
  return [
    {
      programName: rewards.program,
      programId: rewards.kind.toLowerCase(),
      memberships: [
        {
          accountIds: [id],
          businessOrConsumer: 'CONSUMER',
          balances: [{ name: 'Available', type: rewards.kind, balance }],
        },
      ],
    },
  ]
}

/** A point or mile for each whole dollar of booked purchases less refunds, or one per cent of them in money. */
function earned({ account, entries }: AccountBook): number {
  const spent = entries
    .filter(
      ({ status, payee, transactionType }) =>
        status === 'POSTED' && payee !== undefined && transactionType !== 'PAYMENT',
    )
    .reduce((sum, { direction, amountMinor }) => sum + (direction === 'DEBIT' ? amountMinor : -amountMinor), 0n)
  const counted = spent > 0n ? spent / 100n : 0n
  return account.rewards?.kind === 'CASHBACK' ? exactNumber(counted, account.currency) : Number(counted)
}
