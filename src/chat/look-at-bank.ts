import type { BankLook } from '../answers/index.ts'
import { type BankRefusal, loadInstitution } from '../banks/index.ts'
import { type Permit, openPermit } from '../consent/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import type { Chat } from './chat-deps.ts'
import type { Turn } from './turn.ts'

/** One bank asked under its own permit. */
export type Look = BankLook & { readonly permit: Permit<'balance'> }

/** Opens the look and asks the bank; undefined when nothing gives leave any more. */
export async function lookAtBank(chat: Chat, turn: Turn, institution: InstitutionId): Promise<Look | undefined> {
  const { conversation } = turn
  if (conversation.customer === undefined) return undefined
  const look = {
    customer: conversation.customer,
    institution,
    conversation: conversation.id,
    dataClass: 'balance',
  } as const
  const [permit, known] = await Promise.all([openPermit(chat, look), loadInstitution(chat.database, institution)])
  if (!permit.ok) {
    chat.logger.warn('chat.no-permit', { code: permit.code, institution, conversationId: conversation.id })
    return undefined
  }
  const report = await chat.bank.fetchBalances(permit.value)
  return {
    institution,
    institutionName: known?.name ?? institution,
    level: permit.value.disclosure,
    checkedAt: chat.clock.now(),
    result: resultOf(report),
    permit: permit.value,
  }
}

type Report = Awaited<ReturnType<Chat['bank']['fetchBalances']>>

function resultOf(report: Report): BankLook['result'] {
  return report.ok ? { ok: true, ...report.value } : { ok: false, reason: reasonOf[report.code] }
}

const reasonOf = {
  'banks/unreachable': 'unreachable',
  'banks/link-expired': 'link-expired',
  'banks/consent-ended': 'consent-ended',
  'banks/over-budget': 'over-budget',
  'banks/unreadable': 'unreadable',
} as const satisfies Record<BankRefusal, string>

/** Whether the bank could not be reached. */
export function isUnreachable(look: Look): boolean {
  return !look.result.ok && look.result.reason === 'unreachable'
}

/** Whether the bank was not asked at all, and so has said nothing. */
export function isNotAsked(look: Look): boolean {
  return isUnreachable(look) || (!look.result.ok && look.result.reason === 'over-budget')
}
