import type { Reply } from '../channels/index.ts'
import { type Grant, endings, listGrants } from '../consent/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { askAlertsEnd } from '../revocation/index.ts'
import type { Chat } from './chat-deps.ts'
import { buttonOf } from './choices.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** Where a passkey turns them on, and ends them at once. */
const alertsPath = '/me/alerts'

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
      { kind: 'link', title: say('alerts.button'), url: chat.publicUrl + alertsPath },
    ],
  }
  await endTurn(chat, turn, tx, { say: [{ reply }] })
}

/** "Keep the alerts", "warn me about fraud": by word or tap, from any conversation of the customer. What is off is turned on by a passkey. */
export async function keepAlerts(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  await endTurn(chat, turn, tx, { say: [{ reply: await replyToKeep(chat, turn, tx) }] })
}

async function replyToKeep(chat: Chat, turn: Turn, tx: Tx): Promise<Reply> {
  const { customer, id } = turn.conversation
  const kept = customer === undefined ? 0 : await endings.alerts.keep(tx, customer)
  if (kept > 0) return makeReply(chat, turn, { words: ['alerts.kept'] })
  const grants = (await listGrants(tx, { conversation: id })).filter(({ holds }) => holds)
  if (grants.some(isWarning)) return makeReply(chat, turn, { words: ['alerts.on'] })
  if (grants.length === 0) return makeOffer(chat, turn, tx, { purpose: 'link', words: 'alerts.link_first' })
  const title = chat.words.say(turn.language, 'alerts.button')
  return {
    ...makeReply(chat, turn, { words: ['alerts.offer'] }),
    buttons: [{ kind: 'link', title, url: chat.publicUrl + alertsPath }],
  }
}

/** Whether fraud alerts come to this conversation now. */
export async function alertsAreOn(tx: Tx, conversation: ConversationId): Promise<boolean> {
  return (await listGrants(tx, { conversation })).some((grant) => grant.holds && isWarning(grant))
}

function isWarning({ purpose }: Grant): boolean {
  return purpose === 'fraud-alerts'
}
