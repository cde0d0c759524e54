import type { Reply } from '../channels/index.ts'
import { endings } from '../consent/index.ts'
import type { Tx } from '../platform/index.ts'
import { askAlertsEnd } from '../revocation/index.ts'
import type { Chat } from './chat-deps.ts'
import { buttonOf } from './choices.ts'
import { makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** Where a passkey ends them at once. */
const centrePath = '/me'

/** "Stop fraud alerts": nothing ends now. A day begins, every conversation of the customer hears of it, and each can keep them. */
export async function endAlerts(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const asked = await askAlertsEnd(tx, turn.conversation.id)
  if (asked === undefined) {
    return endTurn(chat, turn, tx, {
      say: [{ reply: makeReply(chat, turn, { words: ['alerts.none'], choices: ['help'] }) }],
    })
  }
  const time = chat.words.moment(turn.language, asked.endsAt)
  const words = asked.isNew ? 'alerts.ending' : 'alerts.ending_already'
  const say = (key: Parameters<Chat['words']['say']>[1]): string => chat.words.say(turn.language, key)
  const reply: Reply = {
    ...makeReply(chat, turn, { words: [words, 'safety'], values: { time } }),
    buttons: [
      buttonOf('keepAlerts', say),
      { kind: 'link', title: say('alerts.button'), url: chat.publicUrl + centrePath },
    ],
  }
  await endTurn(chat, turn, tx, { say: [{ reply }] })
}

/** "Keep the alerts": by word or tap, from any conversation of the customer. */
export async function keepAlerts(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const { customer } = turn.conversation
  const kept = customer === undefined ? 0 : await endings.alerts.keep(tx, customer)
  const words = kept > 0 ? 'alerts.kept' : 'alerts.nothing_to_keep'
  await endTurn(chat, turn, tx, { say: [{ reply: makeReply(chat, turn, { words: [words] }) }] })
}
