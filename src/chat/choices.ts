import type { Disclosure } from '../kernel/index.ts'
import type { QuickReply, ReplyButton } from '../channels/index.ts'
import { type Intent, type Understood, intents } from './understand/understood.ts'
import type { WordKey } from './word-keys.ts'

/** What "Get started" sends. */
export const getStartedPayload = 'get_started'

/** What a tap can say: the same as words would, but surely understood. */
export const choices = {
  balance: { payload: 'intent:balance', title: 'choice.balance' },
  tryAgain: { payload: 'intent:balance', title: 'choice.try_again' },
  linkBank: { payload: 'intent:link_bank', title: 'choice.link_bank' },
  help: { payload: 'intent:help', title: 'choice.help' },
  stopSharing: { payload: 'intent:stop_sharing', title: 'choice.stop_sharing' },
  talkToPerson: { payload: 'intent:talk_to_person', title: 'choice.talk_to_person' },
  confirmErase: { payload: 'intent:confirm_erase', title: 'choice.confirm_erase' },
  keepAlerts: { payload: 'intent:keep_alerts', title: 'choice.keep_alerts' },
  changeDisclosure: { payload: 'intent:change_disclosure', title: 'choice.change_disclosure' },
} as const satisfies Record<string, { readonly payload: string; readonly title: WordKey }>

export type Choice = keyof typeof choices

/** A choice as a quick reply. */
export function quickReplyOf(choice: Choice, say: (key: WordKey) => string): QuickReply {
  return { title: say(choices[choice].title), payload: choices[choice].payload }
}

/** A choice as a button that stays with its message. */
export function buttonOf(choice: Choice, say: (key: WordKey) => string): ReplyButton {
  return { kind: 'postback', ...quickReplyOf(choice, say) }
}

/** What a tapped payload means; undefined for one that is not ours (then its words are read). */
export function understandPayload(payload: string): Understood | undefined {
  if (payload === getStartedPayload) return sure('greeting')
  const intent = intents.find((name) => payload === `intent:${name}`)
  return intent === undefined ? undefined : sure(intent)
}

function sure(intent: Intent, level?: Disclosure): Understood {
  const named = level === undefined ? {} : { level }
  return { intent, confidence: 1, slots: {}, ...named, masked: undefined, priority: false }
}
