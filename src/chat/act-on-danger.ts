import type { Reply } from '../channels/index.ts'
import type { JobOutcome, Tx } from '../platform/index.ts'
import { comingWords, deadlines, keepTold, onlyBank, queueForPerson, sealQuestion } from './act-on-person.ts'
import type { Chat } from './chat-deps.ts'
import { openSeconds } from './chat-state-store.ts'
import type { Choice } from './choices.ts'
import type { CaseAsked, HandoverReason, PersonComing } from './desk-port.ts'
import { makeReply } from './make-reply.ts'
import { type Danger, banksFor } from './plan.ts'
import { keepThread } from './pass-thread.ts'
import { type Turn, endTurn } from './turn.ts'
import type { WordKey } from './word-keys.ts'

type Saying = { readonly words: WordKey; readonly because: HandoverReason; readonly opens?: CaseAsked['kind'] }

const sayings: { readonly [Kind in Danger]: Saying } = {
  card: { words: 'danger.card', because: 'card-in-danger', opens: 'card-lost' },
  fraud: { words: 'danger.fraud', because: 'fraud', opens: 'fraud' },
  scam: { words: 'danger.scam', because: 'scam', opens: 'fraud' },
  'other-person': { words: 'danger.other_person', because: 'another-person' },
}

/**
 * Danger to card or money: the first help, the offer to freeze all cards before any question is asked, and a person at once. What cannot be
 * frozen from here is said, with where it can.
 */
export function actOnDanger(chat: Chat, turn: Turn, danger: Danger): JobOutcome {
  return {
    finish: async (tx) => {
      const coming = await alarm(chat, turn, tx, sayings[danger])
      const reply = makeDangerReply(chat, turn, danger, coming)
      const offers = canFreeze(turn) && danger !== 'other-person'
      const opens = offers ? { opens: { kind: 'freeze_all', seconds: openSeconds } as const } : {}
      await endTurn(chat, turn, tx, {
        say: [{ reply }],
        change: { ...opens, ...keepTold(turn, coming) },
      })
    },
  }
}

/** A case where there is a customer it can be about, and a person in any event; once a message, however often this runs. */
async function alarm(chat: Chat, turn: Turn, tx: Tx, saying: Saying): Promise<PersonComing | undefined> {
  const { customer, id: conversation } = turn.conversation
  const { opens: kind } = saying
  if (chat.desk !== undefined && kind !== undefined && customer !== undefined && turn.from.source === 'message') {
    const about = { customer, conversation, institution: onlyBank(turn), message: turn.from.id }
    await chat.desk.openCase(tx, { ...about, kind, question: sealQuestion(turn), deadlineSeconds: deadlines.urgent })
    await keepThread(chat, turn, tx)
  }
  // Where people answer in another app, freezing comes first: with the thread gone, nothing here could say that it worked.
  return chat.handOverTo === undefined ? queueForPerson(chat, turn, tx, saying.because) : undefined
}

function makeDangerReply(chat: Chat, turn: Turn, danger: Danger, coming: PersonComing | undefined): Reply {
  const { words } = sayings[danger]
  const person = coming === undefined ? undefined : comingWords(chat, turn, coming)
  return makeReply(chat, turn, {
    words: [words, ...freezeWords(turn, danger), ...(person === undefined ? [] : [person.words])],
    ...(person === undefined ? {} : { values: person.values }),
    choices: dangerChoices(turn, danger, person !== undefined),
  })
}

function freezeWords(turn: Turn, danger: Danger): readonly WordKey[] {
  if (danger === 'other-person') return []
  return [canFreeze(turn) ? 'danger.offer_freeze' : 'danger.cannot_freeze']
}

function dangerChoices(turn: Turn, danger: Danger, hasPerson: boolean): readonly Choice[] {
  const isOther = danger === 'other-person'
  const freeze: readonly Choice[] = canFreeze(turn) ? [isOther ? 'freezeCard' : 'freezeAll'] : []
  return [...freeze, ...(hasPerson ? [] : (['talkToPerson'] as const)), ...(isOther ? (['help'] as const) : [])]
}

function canFreeze({ sharing }: Turn): boolean {
  return banksFor(sharing, 'card-status').length > 0
}
