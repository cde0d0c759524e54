import type { Reply } from '../channels/index.ts'
import { eraseConversation } from '../erasure/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** Where a passkey erases a customer: the page says first what goes and what stays. */
const erasePath = '/me/erase'

/** "Erase me": a customer is shown the page; somebody who never linked is asked whether this chat shall go. */
export async function offerErase(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const reply =
    turn.conversation.customer === undefined
      ? makeReply(chat, turn, { words: ['erase.confirm'], choices: ['confirmErase', 'help'] })
      : makeErasePage(chat, turn)
  await endTurn(chat, turn, tx, { say: [{ reply }] })
}

/**
 * The tap that confirms it. The last words go out first, under the key that is then destroyed with everything else. Where a bank is
 * linked meanwhile, only the passkey will do.
 */
export async function erase(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const begun = await eraseConversation({ random: chat.random }, tx, turn.conversation.id)
  const reply = begun === undefined ? makeErasePage(chat, turn) : makeReply(chat, turn, { words: ['erase.done'] })
  await endTurn(chat, turn, tx, { say: [{ reply }], change: { pending: 'forget' } })
}

function makeErasePage(chat: Chat, turn: Turn): Reply {
  return {
    ...makeReply(chat, turn, { words: ['erase.page'] }),
    buttons: [{ kind: 'link', title: chat.words.say(turn.language, 'erase.button'), url: chat.publicUrl + erasePath }],
  }
}
