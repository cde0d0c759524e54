/** Every text of the catalogues. `en.json` has exactly these; the other languages fall back to it key by key. */
export const wordKeys = [
  'automation', 'cut', 'masked',
  'greeting.new', 'greeting.linked', 'thanks', 'help.new', 'help.linked',
  'link.offer', 'link.offer_question', 'link.button',
  'change.offer', 'change.button', 'change.already', 'change.lowered',
  'stop.done', 'stop.again', 'stop.nothing', 'stop.receipt', 'looks.offer', 'looks.none', 'looks.button',
  'alerts.ending', 'alerts.ending_already', 'alerts.none', 'alerts.kept', 'alerts.nothing_to_keep', 'alerts.button',
  'vouch.yes', 'vouch.no', 'vouch.latest', 'vouch.none', 'recover.offer', 'recover.button', 'person.now',
  'out_of_scope', 'out_of_scope.again', 'danger', 'text_only',
  'code.confirmed', 'code.confirmed_question', 'code.wrong', 'code.void', 'code.none',
  'sealed', 'sealed.button',
  'balance.available', 'balance.current', 'balance.owed', 'balance.credit-available', 'balance.credit-limit',
  'balance.about', 'balance.checked', 'balance.rounded', 'balance.more', 'balance.none', 'balance.no_such_account',
  'bank_down', 'bank_still_down', 'over_budget', 'unreadable', 'link_expired', 'consent_ended', 'stopped_meanwhile',
  'cut_off.channel', 'cut_off.bank', 'erase.confirm', 'erase.done', 'erase.page', 'erase.button',
  'broken', 'safety',
  'profile.greeting', 'template.answer_ready', 'template.reply_waiting',
  'choice.balance', 'choice.link_bank', 'choice.help', 'choice.stop_sharing', 'choice.talk_to_person',
  'choice.change_disclosure', 'choice.keep_alerts', 'choice.confirm_erase', 'choice.try_again', 'menu.change_disclosure',
] as const // prettier-ignore

export type WordKey = (typeof wordKeys)[number]
