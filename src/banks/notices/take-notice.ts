import { endings } from '../../consent/index.ts'
import type { InstitutionId, Secret } from '../../kernel/index.ts'
import type { Database, Logger, Metrics } from '../../platform/index.ts'
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
}

/** What became of a notice: grants ended; nobody's link rests on that consent; it was acted on before; it ends nothing. */
export type NoticeOutcome = 'ended' | 'nobody' | 'known' | 'noted'

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
  // A consent that was changed goes on; what it still covers shows at the next look.
  if (says !== 'consent-revoked' || consentId === undefined) return Promise.resolve('noted')
  const hash = bankConsents.hash(deps.linkSecret, institution, consentId)
  return deps.database.transaction(async (tx) => {
    const customers = await bankConsents.customersOf(tx, institution, hash)
    if (customers.length === 0) return 'nobody'
    if (!(await bankNoticesStore.note(tx, { institution, id: notice.id, came }))) return 'known'
    for (const customer of customers) {
      await endings.end(tx, { customer, institution }, 'bank')
      await bankConsents.forget(tx, { customer, institution }, hash)
    }
    return 'ended'
  })
}
