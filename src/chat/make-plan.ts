import type { InboundKind } from '../channels/index.ts'
import { planIntent } from './intents/index.ts'
import type { Plan, PlanInput } from './plan.ts'

/** A message as far as planning goes. `code`: it is six digits and nothing else. `isEmpty`: it has no words. */
export type PlannedMessage = {
  readonly kind: InboundKind
  readonly code: string | undefined
  readonly isEmpty?: boolean
}

/** Decides what to do about a message: no clock, no database, no network. */
export function makePlan(message: PlannedMessage, input: PlanInput): Plan {
  // Unlinking at the messenger is a wish to stop, whatever it means there.
  if (message.kind === 'account-unlinked') return { do: 'stop' }
  // Pictures, voice, stickers; and what has no words at all.
  if (message.kind === 'attachment' || message.isEmpty === true) {
    return { do: 'say', words: ['text_only'], choices: ['help', 'talkToPerson'] }
  }
  if (message.code !== undefined) return { do: 'confirm-code', code: message.code }
  return planIntent(input)
}
