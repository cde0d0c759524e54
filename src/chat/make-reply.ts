import type { Reply, ReplyButton } from '../channels/index.ts'
import { type LinkPurpose, offerLink } from '../linking/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { type Choice, quickReplyOf } from './choices.ts'
import type { Page } from './plan.ts'
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

const pagePaths = { cards: '/me/cards' } as const satisfies Record<Page, string>
const pageButtons = { cards: 'page.cards.button' } as const satisfies Record<Page, WordKey>

/** A button to a page of the privacy centre, whose address says nothing about anybody. */
export function pageButton(
  chat: Pick<Chat, 'words' | 'publicUrl'>,
  turn: Pick<Turn, 'language'>,
  page: Page,
): ReplyButton {
  return {
    kind: 'link',
    title: chat.words.say(turn.language, pageButtons[page]),
    url: chat.publicUrl + pagePaths[page],
  }
}

/** Words and the button to a page where a passkey does it. */
export function makePageOffer(
  chat: Pick<Chat, 'words' | 'publicUrl'>,
  turn: Pick<Turn, 'language'>,
  offer: { readonly page: Page; readonly words: WordKey },
): Reply {
  return { ...makeReply(chat, turn, { words: [offer.words] }), buttons: [pageButton(chat, turn, offer.page)] }
}
