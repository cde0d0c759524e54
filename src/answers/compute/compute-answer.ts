import { Secret } from '../../kernel/index.ts'
import { nothingNamed } from '../asked.ts'
import type { Asked } from '../asked.ts'
import type { AnswerResult } from '../answer-result.ts'
import type { Block, PlainBlock } from '../block.ts'
import { isTied } from '../choose-accounts.ts'
import type { AnswerQuestion } from '../questions.ts'
import { balanceBlocks, limitBlocks } from './account-blocks.ts'
import type { BankFacts, Reckoned } from './bank-facts.ts'
import { billBlocks } from './bill-blocks.ts'
import { cardBlocks, declineBlocks } from './card-blocks.ts'
import { interestBlocks, numberBlocks, rewardsBlocks } from './detail-blocks.ts'
import { cashRows, feeRows, foreignRows, foundRows, pendingRows, recentRows, transferRows } from './find-rows.ts'
import type { ListQuestion } from './find-rows.ts'
import { incomeBlocks } from './income-blocks.ts'
import { movementsOf } from './movements.ts'
import type { Movement } from './movements.ts'
import { ofNamedAccount } from './narrow.ts'
import type { OfNamed } from './narrow.ts'
import { offerAccounts } from './offer-choice.ts'
import { coverageNotes, note, periodOf } from './period.ts'
import { placeBlocks } from './place-blocks.ts'
import { reckoningBlocks } from './reckoning-block.ts'
import { refundRows } from './refund-rows.ts'
import { recurringBlocks, standingOrderBlocks } from './series-blocks.ts'
import { spendingBlocks } from './spending-blocks.ts'

/**
 * What a bank's facts come to as the answer to a question: a pure function of what it is given. Facts that were not asked
 * for, or that nothing gave leave for, are left out, and the answer says so where it matters.
 */
export function computeAnswer(
  question: AnswerQuestion,
  facts: BankFacts,
  asked: Asked,
  reckoned: Reckoned,
): Extract<AnswerResult, { ok: true }> {
  const complete = (facts.complete ?? true) && (facts.transactions?.complete ?? true)
  return { ok: true, blocks: new Secret(blocksFor(question, facts, asked, reckoned)), complete }
}

function blocksFor(question: AnswerQuestion, facts: BankFacts, asked: Asked, reckoned: Reckoned): readonly Block[] {
  switch (question) {
    case 'balance':
      return balanceBlocks(facts.accounts ?? [], asked, reckoned)
    case 'credit_limit':
      return limitBlocks(facts.accounts ?? [], asked, reckoned)
    case 'bill_amount':
    case 'bill_due_date':
    case 'bill_minimum':
      return billBlocks(facts, asked, reckoned)
    case 'can_afford':
      return reckoningBlocks(movementsOf(facts.transactions?.transactions ?? [], reckoned), asked, facts, reckoned)
    case 'decline_reason':
      return declineBlocks(facts, asked, reckoned)
    case 'card_status':
      return cardBlocks(facts, asked, reckoned)
    case 'interest_rate':
      return interestBlocks(facts, asked, reckoned)
    case 'rewards_balance':
      return rewardsBlocks(facts, asked, reckoned)
    case 'account_numbers':
      return numberBlocks(facts, asked, reckoned)
    default:
      return listBlocks(question, facts, asked, reckoned)
  }
}

const lists = {
  recent_transactions: recentRows,
  find_transactions: foundRows,
  spending: spendingBlocks,
  card_use_places: placeBlocks,
  recurring_payments: recurringBlocks,
  pending_payments: pendingRows,
  refund_status: refundRows,
  income: incomeBlocks,
  fee_explained: feeRows,
  exchange_rate: foreignRows,
  cash_withdrawal_problem: cashRows,
  standing_orders: standingOrderBlocks,
  transfer_problem: transferRows,
} as const satisfies { readonly [Question in AnswerQuestion]?: (question: ListQuestion) => readonly Block[] }

function listBlocks(
  question: keyof typeof lists,
  facts: BankFacts,
  asked: Asked,
  reckoned: Reckoned,
): readonly Block[] {
  const period = periodOf(question, asked, reckoned)
  const all = movementsOf(facts.transactions?.transactions ?? [], reckoned)
  const named = ofNamedAccount(all, asked, facts, reckoned)
  const { words: _words, lastDigits: _digits, ...rest } = asked
  const narrowed: Asked = named === undefined ? { ...nothingNamed, ...rest } : asked
  const answer = (movements: readonly Movement[]): readonly Block[] =>
    lists[question]({ movements, asked: narrowed, facts, reckoned, period })
  return [
    ...(named === undefined ? [note('no-such-account')] : []),
    ...coverageNotes(period, facts),
    ...(choiceOfTied(question, named, asked, answer) ?? answer(named?.movements ?? all)),
  ]
}

// Of these, one account's answer is another answer than that of several together; the others name the account in each row.
const byAccount: readonly AnswerQuestion[] = [
  'recent_transactions',
  'spending',
  'pending_payments',
  'income',
  'fee_explained',
]

// Undefined: nothing to choose, or several shops fit as well, which are then chosen among all that fit together.
function choiceOfTied(
  question: AnswerQuestion,
  named: OfNamed | undefined,
  asked: Asked,
  answer: (movements: readonly Movement[]) => readonly Block[],
): readonly Block[] | undefined {
  if (named === undefined || named.each.length < 2 || !isTied(asked) || !byAccount.includes(question)) return undefined
  const options = named.each.map(({ account, movements }) => ({ account, blocks: answer(movements) }))
  const plain = options.map(({ account, blocks }) => ({ account, blocks: blocks.filter(isPlain) }))
  const hasChoices = options.some(({ blocks }) => !blocks.every(isPlain))
  return hasChoices ? undefined : offerAccounts(plain, { asked })
}

function isPlain(block: Block): block is PlainBlock {
  return block.kind !== 'choice'
}
