import type { Reply } from '../channels/index.ts'
import { type LinkPurpose, offerLink } from '../linking/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { type Choice, quickReplyOf } from './choices.ts'
import type { Turn } from './turn.ts'
import type { WordKey } from './word-keys.ts'
import type { WordValues } from './words.ts'

/** What a reply says, one paragraph for each of the words, and what can be tapped. */
export type ReplyDraft = {
  readonly words: readonly WordKey[]
  readonly values?: WordValues
  readonly choices?: readonly Choice[]
}

/** Words and choices as a reply, in the turn's language. */
export function makeReply(chat: Pick<Chat, 'words'>, turn: Pick<Turn, 'language'>, draft: ReplyDraft): Reply {
  const { words, values = {}, choices = [] } = draft
  const say = (key: WordKey): string => chat.words.say(turn.language, key, values)
  return {
    text: words.map(say).join('\n\n'),
    ...(choices.length === 0 ? {} : { quickReplies: choices.map((choice) => quickReplyOf(choice, say)) }),
  }
}

const offerButtons = {
  link: 'link.button',
  change: 'change.button',
  recover: 'recover.button',
} as const satisfies Record<LinkPurpose, WordKey>

/** A reply with the button to a fresh single-use link. */
export async function makeOffer(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  offer: { readonly purpose: LinkPurpose; readonly words: WordKey; readonly values?: WordValues },
): Promise<Reply> {
  const { purpose, words, values = {} } = offer
  const url = await offerLink(chat, tx, { conversation: turn.conversation.id, purpose })
  const title = chat.words.say(turn.language, offerButtons[purpose])
  return { ...makeReply(chat, turn, { words: [words], values }), buttons: [{ kind: 'link', title, url }] }
}
