import { handoverContext } from '../chat/index.ts'
import { Secret } from '../kernel/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'

/** What binds an agent's words to their row; the customer's are bound by `handoverContext`, since the chat seals them. */
function agentContext(conversation: ConversationId, id: string): string {
  return `desk.message|${conversation}|${id}`
}

function noteContext(conversation: ConversationId, handover: string): string {
  return `desk.handover.note|${conversation}|${handover}`
}

function privateNoteContext(conversation: ConversationId, id: string): string {
  return `desk.note|${conversation}|${id}`
}

type Place = { readonly conversation: ConversationId; readonly id: string }

function sealWith(key: Secret<Uint8Array>, text: Secret<string>, context: string): Buffer {
  return seal(key.reveal(), Buffer.from(text.reveal(), 'utf8'), context)
}

function openWith(key: Secret<Uint8Array>, sealed: Uint8Array, context: string): Secret<string> {
  return new Secret(unseal(key.reveal(), sealed, context).toString('utf8'))
}

/** Words of the desk under the conversation's key. Opening throws `platform/seal-broken` where bytes were moved or changed. */
export const sealedWords = {
  sealAgents: (key: Secret<Uint8Array>, at: Place, text: Secret<string>) =>
    sealWith(key, text, agentContext(at.conversation, at.id)),
  openAgents: (key: Secret<Uint8Array>, at: Place, sealed: Uint8Array) =>
    openWith(key, sealed, agentContext(at.conversation, at.id)),
  openCustomers: (key: Secret<Uint8Array>, conversation: ConversationId, sealed: Uint8Array) =>
    openWith(key, sealed, handoverContext(conversation)),
  openNote: (key: Secret<Uint8Array>, at: Place & { readonly onReturn: boolean }, sealed: Uint8Array) =>
    openWith(
      key,
      sealed,
      at.onReturn ? noteContext(at.conversation, at.id) : privateNoteContext(at.conversation, at.id),
    ),
  sealPrivateNote: (key: Secret<Uint8Array>, at: Place, text: Secret<string>) =>
    sealWith(key, text, privateNoteContext(at.conversation, at.id)),
  sealNote: (key: Secret<Uint8Array>, at: Place, text: Secret<string>) =>
    sealWith(key, text, noteContext(at.conversation, at.id)),
} as const
