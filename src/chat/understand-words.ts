import { understandPayload } from './choices.ts'
import type { Chat } from './chat-deps.ts'
import type { Turn } from './turn.ts'
import type { Understood } from './understand/understood.ts'

/** A tap says surely what it means; words are understood, beside what is open here and what was asked last. */
export function understandWords(
  chat: Pick<Chat, 'understand' | 'timeZone'>,
  turn: Pick<Turn, 'text' | 'payload' | 'language' | 'state' | 'last'>,
): Understood {
  const { text, payload, language, state, last } = turn
  const tapped = payload === undefined ? undefined : understandPayload(payload)
  if (tapped !== undefined) return withLast(tapped, turn)
  return chat.understand(text.reveal(), {
    language,
    now: state.now,
    timeZone: chat.timeZone,
    ...(state.open === undefined ? {} : { open: [state.open] }),
    ...(last === undefined ? {} : { last }),
  })
}

/** Which of two was meant was asked about a question: its slots are those of what is picked. */
function withLast(tapped: Understood, { state, last }: Pick<Turn, 'state' | 'last'>): Understood {
  const picks = state.open?.kind === 'which_intent' && !state.open.expired
  return picks && last !== undefined && Object.keys(tapped.slots).length === 0
    ? { ...tapped, slots: last.slots }
    : tapped
}
