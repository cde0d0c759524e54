import { threads } from '../channels/index.ts'
import { type Tx, addJob } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

/** Whether whoever asks for a person here gets those of another app of the page. Not while somebody of our own desk has the conversation. */
export async function isToBePassed(chat: Chat, turn: Turn, tx: Tx): Promise<boolean> {
  const { conversation, from } = turn
  if (chat.handOverTo === undefined || conversation.channel !== 'messenger') return false
  if (from.source !== 'message' || turn.elsewhere === true) return false
  return (await chat.desk?.isWithPerson(tx, conversation.id)) === undefined
}

/** Last words that say whose the chat is now; the thread goes with them. */
export async function passThread(chat: Chat, turn: Turn, tx: Tx, first?: WordKey): Promise<void> {
  const words: readonly WordKey[] = [...(first === undefined ? [] : [first]), 'thread.passed']
  const reply = {
    ...makeReply(chat, turn, { words }),
    ...(chat.handOverTo === undefined ? {} : { passTo: chat.handOverTo }),
  }
  await endTurn(chat, turn, tx, { say: [{ reply }], change: { last: 'forget' } })
}

/** A case was opened here: where the page has another app, the thread is kept as long as it can be, so that the case can be told of in it. */
export async function keepThread(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const { channel, id } = turn.conversation
  if (chat.handOverTo === undefined || channel !== 'messenger' || turn.elsewhere === true) return
  await addJob(tx, threads.job('act', id, { do: 'extend' }))
}
