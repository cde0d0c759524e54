import type { Disclosure, Money } from '../../kernel/index.ts'
import type { Language } from '../../channels/index.ts'

/** What people can want. Each has a file under `chat/intents/`. */
export const intents = [
  'greeting',
  'thanks',
  'help',
  'link_bank',
  'balance',
  'change_disclosure',
  'stop_sharing',
  'who_looked',
  'stop_alerts',
  'keep_alerts',
  'is_it_you',
  'erase',
  'confirm_erase',
  'recover_passkey',
  'talk_to_person',
  'out_of_scope',
] as const
export type Intent = (typeof intents)[number]

/** What was named beside the intent. Words stay as they were typed, in lower case. */
export type Slots = {
  readonly account?: string
  readonly card_last4?: string
  readonly merchant?: string
  readonly amount?: Money
  /** `YYYY-MM-DD`, both ends included. */
  readonly from?: string
  readonly to?: string
}

/** What a text was understood to mean. */
export type Understood = {
  readonly intent: Intent
  /** 0 to 1. */
  readonly confidence: number
  readonly slots: Slots
  /** Of `change_disclosure`: the level that was named. */
  readonly level?: Disclosure
  /** The text after masking where that changed it; undefined where nothing was hidden. */
  readonly masked: string | undefined
  /** A card or money may be in danger at this moment: answered before anything else. */
  readonly priority: boolean
  /** The language the words are in, where they tell. */
  readonly language?: Language
}
