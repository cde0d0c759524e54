import type { DataClass, Disclosure, InstitutionId } from '../kernel/index.ts'
import type { Language } from '../channels/index.ts'
import type { AnswerQuestion } from '../answers/index.ts'
import type { LinkPurpose } from '../linking/index.ts'
import type { Choice } from './choices.ts'
import type { HandoverReason } from './desk-port.ts'
import type { AskedQuestion } from './question-payload.ts'
import type { Intent, OpenKind, Slots, Understood } from './understand/understood.ts'
import type { WordKey } from './word-keys.ts'

/** What is decided about a message; the acting part does exactly this. */
export type Plan =
  | {
      readonly do: 'say'
      readonly words: readonly WordKey[]
      readonly choices: readonly Choice[]
      readonly missed?: boolean
      /** A question of ours that is open from now on. */
      readonly opens?: OpenKind
    }
  | { readonly do: 'say-level'; readonly words: 'change.already'; readonly level: Disclosure }
  | {
      readonly do: 'offer-link'
      readonly purpose: LinkPurpose
      readonly words: WordKey
      /** The question that waits for it. */
      readonly keep?: AskedQuestion
      /** Kinds of data that leave is asked for; said in the words. */
      readonly classes?: readonly DataClass[]
    }
  | { readonly do: 'offer-page'; readonly page: Page; readonly words: WordKey }
  | { readonly do: 'confirm-code'; readonly code: string }
  | {
      readonly do: 'ask'
      readonly question: AnswerQuestion
      readonly institutions: readonly InstitutionId[]
      readonly slots: Slots
      /** Also offered with the answer: a person who can do what the answer cannot. */
      readonly person?: boolean
    }
  | { readonly do: 'which'; readonly between: readonly [Choice, Choice]; readonly asked: AskedQuestion }
  | { readonly do: 'freeze'; readonly which: CardsMeant; readonly institutions: readonly InstitutionId[] }
  | { readonly do: 'danger'; readonly danger: Danger }
  | { readonly do: 'person'; readonly because: HandoverReason; readonly words?: WordKey }
  | { readonly do: 'dispute' | 'cancel-person' }
  | { readonly do: 'crisis' }
  | { readonly do: 'lower-disclosure'; readonly level: 'sealed' | 'rounded' }
  | { readonly do: 'change-language'; readonly language: Language }
  | { readonly do: 'stop' }
  | { readonly do: 'say-cut-off'; readonly cutOff: CutOff }
  | { readonly do: 'show-looks'; readonly words?: WordKey }
  | { readonly do: 'end-alerts' | 'keep-alerts' | 'vouch' }
  | { readonly do: 'offer-erase' | 'erase' }

/** A question to be asked of banks. */
export type AskPlan = Extract<Plan, { readonly do: 'ask' }>

/** Pages of the privacy centre that a chat offers; each asks for the passkey itself. */
export type Page = 'cards'

/** Which cards are to be frozen: all, those that words or digits name, or nobody has said. */
export type CardsMeant =
  | { readonly which: 'all' }
  | { readonly which: 'named'; readonly words: string | undefined; readonly lastDigits: string | undefined }
  | { readonly which: 'unsaid' }

/** What is in danger: what is said first, whether all cards are offered to be frozen, and why a person is asked. */
export type Danger = 'card' | 'fraud' | 'scam' | 'other-person'

/** What people shared and somebody cut off: everything in this chat, or these banks. */
export type CutOff = { readonly by: 'channel' | 'bank'; readonly institutions: readonly InstitutionId[] }

/** One bank and one kind of its data that this conversation may ask for at this moment. */
export type AskLeave = { readonly institution: InstitutionId; readonly dataClass: DataClass }

/** What this conversation may ask at this moment. */
export type Sharing = {
  readonly leaves: readonly AskLeave[]
  /** The levels of all its live grants. */
  readonly levels: readonly Disclosure[]
  /** What it was allowed to ask for, if the kill switch suspends some of that. */
  readonly cutOff: CutOff | undefined
}

/** The banks that may be asked for this kind of data, each once. */
export function banksFor(sharing: Sharing, dataClass: DataClass): readonly InstitutionId[] {
  const banks = sharing.leaves.filter((leave) => leave.dataClass === dataClass).map(({ institution }) => institution)
  return [...new Set(banks)].sort()
}

/** Whether anything at all is shared here. */
export function sharesAnything(sharing: Sharing): boolean {
  return sharing.leaves.length > 0
}

/** Everything a decision rests on. */
export type PlanInput = {
  readonly understood: Understood
  readonly sharing: Sharing
  readonly misses: number
  /** A card number or another secret in the message was hidden. */
  readonly hid?: boolean
  /** What was asked here last, for some minutes. */
  readonly last?: Intent
}
