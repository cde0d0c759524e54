import { randomBytes } from 'node:crypto'

/** A new message id: unpredictable and never repeated, also after a reset with the same seed. */
export function newMessageId(): string {
  return `m_${randomBytes(40).toString('base64url')}`
}
