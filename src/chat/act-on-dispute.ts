import type { Reply } from '../channels/index.ts'
import type { JobOutcome, Tx } from '../platform/index.ts'
import { onlyBank, queueForPerson, sayComing, sealQuestion } from './act-on-person.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** Somebody looks into a disputed payment within the working day. */
const deadlineSeconds = 8 * 3_600

/** Dispute words always open a case, once a message; who never linked, or finds nobody at a desk, gets what there is. */
export function openDispute(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => endTurn(chat, turn, tx, { say: [{ reply: await disputeReply(chat, turn, tx) }] }),
  }
}

async function disputeReply(chat: Chat, turn: Turn, tx: Tx): Promise<Reply> {
  const { customer, id: conversation } = turn.conversation
  if (chat.desk === undefined || turn.from.source !== 'message') return withoutDesk(chat, turn)
  if (customer === undefined) {
    const coming = await queueForPerson(chat, turn, tx, 'dispute')
    return coming === undefined ? withoutDesk(chat, turn) : sayComing(chat, turn, coming, 'dispute.not_linked')
  }
  const about = { customer, conversation, institution: onlyBank(turn), message: turn.from.id }
  const opened = await chat.desk.openCase(tx, {
    ...about,
    kind: 'dispute',
    question: sealQuestion(turn),
    deadlineSeconds,
  })
  // The same place in the queue; what it adds is whether anybody stands at the desk.
  if ((await queueForPerson(chat, turn, tx, 'dispute')) === undefined) return withoutDesk(chat, turn)
  return makeReply(chat, turn, {
    words: [isSealed(turn) ? 'dispute.opened_sealed' : 'dispute.opened'],
    values: { time: chat.words.moment(turn.language, opened.answerBy), reference: opened.reference },
    choices: ['freezeCard', 'recentTransactions'],
  })
}

function withoutDesk(chat: Chat, turn: Turn): Reply {
  return makeReply(chat, turn, { words: ['dispute.no_desk'], choices: ['freezeCard', 'recentTransactions'] })
}

function isSealed({ sharing }: Turn): boolean {
  return sharing.levels.length === 0 || sharing.levels.includes('sealed')
}
