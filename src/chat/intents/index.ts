import { unreachable } from '../../kernel/index.ts'
import type { Plan, PlanInput } from '../plan.ts'
import { planBalance } from './balance.ts'
import { planChangeDisclosure } from './change-disclosure.ts'
import { planConfirmErase, planErase } from './erase.ts'
import { planGreeting } from './greeting.ts'
import { planHelp } from './help.ts'
import { planIsItYou } from './is-it-you.ts'
import { planKeepAlerts } from './keep-alerts.ts'
import { planLinkBank } from './link-bank.ts'
import { planOutOfScope } from './out-of-scope.ts'
import { planRecoverPasskey } from './recover-passkey.ts'
import { planStopAlerts } from './stop-alerts.ts'
import { planStopSharing } from './stop-sharing.ts'
import { planTalkToPerson } from './talk-to-person.ts'
import { planThanks } from './thanks.ts'
import { planWhoLooked } from './who-looked.ts'

/** The plan for what was understood; each intent has its own file. */
export function planIntent(input: PlanInput): Plan {
  const { intent, priority } = input.understood
  // Danger to card or money comes before whatever else was said; but a wish to stop is done, not talked about.
  if (priority && intent !== 'stop_sharing')
    return { do: 'say', words: ['danger'], choices: ['talkToPerson', 'stopSharing'] }
  switch (intent) {
    case 'greeting':
      return planGreeting(input)
    case 'thanks':
      return planThanks(input)
    case 'help':
      return planHelp(input)
    case 'link_bank':
      return planLinkBank()
    case 'balance':
      return planBalance(input)
    case 'change_disclosure':
      return planChangeDisclosure(input)
    case 'stop_sharing':
      return planStopSharing()
    case 'stop_alerts':
      return planStopAlerts()
    case 'keep_alerts':
      return planKeepAlerts()
    case 'erase':
      return planErase()
    case 'confirm_erase':
      return planConfirmErase()
    case 'is_it_you':
      return planIsItYou()
    case 'who_looked':
      return planWhoLooked()
    case 'recover_passkey':
      return planRecoverPasskey()
    case 'talk_to_person':
      return planTalkToPerson()
    case 'out_of_scope':
      return planOutOfScope(input)
    default:
      return unreachable(intent)
  }
}
