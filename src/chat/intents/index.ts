import { unreachable } from '../../kernel/index.ts'
import type { Plan, PlanInput } from '../plan.ts'
import { planAdvertisingQuestion } from './advertising-question.ts'
import { planCannotDo } from './cannot-do.ts'
import { planLostOrStolen, planReportFraud } from './card-in-danger.ts'
import { planChangeDisclosure } from './change-disclosure.ts'
import { planChangeLanguage } from './change-language.ts'
import { planConfirmNo, planConfirmYes, planUnclear } from './confirm.ts'
import { planDispute } from './dispute-transaction.ts'
import { planConfirmErase, planEraseMe } from './erase-me.ts'
import { planFreezeCard } from './freeze-card.ts'
import { planGreeting } from './greeting.ts'
import { planHandOver, planTalkToPerson } from './hand-over.ts'
import { planHelp } from './help.ts'
import { planIsThisYou } from './is-this-you.ts'
import { planKeepAlerts } from './keep-alerts.ts'
import { planLinkBank } from './link-bank.ts'
import { planOutOfScope } from './out-of-scope.ts'
import { planQuestion } from './question.ts'
import { planRecoverPasskey } from './recover-passkey.ts'
import { planStopAlerts } from './stop-alerts.ts'
import { planStopSharing } from './stop-sharing.ts'
import { planThanks } from './thanks.ts'
import { planUnfreezeCard } from './unfreeze-card.ts'
import { planWhich } from './which-intent.ts'
import { planWhoLooked } from './who-looked.ts'

/** The plan for what was understood: every intent ends in an answer, an act, a person, or an honest no with what can be done. */
export function planIntent(input: PlanInput): Plan {
  const { understood } = input
  if (understood.crisis === true) return { do: 'crisis' }
  if (understood.unclear === true) return planUnclear()
  return planWhich(input) ?? planOne(input)
}

function planOne(input: PlanInput): Plan {
  const { intent } = input.understood
  switch (intent) {
    case 'balance':
    case 'recent_transactions':
    case 'find_transactions':
    case 'spending':
    case 'card_use_places':
    case 'bill_amount':
    case 'bill_due_date':
    case 'bill_minimum':
    case 'can_afford':
    case 'recurring_payments':
    case 'pending_payments':
    case 'refund_status':
    case 'fee_explained':
    case 'exchange_rate':
    case 'decline_reason':
    case 'card_status':
    case 'credit_limit':
    case 'interest_rate':
    case 'rewards_balance':
    case 'account_numbers':
    case 'income':
      return planQuestion(input, intent)
    // What the bank's data tells, and a person for what it does not.
    case 'cash_withdrawal_problem':
    case 'transfer_problem':
    case 'standing_orders':
      return planQuestion(input, intent, { person: true })
    case 'freeze_card':
      return planFreezeCard(input)
    case 'unfreeze_card':
      return planUnfreezeCard(input)
    case 'lost_or_stolen_card':
      return planLostOrStolen(input)
    case 'report_fraud':
      return planReportFraud(input)
    case 'dispute_transaction':
      return planDispute(input)
    case 'pay_bill':
    case 'transfer_money':
    case 'activate_card':
    case 'pin_help':
    case 'credit_score':
    case 'apply_for_product':
      return planCannotDo(intent)
    case 'replacement_card':
      return planHandOver(input, 'person.replacement_card')
    case 'account_blocked':
      return planHandOver(input, 'person.account_blocked')
    case 'change_details':
      return planHandOver(input, 'person.change_details')
    case 'talk_to_person':
      return planTalkToPerson(input)
    case 'confirm_yes':
      return planConfirmYes(input)
    case 'confirm_no':
      return planConfirmNo(input)
    case 'link_bank':
      return planLinkBank()
    case 'who_looked':
      return planWhoLooked()
    case 'stop_sharing':
      return planStopSharing()
    case 'erase_me':
      return planEraseMe()
    case 'confirm_erase':
      return planConfirmErase()
    case 'change_disclosure':
      return planChangeDisclosure(input)
    case 'stop_alerts':
      return planStopAlerts()
    case 'keep_alerts':
      return planKeepAlerts()
    case 'recover_passkey':
      return planRecoverPasskey()
    case 'advertising_question':
      return planAdvertisingQuestion()
    case 'is_this_you':
      return planIsThisYou()
    case 'help':
      return planHelp(input)
    case 'greeting':
      return planGreeting(input)
    case 'thanks':
      return planThanks(input)
    case 'change_language':
      return planChangeLanguage(input)
    case 'out_of_scope':
      return planOutOfScope(input)
    default:
      return unreachable(intent)
  }
}
