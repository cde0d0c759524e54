import { understandPayload } from './choices.ts'
import type { Chat } from './chat-deps.ts'
import type { Turn } from './turn.ts'
import type { OpenQuestion, Understood } from './understand/understood.ts'

/** A tap says surely what it means; words are understood, beside what is open here and what was asked last. */
export function understandWords(
  chat: Pick<Chat, 'understand' | 'timeZone'>,
  turn: Pick<Turn, 'text' | 'payload' | 'language' | 'state' | 'last'> & Partial<Pick<Turn, 'alerts'>>,
): Understood {
  const { text, payload, language, last } = turn
  const tapped = payload === undefined ? undefined : understandPayload(payload)
  if (tapped !== undefined) return withLast(tapped, turn)
  return chat.understand(text.reveal(), {
    language,
    now: turn.state.now,
    timeZone: chat.timeZone,
    ...openFor(turn),
    ...(last === undefined ? {} : { last }),
  })
}

/** A yes or a no is for the question that was asked here last, and else for the one about a card that still waits. */
function openFor({ state, alerts = [] }: { readonly state: Turn['state']; readonly alerts?: Turn['alerts'] }): {
  readonly open?: readonly OpenQuestion[]
} {
  if (state.open !== undefined && !state.open.expired) return { open: [state.open] }
  if (alerts.length > 0) return { open: [{ kind: 'was_it_you', expired: false }] }
  return state.open === undefined ? {} : { open: [state.open] }
}

/** Which of two was meant was asked about a question: its slots are those of what is picked. */
function withLast(tapped: Understood, { state, last }: Pick<Turn, 'state' | 'last'>): Understood {
  const picks = state.open?.kind === 'which_intent' && !state.open.expired
  return picks && last !== undefined && Object.keys(tapped.slots).length === 0
    ? { ...tapped, slots: last.slots }
    : tapped
}
