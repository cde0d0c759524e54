import type { ConversationId, CustomerId } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { NoticeName } from './kinds.ts'

/** What is to be told, to whom. */
export type Notice = {
  readonly customer: CustomerId
  readonly kind: NoticeName
  /** Values of the sentence: ids and words of ours (`bank` is an institution's id and is said by its name). Never what people wrote or own. */
  readonly params?: Readonly<Record<string, string>>
  /** The conversation that it is about, which need not be told. */
  readonly except?: ConversationId
}

/** The job that tells; key `notice:` and the customer, so that notices come in the order of what happened. */
export const noticeJob = 'notices.tell'

/**
 * Tells every conversation of a customer something, once the caller's transaction commits. Any login that may add jobs can
 * call it; the telling is done by the worker of login `parley_consent`.
 */
export async function addNotice(tx: Tx, notice: Notice): Promise<void> {
  const { customer, kind, params = {}, except } = notice
  const payload = {
    customer,
    kind,
    params: JSON.stringify(params),
    ...(except === undefined ? {} : { except }),
  }
  await addJob(tx, { kind: noticeJob, key: `notice:${customer}`, payload })
}
