import { type CardState, loadInstitution } from '../banks/index.ts'
import { type Permit, openPermit } from '../consent/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { Chat } from './chat-deps.ts'
import type { Turn } from './turn.ts'

/** One bank that may be told about cards. */
export type CardBank = {
  readonly institution: InstitutionId
  readonly name: string
  readonly permit: Permit<'card-status'>
}

/** Opens the look at the cards of one bank; undefined when nothing gives leave any more. */
export async function openCards(chat: Chat, turn: Turn, institution: InstitutionId): Promise<CardBank | undefined> {
  const { customer, id: conversation } = turn.conversation
  if (customer === undefined) return undefined
  const look = { customer, institution, conversation, dataClass: 'card-status' } as const
  const [permit, known] = await Promise.all([
    openPermit(chat, look, 'bank-token'),
    loadInstitution(chat.database, institution),
  ])
  if (!permit.ok) {
    chat.logger.warn('chat.no-permit', { code: permit.code, institution, conversationId: conversation })
    return undefined
  }
  return { institution, name: known?.name ?? institution, permit: permit.value }
}

/** What became of the cards at one bank; `frozen` undefined: it is not known that they are. */
export type CardsFrozen = { readonly bank: CardBank; readonly frozen: readonly CardState[] | undefined }
