import type { BankOutcome, Ending } from '../consent/index.ts'
import type { CanonicalValue, ChannelName, DataClass, Instant, Purpose } from '../kernel/index.ts'

/** What a receipt is made of. */
export type ReceiptInput = {
  readonly ending: Ending
  readonly ended: readonly { readonly channel: ChannelName; readonly dataClass: DataClass; readonly purpose: Purpose }[]
  /** Undefined: the bank has not answered yet. */
  readonly bank: BankOutcome | undefined
}

/** The word for what became of the bank's access. */
const bankWords = {
  kept: 'still-shared-elsewhere',
  nothing: 'nothing-was-held',
  revoked: 'taken-back',
  unknown: 'already-gone-at-bank',
  unreachable: 'bank-never-answered',
  untold: 'could-not-be-told',
} as const satisfies Record<BankOutcome, string>

/**
 * What a revocation's receipt says, as codes and times: when it stopped, who ended it and why, what ended, when the bank
 * confirmed, when the key was destroyed and until when a copy of it can exist, and what is outside our reach.
 */
export function receiptFacts({ ending, ended, bank }: ReceiptInput): Readonly<Record<string, CanonicalValue>> {
  const isTold = bank === 'revoked' || bank === 'unknown'
  return {
    ending: ending.id,
    institution: ending.institution,
    because: ending.because,
    stoppedAt: secondsOf(ending.at),
    grants: ended.map(({ channel, dataClass, purpose }) => ({ channel, class: dataClass, purpose })),
    bank: bank === undefined ? 'bank-not-reached-yet' : bankWords[bank],
    bankAt: isTold ? secondsOrNull(ending.bankToldAt) : null,
    keys: keysWord(ending, bank),
    keysAt: secondsOrNull(ending.keyDestroyedAt),
    keysLastCopyAt: secondsOrNull(ending.keyLastCopyAt),
    // Messages that were sent lie in the messenger, under its rules.
    notDeleted: [...new Set(ended.map(({ channel }) => channel))]
      .filter((channel) => channel !== 'link-page')
      .map((channel) => `messages-in-${channel}`),
    earlier: ending.receipt ?? null,
  }
}

function keysWord(ending: Ending, bank: BankOutcome | undefined): string {
  if (ending.keyDestroyedAt !== undefined) return 'destroyed'
  return bank === undefined ? 'kept-until-bank-answers' : 'kept-while-shared'
}

function secondsOrNull(at: Instant | undefined): string | null {
  return at === undefined ? null : secondsOf(at)
}

function secondsOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
