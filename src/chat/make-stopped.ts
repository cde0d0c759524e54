import type { Reply, ReplyButton } from '../channels/index.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import type { Turn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

/** Pages of the privacy centre, which asks for the passkey itself: their addresses say nothing about anybody. */
const receiptsPath = '/me/receipts'
const looksPath = '/me#looks'

/** What is said after "stop", the second time as calmly as the first: where the receipt is, and where every look is shown. */
export function makeStopped(
  chat: Chat,
  turn: Turn,
  { isDone, alertsGoOn }: { readonly isDone: boolean; readonly alertsGoOn: boolean },
): Reply {
  if (turn.conversation.customer === undefined) {
    return makeReply(chat, turn, { words: ['stop.nothing'], choices: ['linkBank', 'help'] })
  }
  const time = chat.words.time(turn.language, turn.state.now)
  const words: readonly WordKey[] = [
    isDone ? 'stop.done' : 'stop.again',
    ...(alertsGoOn ? (['alerts.go_on'] as const) : []),
  ]
  return {
    ...makeReply(chat, turn, { words, values: { time } }),
    buttons: [receiptButton(chat, turn), looksButton(chat, turn)],
  }
}

function receiptButton(chat: Chat, turn: Turn): ReplyButton {
  return { kind: 'link', title: chat.words.say(turn.language, 'stop.receipt'), url: chat.publicUrl + receiptsPath }
}

/** Where every look at the customer's data is shown. */
export function makeLooks(chat: Chat, turn: Turn, words?: WordKey): Reply {
  if (turn.conversation.customer === undefined) {
    return makeReply(chat, turn, { words: [words ?? 'looks.none'], choices: ['linkBank', 'help'] })
  }
  return { ...makeReply(chat, turn, { words: [words ?? 'looks.offer'] }), buttons: [looksButton(chat, turn)] }
}

function looksButton(chat: Chat, turn: Turn): ReplyButton {
  return { kind: 'link', title: chat.words.say(turn.language, 'looks.button'), url: chat.publicUrl + looksPath }
}
