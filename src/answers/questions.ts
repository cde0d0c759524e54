import type { DataClass } from '../kernel/index.ts'

/** Every question that bank data answers; the names are those of the chat's intents. */
export const answerQuestions = [
  'balance',
  'recent_transactions',
  'find_transactions',
  'spending',
  'card_use_places',
  'bill_amount',
  'bill_due_date',
  'bill_minimum',
  'can_afford',
  'recurring_payments',
  'pending_payments',
  'refund_status',
  'decline_reason',
  'card_status',
  'credit_limit',
  'interest_rate',
  'rewards_balance',
  'account_numbers',
  'income',
  'fee_explained',
  'exchange_rate',
  'cash_withdrawal_problem',
  'standing_orders',
  'transfer_problem',
] as const
export type AnswerQuestion = (typeof answerQuestions)[number]

/** What an answer is about: a question, or what nobody asked: what a notice tells and the page behind it shows. */
export type AnswerTopic = AnswerQuestion | 'notices'
/** Every one of them. */
export const answerTopics = [...answerQuestions, 'notices'] as const satisfies readonly AnswerTopic[]

const needed: { readonly [Question in AnswerTopic]: readonly [DataClass, ...DataClass[]] } = {
  balance: ['balance'],
  recent_transactions: ['transactions'],
  find_transactions: ['transactions'],
  spending: ['transactions'],
  card_use_places: ['transactions'],
  bill_amount: ['card-bills'],
  bill_due_date: ['card-bills'],
  bill_minimum: ['card-bills'],
  can_afford: ['balance', 'card-bills', 'transactions'],
  recurring_payments: ['transactions'],
  pending_payments: ['transactions'],
  refund_status: ['transactions'],
  decline_reason: ['card-status'],
  card_status: ['card-status'],
  credit_limit: ['balance'],
  interest_rate: ['account-list'],
  rewards_balance: ['account-list'],
  account_numbers: ['account-list'],
  income: ['transactions'],
  fee_explained: ['transactions'],
  exchange_rate: ['transactions'],
  cash_withdrawal_problem: ['transactions'],
  standing_orders: ['transactions'],
  transfer_problem: ['transactions'],
  notices: ['card-bills', 'transactions'],
}

/**
 * The classes of bank data to open for a question, fewest possible; the first is the one that the answer rests on and is
 * sealed under. `namesAccount`: the person named an account or card, which takes the accounts' names to find.
 */
export function neededClasses(question: AnswerTopic, namesAccount = false): readonly [DataClass, ...DataClass[]] {
  const classes = needed[question]
  const hasNames = classes.includes('balance') || classes.includes('account-list')
  return namesAccount && !hasNames ? [...classes, 'account-list'] : classes
}

/** How many days back a question looks when no period was named, today included; `undefined`: it needs no transactions. */
export function usualDays(question: AnswerTopic): number | undefined {
  return days[question]
}

// Long enough to hold what is asked about, short enough that a bank answers in one or two pages.
const days: { readonly [Question in AnswerTopic]?: number } = {
  recent_transactions: 30,
  find_transactions: 90,
  spending: 30,
  card_use_places: 30,
  // Three months show what comes every month; a year shows what comes every year.
  can_afford: 100,
  recurring_payments: 400,
  standing_orders: 400,
  pending_payments: 30,
  refund_status: 60,
  income: 60,
  fee_explained: 60,
  exchange_rate: 90,
  cash_withdrawal_problem: 30,
  transfer_problem: 30,
  // Enough to know a monthly payment by, and what a merchant usually does.
  notices: 100,
}
