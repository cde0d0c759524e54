import { understandPayload } from './choices.ts'
import type { Turn } from './turn.ts'
import { understand } from './understand/understand.ts'
import type { Understood } from './understand/understood.ts'

/** A tap says surely what it means; words are understood. */
export function understandWords({ text, payload, language }: Pick<Turn, 'text' | 'payload' | 'language'>): Understood {
  const tapped = payload === undefined ? undefined : understandPayload(payload)
  return tapped ?? understand(text.reveal(), { language })
}
