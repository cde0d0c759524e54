import { sentMessages } from '../channels/index.ts'
import type { JobOutcome } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { type ReplyDraft, makeReply } from './make-reply.ts'
import { type Turn, endTurn } from './turn.ts'

/** How many of our latest messages are named when nobody says which one is meant. */
const namedMax = 3

/**
 * "Is this message from you?" A message that was replied to is looked up by its id; otherwise our latest ones are named by their
 * times, for what they said is not kept. Each answer says what we never ask for.
 */
export async function vouch(chat: Chat, turn: Turn): Promise<JobOutcome> {
  const draft = turn.replyTo === undefined ? await nameLatest(chat, turn) : await lookUp(chat, turn, turn.replyTo)
  const reply = makeReply(chat, turn, {
    ...draft,
    words: [...draft.words, 'safety'],
    choices: ['help', 'talkToPerson'],
  })
  return { finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply }] }) }
}

async function lookUp(chat: Chat, turn: Turn, replyTo: string): Promise<ReplyDraft> {
  const of = { conversation: turn.conversation.id, hash: Buffer.from(replyTo, 'base64url') }
  const at = await sentMessages.find(chat.database, of)
  return at === undefined
    ? { words: ['vouch.no'], values: { days: sentMessages.keptDays } }
    : { words: ['vouch.yes'], values: { time: chat.words.moment(turn.language, at) } }
}

async function nameLatest(chat: Chat, turn: Turn): Promise<ReplyDraft> {
  const latest = await sentMessages.list(chat.database, { conversation: turn.conversation.id }, namedMax)
  if (latest.length === 0) return { words: ['vouch.who', 'vouch.none'] }
  const times = latest.map(({ at }) => chat.words.moment(turn.language, at))
  return { words: ['vouch.who', 'vouch.latest'], values: { times: chat.words.list(turn.language, times) } }
}
