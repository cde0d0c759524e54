import type { AnswerPagesDeps } from '../answers/index.ts'
import type { PromiseBook } from '../audit/index.ts'
import type { Bank } from '../banks/index.ts'
import { createNoticeReplies } from '../chat/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Clock, Database, JobHandler, Logger, Metrics, Random } from '../platform/index.ts'
import { turnsJob } from './hasten.ts'
import { lookForNews } from './look-for-news.ts'
import type { NotifyParts } from './notify-parts.ts'
import { openNotice } from './open-notice.ts'
import { lookJob, takeTurns } from './take-turns.ts'
import { told } from './told-store.ts'

type NewsBank = Pick<Bank, 'fetchTransactions' | 'fetchCardBills'>

export type NotifyDeps = {
  /** Login `parley_notify`: the purpose of every look here. */
  readonly database: Database
  /** The keystore's client of the caller `notify`. */
  readonly keystore: Pick<KeystoreClient, 'auditKey' | 'release' | 'conversationKey'>
  /** Promises for looks of that login. */
  readonly promises: Pick<PromiseBook, 'promise'>
  /** Asked while the customer is away (FDX `BATCH`), and while they are there, opening a notice (`USER`). */
  readonly banks: { readonly away: NewsBank; readonly present: NewsBank }
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Notices that customers asked for. docs/notify.md tells the flow. */
export type Notify = {
  /** For a job runner of login `parley_notify`. */
  readonly handlers: Readonly<Record<string, JobHandler>>
  /** Takes the turns that are due; gives how many. For a sweeper. */
  takeTurns(): Promise<number>
  /** Forgets what was told long ago; gives how many. For a sweeper. */
  sweep(): Promise<number>
  /** For the pages: what is behind a notice's link. */
  readonly open: NonNullable<AnswerPagesDeps['openNotice']>
}

/** Builds the module. `timeZone` (IANA) is the bank's; `publicUrl` the gateway's origin. */
export function createNotify(
  deps: NotifyDeps,
  { publicUrl, timeZone }: { readonly publicUrl: string; readonly timeZone: string },
): Notify {
  const { banks, metrics, ...rest } = deps
  const outcomes = metrics.counter({
    name: 'parley_notices_total',
    help: 'Looks for news at banks, and what became of them.',
    labels: ['outcome'],
  })
  const parts: NotifyParts = {
    ...rest,
    publicUrl,
    timeZone,
    bank: banks.away,
    replies: createNoticeReplies(timeZone),
    count: (outcome) => outcomes.add(1, { outcome }),
  }
  const turns = { database: deps.database, timeZone }
  return {
    handlers: {
      [lookJob]: (job) => lookForNews(parts, job),
      async [turnsJob]() {
        await takeTurns(turns)
        return { finish: async () => undefined }
      },
    },
    takeTurns: () => takeTurns(turns),
    sweep: () => told.sweep(deps.database),
    open: (link, reader) => openNotice({ ...parts, bank: banks.present }, link, reader),
  }
}
