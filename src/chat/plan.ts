import type { Disclosure, InstitutionId } from '../kernel/index.ts'
import type { LinkPurpose } from '../linking/index.ts'
import type { Choice } from './choices.ts'
import type { Slots, Understood } from './understand/understood.ts'
import type { WordKey } from './word-keys.ts'

/** What is decided about a message; the acting part does exactly this. */
export type Plan =
  | {
      readonly do: 'say'
      readonly words: readonly WordKey[]
      readonly choices: readonly Choice[]
      readonly missed?: boolean
    }
  | { readonly do: 'say-level'; readonly words: 'change.already'; readonly level: Disclosure }
  | {
      readonly do: 'offer-link'
      readonly purpose: LinkPurpose
      readonly words: WordKey
      readonly keepQuestion?: boolean
    }
  | { readonly do: 'confirm-code'; readonly code: string }
  | { readonly do: 'answer-balance'; readonly institutions: readonly InstitutionId[]; readonly slots: Slots }
  | { readonly do: 'lower-disclosure'; readonly level: 'sealed' | 'rounded' }
  | { readonly do: 'stop' }
  | { readonly do: 'say-cut-off'; readonly cutOff: CutOff }
  | { readonly do: 'show-looks' }
  | { readonly do: 'end-alerts' | 'keep-alerts' | 'vouch' }
  | { readonly do: 'offer-erase' | 'erase' }

/** What people shared and somebody cut off: everything in this chat, or these banks. */
export type CutOff = { readonly by: 'channel' | 'bank'; readonly institutions: readonly InstitutionId[] }

/** What this conversation may ask at this moment. */
export type Sharing = {
  /** Banks whose balances it may ask for. */
  readonly institutions: readonly InstitutionId[]
  /** The levels of all its live grants. */
  readonly levels: readonly Disclosure[]
  /** Balances it was allowed to ask for, if the kill switch suspends some of that. */
  readonly cutOff: CutOff | undefined
}

/** Everything a decision rests on. */
export type PlanInput = {
  readonly understood: Understood
  readonly sharing: Sharing
  readonly misses: number
}
