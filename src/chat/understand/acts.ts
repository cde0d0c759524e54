import type { Act } from '../safety/read-act.ts'
import type { Intent } from './understood.ts'

/** The act behind an intent: it is never done for somebody who names it in order not to have it done. */
export const actOf: { readonly [Name in Intent]?: Act } = {
  freeze_card: 'freeze',
  unfreeze_card: 'unfreeze',
  stop_sharing: 'stop',
  stop_alerts: 'stop',
  erase_me: 'erase',
  report_fraud: 'report',
  dispute_transaction: 'report',
  pay_bill: 'pay',
}

/** A card or money in danger, whatever the words were that said so. */
export const urgent: readonly Intent[] = ['lost_or_stolen_card', 'report_fraud']

/** Intents that words of danger can mean; anything else that is said beside them comes after the danger. */
export const dangers: readonly Intent[] = [
  ...urgent, 'freeze_card', 'dispute_transaction', 'cash_withdrawal_problem',
] // prettier-ignore
