import type { Secret } from '../kernel/index.ts'
import type { Block } from './block.ts'

/** Why a bank gave no figures; told on the page, because how a bank sees a customer is the bank's to know. */
export const missingReasons = ['link-expired', 'consent-ended', 'unreadable', 'unreachable', 'over-budget'] as const
export type MissingReason = (typeof missingReasons)[number]

/** What a bank's facts came to. */
export type AnswerResult =
  | {
      readonly ok: true
      readonly blocks: Secret<readonly Block[]>
      /** False when the bank left something out of what was asked for. */
      readonly complete: boolean
    }
  | { readonly ok: false; readonly reason: MissingReason }
