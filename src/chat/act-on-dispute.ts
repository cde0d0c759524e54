import type { Reply } from '../channels/index.ts'
import type { JobOutcome, Tx } from '../platform/index.ts'
import { keepTold, onlyBank, queueForPerson, sayComing, sealQuestion } from './act-on-person.ts'
import type { Chat } from './chat-deps.ts'
import type { StateChange } from './chat-state-store.ts'
import { makeReply } from './make-reply.ts'
import { keepThread } from './pass-thread.ts'
import { type Turn, endTurn } from './turn.ts'

/** Somebody looks into a disputed payment within the working day. */
const deadlineSeconds = 8 * 3_600

/** Dispute words always open a case, once a message; who never linked, or finds nobody at a desk, gets what there is. */
export function openDispute(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const { reply, change = {} } = await disputeReply(chat, turn, tx)
      await endTurn(chat, turn, tx, { say: [{ reply }], change })
    },
  }
}

type Disputed = { readonly reply: Reply; readonly change?: StateChange }

async function disputeReply(chat: Chat, turn: Turn, tx: Tx): Promise<Disputed> {
  const { customer, id: conversation } = turn.conversation
  if (chat.desk === undefined || turn.from.source !== 'message') return withoutDesk(chat, turn)
  if (customer === undefined) {
    const coming = await queueForPerson(chat, turn, tx, 'dispute')
    if (coming === undefined) return withoutDesk(chat, turn)
    return { reply: sayComing(chat, turn, coming, 'dispute.not_linked'), change: keepTold(turn, coming) }
  }
  const about = { customer, conversation, institution: onlyBank(turn), message: turn.from.id }
  const opened = await chat.desk.openCase(tx, {
    ...about,
    kind: 'dispute',
    question: sealQuestion(turn),
    deadlineSeconds,
  })
  await keepThread(chat, turn, tx)
  // The same place in the queue; what it adds is whether anybody stands at the desk.
  const coming = await queueForPerson(chat, turn, tx, 'dispute')
  if (coming === undefined) return withoutDesk(chat, turn)
  const reply = makeReply(chat, turn, {
    words: [isSealed(turn) ? 'dispute.opened_sealed' : 'dispute.opened'],
    values: { time: chat.words.moment(turn.language, opened.answerBy), reference: opened.reference },
    choices: ['freezeCard', 'recentTransactions'],
  })
  // The shop, the day and the amount that are written next go there too.
  return { reply, change: keepTold(turn, coming) }
}

function withoutDesk(chat: Chat, turn: Turn): Disputed {
  return { reply: makeReply(chat, turn, { words: ['dispute.no_desk'], choices: ['freezeCard', 'recentTransactions'] }) }
}

function isSealed({ sharing }: Turn): boolean {
  return sharing.levels.length === 0 || sharing.levels.includes('sealed')
}
