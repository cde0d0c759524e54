import { z } from 'zod'
import type { AnswerQuestion } from '../answers/index.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

// Broad enough that a kind says little about anybody; docs/statistics.md publishes them.
const kinds: { readonly [Question in AnswerQuestion]: string } = {
  balance: 'balances',
  credit_limit: 'balances',
  can_afford: 'balances',
  recent_transactions: 'payments',
  find_transactions: 'payments',
  pending_payments: 'payments',
  refund_status: 'payments',
  transfer_problem: 'payments',
  spending: 'spending',
  income: 'spending',
  card_use_places: 'places',
  bill_amount: 'bills',
  bill_due_date: 'bills',
  bill_minimum: 'bills',
  decline_reason: 'cards',
  card_status: 'cards',
  cash_withdrawal_problem: 'cards',
  recurring_payments: 'regular-payments',
  standing_orders: 'regular-payments',
  interest_rate: 'account-facts',
  rewards_balance: 'account-facts',
  account_numbers: 'account-facts',
  fee_explained: 'other',
  exchange_rate: 'other',
}

/** An answer that goes out in the transaction that notes it. */
export type NotedAnswer = {
  readonly customer: CustomerId | undefined
  readonly conversation: ConversationId
  readonly institutions: readonly InstitutionId[]
  readonly question: AnswerQuestion
}

/**
 * Notes that somebody asked about this kind of thing this week, where they let themselves be counted; for everybody else the database
 * writes nothing. Login `parley_answer`. Gives how many rows were written.
 */
export async function noteAnswer(
  tx: Tx,
  { customer, conversation, institutions, question }: NotedAnswer,
): Promise<number> {
  if (customer === undefined) return 0
  let noted = 0
  for (const institution of new Set(institutions)) {
    const { done } = await tx.one(
      z.object({ done: z.boolean() }),
      'SELECT statistics.note_answer($1, $2, $3, $4) AS done',
      [customer, institution, conversation, kinds[question]],
    )
    if (done) noted += 1
  }
  return noted
}
