import type { Reply } from '../channels/index.ts'
import { type LinkPurpose, offerLink } from '../linking/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { type Choice, quickReplyOf } from './choices.ts'
import type { Turn } from './turn.ts'
import type { WordKey } from './word-keys.ts'
import type { WordValues } from './words.ts'

/** Words and choices as a reply, in the turn's language. */
export function makeReply(
  chat: Chat,
  turn: Pick<Turn, 'language'>,
  words: readonly WordKey[],
  values: WordValues = {},
  choices: readonly Choice[] = [],
): Reply {
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
  purpose: LinkPurpose,
  words: WordKey,
  values: WordValues = {},
): Promise<Reply> {
  const url = await offerLink(chat, tx, { conversation: turn.conversation.id, purpose })
  const title = chat.words.say(turn.language, offerButtons[purpose])
  return { ...makeReply(chat, turn, [words], values), buttons: [{ kind: 'link', title, url }] }
}
