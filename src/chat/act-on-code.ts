import { confirmCode, linkedJob } from '../linking/index.ts'
import { unreachable } from '../kernel/index.ts'
import { type JobOutcome, type Tx, addJob } from '../platform/index.ts'
import { type Reply, inbound } from '../channels/index.ts'
import type { Chat } from './chat-deps.ts'
import { alertsAreOn } from './act-on-alerts.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

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
        if (turn.from.source === 'message') await inbound.dropHeldDigits(tx, turn.from.id)
        await addJob(tx, { kind: linkedJob, key: conversation.id, payload: {} })
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
      return sayLinked(chat, turn, await alertsAreOn(tx, turn.conversation.id))
    case 'wrong':
      return makeReply(chat, turn, { words: ['code.wrong'], choices: ['linkBank'] })
    case 'void':
      return makeOffer(chat, turn, tx, { purpose: 'link', words: 'code.void' })
    case 'none':
      return makeReply(chat, turn, { words: ['code.none'], choices: ['linkBank', 'balance'] })
    default:
      return unreachable(outcome)
  }
}

/** It is linked; whether fraud alerts are on here, and the way to them where they are not. */
function sayLinked(chat: Chat, turn: Turn, warned: boolean): Reply {
  const more: readonly WordKey[] = warned ? ['alerts.linked'] : []
  return turn.state.pending === undefined
    ? makeReply(chat, turn, {
        words: ['code.confirmed', ...more],
        choices: warned ? ['balance', 'help'] : ['balance', 'warnMe', 'help'],
      })
    : makeReply(chat, turn, { words: ['code.confirmed_question', ...more] })
}
