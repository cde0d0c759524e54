import { z } from 'zod'
import type { CasePort } from '../alerts/index.ts'
import { riskStepOf } from './risk-step.ts'

/** What an alert gives to the case that it opened; under login `parley_fraud`, in the caller's transaction. Of amounts a step is kept. */
export function createCasePort(): CasePort {
  return {
    async attach(tx, { customer, number, alert, events, merchantHash, amounts }) {
      const risk = riskStepOf(amounts)
      await tx.one(
        z.object({ done: z.boolean() }),
        'SELECT cases.attach($1, $2, $3, $4::uuid[], $5, $6::smallint, $7) AS done',
        [customer, number, alert, events, merchantHash, risk?.step ?? null, risk?.currency ?? null],
      )
    },
  }
}
