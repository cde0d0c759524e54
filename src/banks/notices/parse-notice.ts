import { z } from 'zod'
import { Secret, refusal, success } from '../../kernel/index.ts'
import type { Outcome } from '../../kernel/index.ts'

/** What a bank says about one of its consents. */
export type BankNotice = {
  /** The bank's id of the notice: the same however often and whichever way it comes. */
  readonly id: string
  readonly says: 'consent-revoked' | 'consent-updated' | 'new-data' | 'something-else'
  readonly consentId: Secret<string> | undefined
}

// FDX Notification: what we act on. Whatever else it carries is not read.
const shape = z.object({
  notificationId: z.string().min(1).max(256),
  type: z.string().max(64),
  category: z.string().max(64).optional(),
  notificationPayload: z.object({
    id: z.string().min(1).max(256).optional(),
    idType: z.string().max(64).optional(),
  }),
})

/** Reads one FDX notification. */
export function parseNotice(value: unknown): Outcome<BankNotice, 'banks/notice-malformed'> {
  const read = shape.safeParse(value)
  if (!read.success) return refusal('banks/notice-malformed')
  const { notificationId: id, type, category, notificationPayload: payload } = read.data
  const isConsent = payload.idType === undefined || payload.idType === 'CONSENT'
  const consentId = isConsent && payload.id !== undefined ? new Secret(payload.id) : undefined
  if (type === 'CONSENT_REVOKED' && consentId === undefined) return refusal('banks/notice-malformed')
  // FDX has no types for what is new in an account; the category says that there is something, and a look says what.
  const says = meanings[type] ?? (category === 'NEW_DATA' ? 'new-data' : 'something-else')
  return success({ id, says, consentId })
}

const meanings: { readonly [type: string]: BankNotice['says'] | undefined } = {
  CONSENT_REVOKED: 'consent-revoked',
  CONSENT_UPDATED: 'consent-updated',
}

/** Reads the body of a delivery. */
export function parseNoticeBody(rawBody: Uint8Array): Outcome<BankNotice, 'banks/notice-malformed'> {
  try {
    return parseNotice(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return refusal('banks/notice-malformed')
    throw error
  }
}
