import type { CustomerId } from '../kernel/index.ts'
import { addNotice } from '../notices/index.ts'
import type { Tx } from '../platform/index.ts'
import type { CutoffNews } from './follow-cutoff.ts'

/**
 * Tells one customer that answers stopped, or work again. Notices hold nothing a bank knows, so they also go where answers
 * are cut off: that is where the person would otherwise wait for one.
 */
export async function tellOfCutoff(tx: Tx, customer: CustomerId, { reach, news }: CutoffNews): Promise<void> {
  if (reach.kind === 'institution') {
    const kind = news === 'stopped' ? 'bankStopped' : 'bankBack'
    return await addNotice(tx, { customer, kind, params: { bank: reach.target } })
  }
  const kind = news === 'stopped' ? 'answersStopped' : 'answersBack'
  await addNotice(tx, { customer, kind, params: { where: reach.target.replaceAll('-', '_') } })
}
