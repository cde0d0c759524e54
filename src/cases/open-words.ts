import { handoverContext } from '../chat/index.ts'
import type { ConversationId, Secret } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { OpenedCase, TimelineEvent } from './case-store.ts'
import type { TimelineShown } from './show-case.ts'

type Key = Secret<Uint8Array>

/** What binds a sealed note to its case. */
function noteContext(conversation: ConversationId, fraudCase: string, note: string): string {
  return `case_note|${conversation}|${fraudCase}|${note}`
}

/** What the customer wrote; undefined where it cannot be opened any more. */
export function openSaid(
  key: Key,
  { conversation, words }: Pick<OpenedCase, 'conversation' | 'words'>,
): string | undefined {
  return open(key, words, handoverContext(conversation))
}

/** The timeline with its notes opened. */
export function openNotes(
  key: Key,
  of: Pick<OpenedCase, 'conversation' | 'id'>,
  events: readonly TimelineEvent[],
): readonly TimelineShown[] {
  return events.map((event) => ({
    ...event,
    text: event.note && open(key, event.note.sealed, noteContext(of.conversation, of.id, event.note.id)),
  }))
}

/** A note, sealed under the key of the conversation that the case came from: it goes with it. */
export function sealNote(
  key: Key,
  of: Pick<OpenedCase, 'conversation' | 'id'>,
  note: { readonly id: string; readonly text: string },
): Uint8Array {
  return seal(key.reveal(), Buffer.from(note.text, 'utf8'), noteContext(of.conversation, of.id, note.id))
}

function open(key: Key, sealed: Uint8Array, context: string): string | undefined {
  try {
    return Buffer.from(unseal(key.reveal(), sealed, context)).toString('utf8')
  } catch {
    return undefined // sealed under a key that was destroyed: the conversation was forgotten since
  }
}
