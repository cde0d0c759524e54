import type { Reply } from '../channels/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { type JobOutcome, type Tx, seal } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import type { StateChange } from './chat-state-store.ts'
import { type HandoverReason, type PersonComing, handoverContext } from './desk-port.ts'
import { keepLast } from './keep-question.ts'
import { makeReply } from './make-reply.ts'
import { isToBePassed, passThread } from './pass-thread.ts'
import type { Plan } from './plan.ts'
import { type Turn, endTurn } from './turn.ts'
import type { WordKey } from './word-keys.ts'
import type { WordValues } from './words.ts'

/** By when a person should have answered, in seconds. It is said to the customer, so it is what a desk of people can hold. */
export const deadlines = { urgent: 900, normal: 3_600 } as const

const urgent: readonly HandoverReason[] = ['crisis', 'card-in-danger', 'fraud', 'scam', 'another-person']

/** A person is asked for, with the question attached as it was written; where nobody is at the desk, that is said as it is. */
export function askForPerson(chat: Chat, turn: Turn, plan: Extract<Plan, { do: 'person' }>): JobOutcome {
  return {
    finish: async (tx) => {
      if (await isToBePassed(chat, turn, tx)) return passThread(chat, turn, tx, plan.words)
      const coming = await queueForPerson(chat, turn, tx, plan.because)
      const reply = sayComing(chat, turn, coming, plan.words)
      await endTurn(chat, turn, tx, { say: [{ reply }], change: keepTold(turn, coming) })
    },
  }
}

/** Puts the conversation into the queue; undefined where nobody answers at a desk. */
export async function queueForPerson(
  chat: Chat,
  turn: Turn,
  tx: Tx,
  because: HandoverReason,
): Promise<PersonComing | undefined> {
  if (chat.desk === undefined || turn.from.source !== 'message' || turn.elsewhere === true) return undefined
  const priority = urgent.includes(because) ? 'urgent' : 'normal'
  const coming = await chat.desk.askForPerson(tx, {
    customer: turn.conversation.customer,
    conversation: turn.conversation.id,
    institution: onlyBank(turn),
    message: turn.from.id,
    question: sealQuestion(turn),
    because,
    priority,
    deadlineSeconds: deadlines[priority],
  })
  return coming.isStaffed ? coming : undefined
}

/** What is told next and is no question goes to the person who comes, too; nothing of that where nobody does. */
export function keepTold(turn: Turn, coming: PersonComing | undefined): StateChange {
  return coming === undefined ? {} : keepLast(turn, { intent: 'talk_to_person', slots: {} })
}

/** The bank it is about, where only one is shared here. */
export function onlyBank({ sharing }: Turn): InstitutionId | undefined {
  const banks = [...new Set(sharing.leaves.map(({ institution }) => institution))]
  return banks.length === 1 ? banks[0] : undefined
}

/** "I don't need a person any more." */
export function cancelPerson(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const cancelled = (await chat.desk?.cancel(tx, turn.conversation.id)) ?? false
      const words = cancelled ? 'person.cancelled' : 'no_open'
      const reply = makeReply(chat, turn, { words: [words], choices: ['help'] })
      await endTurn(chat, turn, tx, { say: [{ reply }], change: { last: 'forget' } })
    },
  }
}

/** What "Don't allow" sends, under a person's question to look at the accounts (`src/desk`). */
export const noLookPayload = 'person:no-look'

/** No agent may look, from this moment on. It takes no passkey: it only makes things safer (P4). */
export function refuseLook(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      const refused = (await chat.desk?.refuseLook(tx, turn.conversation.id)) ?? false
      const reply = makeReply(chat, turn, { words: [refused ? 'person.no_look' : 'no_open'], choices: ['help'] })
      await endTurn(chat, turn, tx, { say: [{ reply }] })
    },
  }
}

/** What the person wrote, sealed for the desk. */
export function sealQuestion(turn: Turn): Uint8Array {
  const { conversation, key, text } = turn
  return seal(key.reveal(), Buffer.from(text.reveal(), 'utf8'), handoverContext(conversation.id))
}

/** Who comes and by when, as a paragraph. */
export function sayComing(chat: Chat, turn: Turn, coming: PersonComing | undefined, first?: WordKey): Reply {
  const before = first === undefined ? [] : [first]
  if (coming === undefined) {
    return makeReply(chat, turn, { words: [...before, 'person.now'], choices: ['balance', 'help'] })
  }
  const { words, values } = comingWords(chat, turn, coming)
  return makeReply(chat, turn, { words: [...before, words], values, choices: ['cancelPerson', 'help'] })
}

/** How it is said that a person comes. */
export function comingWords(
  chat: Chat,
  turn: Turn,
  coming: PersonComing,
): { readonly words: WordKey; readonly values: WordValues } {
  const values = { time: chat.words.moment(turn.language, coming.answerBy), minutes: coming.waitMinutes ?? 0 }
  // A time that was promised and has passed is not promised again.
  if (!coming.isNew) return { words: coming.answerBy <= turn.state.now ? 'person.overdue' : 'person.waiting', values }
  return { words: coming.waitMinutes === undefined ? 'person.coming' : 'person.soon', values }
}

/** Somebody may be in danger of life: words for that and a person at once, and nothing else. */
export function meetCrisis(chat: Chat, turn: Turn): JobOutcome {
  return {
    finish: async (tx) => {
      if (await isToBePassed(chat, turn, tx)) return passThread(chat, { ...turn, notes: [] }, tx, 'crisis')
      const coming = await queueForPerson(chat, turn, tx, 'crisis')
      const words = coming === undefined ? ['crisis' as const] : (['crisis', 'crisis.person'] as const)
      // No notes and no choices: nothing stands beside these words.
      const alone = { ...turn, notes: [] }
      const change = keepTold(turn, coming)
      await endTurn(chat, alone, tx, { say: [{ reply: makeReply(chat, alone, { words }) }], change })
    },
  }
}
