import { answerRules } from '../answers/index.ts'

/** Every text of the catalogues but those of answers. `en.json` has exactly these; the other languages fall back to it key by key. */
const ownKeys = [
  'automation', 'cut', 'masked', 'greeting.new', 'greeting.linked', 'thanks', 'help.new', 'help.linked', 'link.offer',
  'link.offer_question', 'link.button', 'change.offer', 'change.button', 'change.already', 'change.lowered', 'stop.done',
  'stop.again', 'stop.nothing', 'stop.receipt', 'looks.offer', 'looks.none', 'looks.button', 'recover.offer', 'recover.button',
  'person.now', 'out_of_scope', 'out_of_scope.again', 'text_only', 'code.confirmed', 'code.confirmed_question', 'code.wrong',
  'code.void', 'code.none', 'sealed', 'sealed.button', 'bank_down', 'bank_still_down', 'over_budget', 'unreadable',
  'link_expired', 'consent_ended', 'stopped_meanwhile', 'cut_off.channel', 'cut_off.bank', 'broken', 'safety',
  'profile.greeting', 'template.answer_ready', 'template.notice_ready', 'template.reply_waiting', 'choice.balance', 'choice.link_bank', 'choice.help',
  'choice.stop_sharing', 'choice.talk_to_person', 'choice.change_disclosure', 'choice.try_again', 'menu.change_disclosure',
  'alerts.ending', 'alerts.ending_already', 'alerts.none', 'alerts.kept', 'alerts.on', 'alerts.offer', 'alerts.link_first',
  'alerts.linked', 'alerts.go_on', 'alerts.button', 'choice.warn_me',
  'vouch.yes', 'vouch.no', 'vouch.latest', 'vouch.none', 'choice.keep_alerts', 'erase.confirm', 'erase.done', 'erase.page',
  'erase.button', 'choice.confirm_erase', 'help.more', 'leave.missing', 'class.account-list', 'class.balance',
  'class.transactions', 'class.card-bills', 'class.card-status', 'class.card-events', 'class.service-use', 'class.statements', 'freeze.not_linked',
  'freeze.leave_missing', 'freeze.cut_off', 'freeze.which', 'freeze.card', 'freeze.which_sealed', 'freeze.say_which',
  'freeze.done_one', 'freeze.done', 'freeze.none', 'freeze.done_sealed', 'freeze.done_sealed_one', 'freeze.failed',
  'freeze.gave_up', 'unfreeze.offer', 'unfreeze.not_linked', 'page.cards.button', 'which.intent', 'answer_unclear', 'not_done',
  'no_open', 'left_alone', 'danger.card', 'danger.fraud', 'danger.scam', 'danger.offer_freeze', 'danger.cannot_freeze',
  'danger.other_person', 'person.coming', 'person.waiting', 'person.overdue', 'person.replacement_card', 'person.account_blocked',
  'person.change_details', 'other.refused', 'dispute.no_desk', 'dispute.not_linked', 'dispute.opened', 'dispute.opened_sealed',
  'crisis', 'crisis.person', 'cannot.pay_bill', 'cannot.transfer_money', 'cannot.activate_card', 'cannot.pin_help',
  'cannot.credit_score', 'cannot.apply_for_product', 'language.changed', 'language.which', 'ads.refused', 'vouch.who',
  'sealed.period', 'period', 'more_on_page', 'choice.recent_transactions', 'choice.find_transactions', 'choice.spending',
  'choice.card_use_places', 'choice.bill_amount', 'choice.bill_due_date', 'choice.bill_minimum', 'choice.can_afford',
  'choice.recurring_payments', 'choice.pending_payments', 'choice.refund_status', 'choice.fee_explained',
  'choice.exchange_rate', 'choice.decline_reason', 'choice.card_status', 'choice.credit_limit', 'choice.interest_rate',
  'choice.rewards_balance', 'choice.account_numbers', 'choice.income', 'choice.freeze_card', 'choice.freeze_all',
  'choice.unfreeze_card', 'choice.lost_card', 'choice.report_fraud', 'choice.dispute', 'choice.pay_bill',
  'choice.activate_card', 'choice.replacement_card', 'choice.who_looked', 'choice.erase_me', 'choice.stop_alerts',
  'choice.recover_passkey', 'choice.advertising', 'choice.is_this_you', 'choice.change_language', 'choice.cash_problem',
  'choice.transfer_problem', 'choice.transfer_money', 'choice.standing_orders', 'choice.pin_help', 'choice.account_blocked',
  'choice.change_details', 'choice.credit_score', 'choice.apply_for_product', 'choice.language_en', 'choice.language_es',
  'choice.language_fr', 'choice.language_de', 'choice.language_pt', 'person.soon', 'person.cancelled', 'person.no_look', 'choice.cancel_person',
  'masked.secret', 'hid.next', 'notice.sealed', 'notice.open', 'notice.button', 'notice.settings',
  'alert.unknown', 'alert.which', 'thread.passed', 'thread.back',
] as const // prettier-ignore

/** Every text of the catalogues: the chat's own, and those that answers are said with. */
export const wordKeys = [...ownKeys, ...answerRules.wordKeys] as const

export type WordKey = (typeof wordKeys)[number]
