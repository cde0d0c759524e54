import { z } from 'zod'
import type { Tx } from '../platform/index.ts'

/** Throws away sealed answers that ran out; gives back how many went. Login `parley_answer`. */
export async function sweepSealedAnswers(tx: Tx): Promise<number> {
  const { swept } = await tx.one(z.object({ swept: z.number() }), 'SELECT vault.sweep() AS swept')
  return swept
}
