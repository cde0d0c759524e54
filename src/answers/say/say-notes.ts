import type { NoteBlock } from '../block.ts'
import type { AnswerTopic } from '../questions.ts'
import type { AnswerWordKey } from './answer-word-keys.ts'
import type { SayLine, Speech } from './speech.ts'

type Said = { readonly lines: readonly SayLine[]; readonly more: boolean }

const noneKeys: { readonly [Topic in AnswerTopic]: AnswerWordKey } = {
  balance: 'answer.none.accounts',
  recent_transactions: 'answer.none.recent_transactions',
  find_transactions: 'answer.none.find_transactions',
  spending: 'answer.none.spending',
  card_use_places: 'answer.none.recent_transactions',
  bill_amount: 'answer.none.bills',
  bill_due_date: 'answer.none.bills',
  bill_minimum: 'answer.none.bills',
  can_afford: 'answer.none.accounts',
  recurring_payments: 'answer.none.recurring_payments',
  pending_payments: 'answer.none.pending_payments',
  refund_status: 'answer.none.refund_status',
  decline_reason: 'answer.none.decline_reason',
  card_status: 'answer.none.card_status',
  credit_limit: 'answer.none.credit_limit',
  interest_rate: 'answer.none.interest_rate',
  rewards_balance: 'answer.none.rewards_balance',
  account_numbers: 'answer.none.accounts',
  income: 'answer.none.income',
  fee_explained: 'answer.none.fee_explained',
  exchange_rate: 'answer.none.exchange_rate',
  cash_withdrawal_problem: 'answer.none.cash_withdrawal_problem',
  standing_orders: 'answer.none.standing_orders',
  transfer_problem: 'answer.none.transfer_problem',
  notices: 'answer.none.notices',
}

/** A sentence of ours; those that explain a figure of the page stay on the page. */
export function sayNote(speech: Speech, note: NoteBlock): Said {
  const key = keyOf(speech, note)
  if (key === undefined) return { lines: [], more: false }
  const values: SayLine['values'] = {
    bank: speech.bank,
    ...(note.from === undefined ? {} : { from: speech.day(note.from) }),
    ...(note.to === undefined ? {} : { to: speech.day(note.to) }),
    ...(note.count === undefined ? {} : { count: note.count }),
  }
  return { lines: [{ key, values }], more: false }
}

function keyOf(speech: Speech, { word }: NoteBlock): AnswerWordKey | undefined {
  switch (word) {
    case 'nothing-found':
      return noneKeys[speech.question]
    case 'no-accounts':
      return 'answer.none.accounts'
    case 'no-rates':
      return 'answer.none.interest_rate'
    case 'no-rewards':
      return 'answer.none.rewards_balance'
    case 'no-numbers':
    case 'no-such-account':
    case 'left-out-options':
    case 'places-from-bank':
      return undefined
    default:
      return `answer.note.${word}`
  }
}
