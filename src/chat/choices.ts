import { type Disclosure, isUuid } from '../kernel/index.ts'
import { type Language, type QuickReply, type ReplyButton, languages } from '../channels/index.ts'
import { alertAnswers } from './alerts-port.ts'
import { readAskPayload } from './question-payload.ts'
import { type Intent, type Understood, intents } from './understand/understood.ts'
import type { WordKey } from './word-keys.ts'

/** What "Get started" sends. */
export const getStartedPayload = 'get_started'

/** What a tap can say: the same as words would, but surely understood. */
export const choices = {
  balance: { payload: 'intent:balance', title: 'choice.balance' },
  recentTransactions: { payload: 'intent:recent_transactions', title: 'choice.recent_transactions' },
  findTransactions: { payload: 'intent:find_transactions', title: 'choice.find_transactions' },
  spending: { payload: 'intent:spending', title: 'choice.spending' },
  cardUsePlaces: { payload: 'intent:card_use_places', title: 'choice.card_use_places' },
  billAmount: { payload: 'intent:bill_amount', title: 'choice.bill_amount' },
  billDueDate: { payload: 'intent:bill_due_date', title: 'choice.bill_due_date' },
  billMinimum: { payload: 'intent:bill_minimum', title: 'choice.bill_minimum' },
  canAfford: { payload: 'intent:can_afford', title: 'choice.can_afford' },
  recurringPayments: { payload: 'intent:recurring_payments', title: 'choice.recurring_payments' },
  pendingPayments: { payload: 'intent:pending_payments', title: 'choice.pending_payments' },
  refundStatus: { payload: 'intent:refund_status', title: 'choice.refund_status' },
  feeExplained: { payload: 'intent:fee_explained', title: 'choice.fee_explained' },
  exchangeRate: { payload: 'intent:exchange_rate', title: 'choice.exchange_rate' },
  declineReason: { payload: 'intent:decline_reason', title: 'choice.decline_reason' },
  cardStatus: { payload: 'intent:card_status', title: 'choice.card_status' },
  creditLimit: { payload: 'intent:credit_limit', title: 'choice.credit_limit' },
  interestRate: { payload: 'intent:interest_rate', title: 'choice.interest_rate' },
  rewardsBalance: { payload: 'intent:rewards_balance', title: 'choice.rewards_balance' },
  accountNumbers: { payload: 'intent:account_numbers', title: 'choice.account_numbers' },
  income: { payload: 'intent:income', title: 'choice.income' },
  freezeCard: { payload: 'intent:freeze_card', title: 'choice.freeze_card' },
  freezeAll: { payload: 'freeze:all', title: 'choice.freeze_all' },
  unfreezeCard: { payload: 'intent:unfreeze_card', title: 'choice.unfreeze_card' },
  lostCard: { payload: 'intent:lost_or_stolen_card', title: 'choice.lost_card' },
  reportFraud: { payload: 'intent:report_fraud', title: 'choice.report_fraud' },
  disputeTransaction: { payload: 'intent:dispute_transaction', title: 'choice.dispute' },
  payBill: { payload: 'intent:pay_bill', title: 'choice.pay_bill' },
  activateCard: { payload: 'intent:activate_card', title: 'choice.activate_card' },
  replacementCard: { payload: 'intent:replacement_card', title: 'choice.replacement_card' },
  tryAgain: { payload: 'intent:balance', title: 'choice.try_again' },
  linkBank: { payload: 'intent:link_bank', title: 'choice.link_bank' },
  whoLooked: { payload: 'intent:who_looked', title: 'choice.who_looked' },
  help: { payload: 'intent:help', title: 'choice.help' },
  stopSharing: { payload: 'intent:stop_sharing', title: 'choice.stop_sharing' },
  talkToPerson: { payload: 'intent:talk_to_person', title: 'choice.talk_to_person' },
  cancelPerson: { payload: 'person:cancel', title: 'choice.cancel_person' },
  eraseMe: { payload: 'intent:erase_me', title: 'choice.erase_me' },
  confirmErase: { payload: 'intent:confirm_erase', title: 'choice.confirm_erase' },
  stopAlerts: { payload: 'intent:stop_alerts', title: 'choice.stop_alerts' },
  keepAlerts: { payload: 'intent:keep_alerts', title: 'choice.keep_alerts' },
  // "Keep them" and "turn them on" are one wish: that they are on.
  warnMe: { payload: 'intent:keep_alerts', title: 'choice.warn_me' },
  recoverPasskey: { payload: 'intent:recover_passkey', title: 'choice.recover_passkey' },
  changeDisclosure: { payload: 'intent:change_disclosure', title: 'choice.change_disclosure' },
  advertisingQuestion: { payload: 'intent:advertising_question', title: 'choice.advertising' },
  isThisYou: { payload: 'intent:is_this_you', title: 'choice.is_this_you' },
  changeLanguage: { payload: 'intent:change_language', title: 'choice.change_language' },
  cashProblem: { payload: 'intent:cash_withdrawal_problem', title: 'choice.cash_problem' },
  transferProblem: { payload: 'intent:transfer_problem', title: 'choice.transfer_problem' },
  transferMoney: { payload: 'intent:transfer_money', title: 'choice.transfer_money' },
  standingOrders: { payload: 'intent:standing_orders', title: 'choice.standing_orders' },
  pinHelp: { payload: 'intent:pin_help', title: 'choice.pin_help' },
  accountBlocked: { payload: 'intent:account_blocked', title: 'choice.account_blocked' },
  changeDetails: { payload: 'intent:change_details', title: 'choice.change_details' },
  creditScore: { payload: 'intent:credit_score', title: 'choice.credit_score' },
  applyForProduct: { payload: 'intent:apply_for_product', title: 'choice.apply_for_product' },
  languageEnglish: { payload: 'language:en', title: 'choice.language_en' },
  languageSpanish: { payload: 'language:es', title: 'choice.language_es' },
  languageFrench: { payload: 'language:fr', title: 'choice.language_fr' },
  languageGerman: { payload: 'language:de', title: 'choice.language_de' },
  languagePortuguese: { payload: 'language:pt', title: 'choice.language_pt' },
} as const satisfies Record<string, { readonly payload: string; readonly title: WordKey }>

export type Choice = keyof typeof choices

/** The choice that stands for an intent; undefined for one that nobody picks from a list, such as a yes. */
export function choiceOf(intent: Intent): Choice | undefined {
  return names.find((name) => choices[name].payload === `intent:${intent}`)
}

function isChoice(name: string): name is Choice {
  return name in choices
}
const names = Object.keys(choices).filter(isChoice)

/** A choice as a quick reply. */
export function quickReplyOf(choice: Choice, say: (key: WordKey) => string): QuickReply {
  return { title: say(choices[choice].title), payload: choices[choice].payload }
}

/** A choice as a button that stays with its message. */
export function buttonOf(choice: Choice, say: (key: WordKey) => string): ReplyButton {
  return { kind: 'postback', ...quickReplyOf(choice, say) }
}

/** One card, by the digits that the chat named already. */
export function freezePayload(lastDigits: string): string {
  return `freeze:${lastDigits}`
}

// Buttons stay in a chat for years: what they were called before is understood for ever.
const formerNames: { readonly [name: string]: Intent | undefined } = { is_it_you: 'is_this_you', erase: 'erase_me' }

/** What a tapped payload means; undefined for one that is not ours (then its words are read). */
export function understandPayload(payload: string): Understood | undefined {
  if (payload === getStartedPayload) return sure('greeting')
  const [kind, name = ''] = splitOnce(payload)
  switch (kind) {
    case 'intent': {
      const intent = intents.find((known) => known === name) ?? formerNames[name]
      return intent === undefined ? undefined : sure(intent)
    }
    case 'freeze':
      if (name === 'all') return { ...sure('freeze_card'), all: true }
      return /^\d{2,4}$/.test(name) ? { ...sure('freeze_card'), slots: { card_last4: name } } : undefined
    case 'person':
      return name === 'cancel' ? { ...sure('confirm_no'), answers: 'person' } : undefined
    case 'alert':
      return understandAlert(name)
    case 'language': {
      const named = languages.find((language: Language) => language === name)
      return named === undefined ? undefined : { ...sure('change_language'), named }
    }
    case 'ask': {
      const asked = readAskPayload(payload)
      return asked === undefined ? undefined : { ...sure(asked.intent), slots: asked.slots }
    }
    default:
      return undefined
  }
}

const alertShape = /^([0-9a-f-]{36}):([a-z-]{1,20})$/

/** A button under a question about card use; it names its alert, so that several are never mixed up. */
function understandAlert(name: string): Understood | undefined {
  const [, id = '', word] = alertShape.exec(name) ?? []
  const says = alertAnswers.find((known) => known === word)
  if (says === undefined || !isUuid(id)) return undefined
  return { ...sure(says === 'it-was-me' ? 'confirm_yes' : 'confirm_no'), alert: { id, says } }
}

function splitOnce(payload: string): readonly [string, string?] {
  const at = payload.indexOf(':')
  return at < 0 ? [payload] : [payload.slice(0, at), payload.slice(at + 1)]
}

function sure(intent: Intent, level?: Disclosure): Understood {
  const named = level === undefined ? {} : { level }
  return { intent, confidence: 1, slots: {}, ...named, masked: undefined, priority: false }
}
