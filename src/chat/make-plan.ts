import type { InboundKind } from '../channels/index.ts'
import { planIntent } from './intents/index.ts'
import type { Plan, PlanInput } from './plan.ts'

/** A message as far as planning goes. `code`: it is six digits and nothing else. */
export type PlannedMessage = { readonly kind: InboundKind; readonly code: string | undefined }

/** Decides what to do about a message: no clock, no database, no network. */
export function makePlan(message: PlannedMessage, input: PlanInput): Plan {
  // Unlinking at the messenger is a wish to stop, whatever it means there.
  if (message.kind === 'account-unlinked') return { do: 'stop' }
  if (message.kind === 'attachment') return { do: 'say', words: ['text_only'], choices: ['help'] }
  if (message.code !== undefined) return { do: 'confirm-code', code: message.code }
  return planIntent(input)
}
