import type { Tx } from '../platform/index.ts'
import type { JobOutcome } from '../platform/index.ts'
import type { AlertAnswer } from './alerts-port.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'
import { readDisowned } from './understand/read-disowned.ts'
import type { Understood } from './understand/understood.ts'

/** An answer to a question about card use: to the one that a button names, or to whichever are open. */
export type HeardAlert = { readonly says: AlertAnswer; readonly alert: string | undefined }

/**
 * Whether a message answers a question about card use. A button says surely which. Words count while one is open: a yes or no that no other
 * question of ours waits for, and "not me" in any case. What is doubtful is taken for "not me": that only makes things safer (P4).
 */
export function hearAlert(turn: Turn, understood: Understood): HeardAlert | undefined {
  const { alert } = understood
  if (alert !== undefined) return { says: alert.says, alert: alert.id }
  if (turn.alerts.length === 0 || turn.kind !== 'text' || turn.payload !== undefined) return undefined
  const says = saysOf(turn, understood)
  return says === undefined ? undefined : { says, alert: undefined }
}

function saysOf(turn: Turn, { intent, answers, priority, crisis }: Understood): AlertAnswer | undefined {
  // Words of danger have a plan of their own, which comes first; see `isAlarm`.
  if (crisis === true || priority) return undefined
  // "Not sure" has a "sure" in it, and "no lo sé" a "no": what they say as a whole comes first.
  const disowned = readDisowned(turn.text.reveal())
  if (disowned !== undefined) return disowned
  if (answers !== 'was_it_you') return undefined
  return intent === 'confirm_no' ? 'not-me' : 'it-was-me'
}

/** Words that a card is lost or abused, while a question about a card is open, mean "not me" as well. */
export function isAlarm(turn: Turn, { intent, second, other, crisis, priority }: Understood): boolean {
  const speaksOfDanger = intent === 'report_fraud' || intent === 'lost_or_stolen_card'
  return (
    turn.alerts.length > 0 &&
    priority &&
    speaksOfDanger &&
    second === undefined &&
    other === undefined &&
    crisis !== true
  )
}

/** Hands "not me" on for every question that is open, before what else the turn does. */
export function alarmBefore(chat: Chat, turn: Turn, outcome: JobOutcome): JobOutcome {
  if (!('finish' in outcome)) return outcome
  return {
    finish: async (tx) => {
      await hearAll(chat, turn, tx, 'not-me')
      await outcome.finish(tx)
    },
  }
}

/**
 * Hands an answer on. Alerts tell what follows from it, so nothing is said here; but of an alert that is gone, and of a "yes" to one of
 * several, which is never guessed.
 */
export function answerAlert(chat: Chat, turn: Turn, { says, alert }: HeardAlert): JobOutcome {
  return {
    finish: async (tx) => {
      if (alert !== undefined) {
        const answered = { conversation: turn.conversation.id, alert, says }
        if (await chat.alerts?.hear(tx, answered)) return endTurn(chat, turn, tx, { say: [] })
        return sayUnknown(chat, turn, tx)
      }
      if (says !== 'not-me' && turn.alerts.length > 1) return askWhich(chat, turn, tx)
      await hearAll(chat, turn, tx, says)
      await endTurn(chat, turn, tx, { say: [] })
    },
  }
}

async function hearAll(chat: Chat, turn: Turn, tx: Tx, says: AlertAnswer): Promise<void> {
  for (const alert of turn.alerts) await chat.alerts?.hear(tx, { conversation: turn.conversation.id, alert, says })
}

function sayUnknown(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const reply = makeReply(chat, turn, { words: ['alert.unknown'], choices: ['freezeAll', 'talkToPerson'] })
  return endTurn(chat, turn, tx, { say: [{ reply }] })
}

function askWhich(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const reply = makeReply(chat, turn, { words: ['alert.which'], choices: ['talkToPerson'] })
  return endTurn(chat, turn, tx, { say: [{ reply }] })
}
