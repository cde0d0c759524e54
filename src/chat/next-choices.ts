import type { AnswerQuestion } from '../answers/index.ts'
import type { Choice } from './choices.ts'

/** What people ask next: two choices for each question. They follow from the question alone, so they tell nothing. */
export function nextChoices(question: AnswerQuestion): readonly [Choice, Choice] {
  return next[question]
}

const next: { readonly [Question in AnswerQuestion]: readonly [Choice, Choice] } = {
  balance: ['billDueDate', 'recentTransactions'],
  recent_transactions: ['pendingPayments', 'spending'],
  find_transactions: ['recentTransactions', 'disputeTransaction'],
  spending: ['recentTransactions', 'recurringPayments'],
  card_use_places: ['recentTransactions', 'freezeCard'],
  bill_amount: ['billDueDate', 'billMinimum'],
  bill_due_date: ['billAmount', 'billMinimum'],
  bill_minimum: ['billDueDate', 'canAfford'],
  can_afford: ['balance', 'billDueDate'],
  recurring_payments: ['spending', 'billDueDate'],
  pending_payments: ['recentTransactions', 'talkToPerson'],
  refund_status: ['recentTransactions', 'talkToPerson'],
  fee_explained: ['recentTransactions', 'talkToPerson'],
  exchange_rate: ['recentTransactions', 'feeExplained'],
  decline_reason: ['cardStatus', 'talkToPerson'],
  card_status: ['freezeCard', 'unfreezeCard'],
  credit_limit: ['billAmount', 'balance'],
  interest_rate: ['billAmount', 'balance'],
  rewards_balance: ['recentTransactions', 'balance'],
  account_numbers: ['balance', 'talkToPerson'],
  income: ['balance', 'canAfford'],
  cash_withdrawal_problem: ['recentTransactions', 'balance'],
  standing_orders: ['recurringPayments', 'balance'],
  transfer_problem: ['recentTransactions', 'pendingPayments'],
}
