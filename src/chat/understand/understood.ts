import type { Disclosure, Money } from '../../kernel/index.ts'
import type { Language } from '../../channels/index.ts'
import type { AlertAnswer } from '../alerts-port.ts'

/** Questions that the bank's data answers. What each reads is decided by `answers`. */
export const questions = [
  'balance', 'recent_transactions', 'find_transactions', 'spending', 'card_use_places', 'bill_amount', 'bill_due_date', 'bill_minimum',
  'can_afford', 'recurring_payments', 'pending_payments', 'refund_status', 'fee_explained', 'exchange_rate', 'decline_reason',
  'card_status', 'credit_limit', 'interest_rate', 'rewards_balance', 'account_numbers', 'income',
] as const // prettier-ignore
export type QuestionIntent = (typeof questions)[number]

/** What people can want. Each has its plan under `chat/intents/`. `confirm_erase` is meant by a tap alone. */
export const intents = [
  ...questions,
  'freeze_card', 'unfreeze_card', 'lost_or_stolen_card', 'report_fraud', 'dispute_transaction',
  'pay_bill', 'activate_card', 'replacement_card', 'confirm_yes', 'confirm_no',
  'link_bank', 'who_looked', 'stop_sharing', 'erase_me', 'confirm_erase', 'change_disclosure', 'stop_alerts', 'keep_alerts',
  'recover_passkey', 'advertising_question', 'is_this_you', 'talk_to_person', 'help', 'greeting', 'thanks', 'change_language',
  'cash_withdrawal_problem', 'transfer_problem', 'transfer_money', 'standing_orders', 'pin_help', 'account_blocked',
  'change_details', 'credit_score', 'apply_for_product', 'out_of_scope',
] as const // prettier-ignore
export type Intent = (typeof intents)[number]

/** One reading of a text; confidence is calibrated, 0 to 1. */
export type Guess = { readonly intent: Intent; readonly confidence: number }

/** What was named beside the intent. Words stay as they were typed, in lower case. */
export type Slots = {
  readonly account?: string
  readonly card_last4?: string
  readonly merchant?: string
  /** One of our own names of categories, such as `groceries`. */
  readonly category?: string
  readonly amount?: Money
  /** The ends of a range, each included: "over 50 euros" has the first, "between 20 and 50" both and no `amount`. */
  readonly amountLeast?: Money
  readonly amountMost?: Money
  /** `YYYY-MM-DD`, both ends included. */
  readonly from?: string
  readonly to?: string
  /** The words that `from` and `to` were read from; only where the person typed a period. */
  readonly periodWords?: string
}

/** What kind of answer a question of ours waits for. */
export const openKinds = ['freeze_all', 'freeze_which', 'which_intent', 'was_it_you', 'erase', 'person'] as const
export type OpenKind = (typeof openKinds)[number]

/** A question of ours that is, or was, open in this conversation. */
export type OpenQuestion = {
  readonly kind: OpenKind
  /** Its time is over: nothing binds to it any more. */
  readonly expired: boolean
}

/** What a text was understood to mean. */
export type Understood = {
  readonly intent: Intent
  /** 0 to 1. */
  readonly confidence: number
  readonly slots: Slots
  /** Another reading, so close that it must be asked which one is meant. */
  readonly second?: Guess
  /** A second wish in the same message, to be met after the first. */
  readonly also?: { readonly intent: QuestionIntent; readonly slots: Slots }
  /** Of `confirm_yes` and `confirm_no`: the open question it answers; undefined where it answers none for certain. */
  readonly answers?: OpenKind
  /** An answer that says two things, or one that only a tap may give: it is asked again. */
  readonly unclear?: boolean
  /** A tap that answers a question about card use: which alert, and what is said to it. */
  readonly alert?: { readonly id: string; readonly says: AlertAnswer }
  /** Of `change_disclosure`: the level that was named. */
  readonly level?: Disclosure
  /** Of `change_language`: the language that was named. */
  readonly named?: Language
  /** The text after masking where that changed it; undefined where nothing was hidden. */
  readonly masked: string | undefined
  /** A card or money may be in danger at this moment: answered before anything else. */
  readonly priority: boolean
  /** Somebody may be in danger of life: the words for that and a person, and nothing else. */
  readonly crisis?: boolean
  /** An act was named in order not to have it done. */
  readonly negated?: boolean
  /** It speaks of somebody who wants a code or money out of the writer. */
  readonly scam?: boolean
  /** All the cards were meant. */
  readonly all?: boolean
  /** It is about somebody else's account or card, of whom nothing is looked up. `kin`: of somebody close. */
  readonly other?: 'kin' | 'stranger'
  /** The language the words are in, where they tell. */
  readonly language?: Language
}
