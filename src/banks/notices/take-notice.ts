import { endings } from '../../consent/index.ts'
import type { CustomerId, InstitutionId, Secret } from '../../kernel/index.ts'
import type { Database, Logger, Metrics, Tx } from '../../platform/index.ts'
import { bankConsents } from '../bank-consents-store.ts'
import { bankNoticesStore } from './bank-notices-store.ts'
import type { NoticeCame } from './bank-notices-store.ts'
import type { BankNotice } from './parse-notice.ts'

export type TakeNoticeDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly linkSecret: Secret<Uint8Array>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Told, in the same transaction, whose link a bank has something new for. */
  readonly onNews?: OnNews | undefined
}

/** What follows where a bank says that there is something new for these customers. Nothing of what it is was said. */
export type OnNews = (tx: Tx, institution: InstitutionId, customers: readonly CustomerId[]) => Promise<void>

/**
 * What became of a notice: grants ended; somebody is looked for sooner; nobody's link rests on that consent; it was acted on before; it
 * changes nothing.
 */
export type NoticeOutcome = 'ended' | 'news' | 'nobody' | 'known' | 'noted'

/** Acts on a notice. When this resolves, what ended has ended: nothing is read, sent or redeemed under it any more. */
export type TakeNotice = (institution: InstitutionId, notice: BankNotice, came: NoticeCame) => Promise<NoticeOutcome>

/** Ends in one transaction what the bank says has ended. It is safe to take a notice twice, or twice at once. */
export function createTakeNotice(deps: TakeNoticeDeps): TakeNotice {
  const notices = deps.metrics.counter({
    name: 'parley_bank_notices_total',
    help: 'Genuine notices of banks about consents, and what became of them.',
    labels: ['institution', 'outcome'],
  })
  return async (institution, notice, came) => {
    const outcome = await act(deps, institution, notice, came)
    notices.add(1, { institution, outcome })
    if (outcome !== 'known') deps.logger.info('bank.notice', { institution, kind: notice.says, outcome })
    return outcome
  }
}

function act(
  deps: TakeNoticeDeps,
  institution: InstitutionId,
  notice: BankNotice,
  came: NoticeCame,
): Promise<NoticeOutcome> {
  const { consentId, says } = notice
  const { onNews } = deps
  const isNews = says === 'new-data' && onNews !== undefined
  // A consent that was changed goes on; what it still covers shows at the next look.
  if ((says !== 'consent-revoked' && !isNews) || consentId === undefined) return Promise.resolve('noted')
  const hash = bankConsents.hash(deps.linkSecret, institution, consentId)
  return deps.database.transaction(async (tx) => {
    const customers = await bankConsents.customersOf(tx, institution, hash)
    if (customers.length === 0) return 'nobody'
    if (!(await bankNoticesStore.note(tx, { institution, id: notice.id, came }))) return 'known'
    if (isNews) {
      await onNews(tx, institution, customers)
      return 'news'
    }
    for (const customer of customers) {
      await endings.end(tx, { customer, institution }, 'bank')
      await bankConsents.forget(tx, { customer, institution }, hash)
    }
    return 'ended'
  })
}
