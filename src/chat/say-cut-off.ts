import { loadInstitution } from '../banks/index.ts'
import type { Reply } from '../channels/index.ts'
import type { JobOutcome, Tx } from '../platform/index.ts'
import type { Chat } from './chat-deps.ts'
import { makeReply } from './make-reply.ts'
import type { CutOff } from './plan.ts'
import { type Turn, endTurn } from './turn.ts'

/** A calm sentence for whoever asks meanwhile: who stopped it, that nothing of theirs changed, and what still works. */
export function sayCutOff(chat: Chat, turn: Turn, cutOff: CutOff): JobOutcome {
  return {
    finish: async (tx) => endTurn(chat, turn, tx, { say: [{ reply: await makeCutOff(chat, turn, tx, cutOff) }] }),
  }
}

/** The same as a reply of its own, after the answers of the banks that are not cut off. */
export async function makeCutOff(chat: Chat, turn: Turn, tx: Tx, cutOff: CutOff): Promise<Reply> {
  const known = await Promise.all(cutOff.institutions.map((id) => loadInstitution(tx, id)))
  const names = cutOff.institutions.map((id, at) => known[at]?.name ?? id)
  return makeReply(chat, turn, {
    words: [cutOff.by === 'channel' ? 'cut_off.channel' : 'cut_off.bank'],
    values: { bank: chat.words.list(turn.language, names) },
    choices: ['stopSharing', 'help'],
  })
}
