import { confirmCode } from '../linking/index.ts'
import { unreachable } from '../kernel/index.ts'
import { type JobOutcome, type Tx, addJob } from '../platform/index.ts'
import type { Reply } from '../channels/index.ts'
import type { Chat } from './chat-deps.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** The job that follows a confirmed link: key = the conversation, payload `{ conversation }`. */
export const linkedJob = 'chat.linked'

/**
 * Six digits that the page showed: both ends of the link are the same person (threat row 4). Once they fit, the question
 * that waited is answered by the job that comes next in this conversation.
 */
export function actOnCode(chat: Chat, turn: Turn, code: string): JobOutcome {
  return {
    finish: async (tx) => {
      const { conversation } = turn
      const outcome = await confirmCode(chat, tx, { conversation: conversation.id, code })
      if (outcome === 'confirmed') {
        await addJob(tx, { kind: linkedJob, key: conversation.id, payload: { conversation: conversation.id } })
      }
      await endTurn(chat, turn, tx, { say: [{ reply: await replyTo(chat, turn, tx, outcome) }] })
    },
  }
}

async function replyTo(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  outcome: Awaited<ReturnType<typeof confirmCode>>,
): Promise<Reply> {
  switch (outcome) {
    case 'confirmed':
      return turn.state.pending === undefined
        ? makeReply(chat, turn, ['code.confirmed'], {}, ['balance', 'help'])
        : makeReply(chat, turn, ['code.confirmed_question'])
    case 'wrong':
      return makeReply(chat, turn, ['code.wrong'], {}, ['linkBank'])
    case 'void':
      return makeOffer(chat, turn, tx, 'link', 'code.void')
    case 'none':
      return makeReply(chat, turn, ['code.none'], {}, ['linkBank', 'balance'])
    default:
      return unreachable(outcome)
  }
}
