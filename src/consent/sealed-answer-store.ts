import { z } from 'zod'
import { Secret } from '../kernel/index.ts'
import type { CustomerId, DataClass, InstitutionId, Instant, SealedAnswerId } from '../kernel/index.ts'
import { bytesColumn, instantColumn, seal, unseal } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { Permit } from './permit.ts'

/** An answer that waits for its customer to open it. */
export type SealedAnswer = { readonly plain: Secret<Uint8Array>; readonly createdAt: Instant }

type NewSealedAnswer = { readonly id: SealedAnswerId; readonly plain: Secret<Uint8Array>; readonly seconds: number }

/** Keeps an answer under the customer's key for so many seconds (an hour at most). False: the permit is over. */
async function storeSealedAnswer(
  tx: Tx,
  permit: Permit<DataClass>,
  { id, plain, seconds }: NewSealedAnswer,
): Promise<boolean> {
  const sealed = seal(permit.keys.data.reveal(), plain.reveal(), contextOf(permit, id))
  const row = await tx.one(storedRow, 'SELECT gate.store_sealed_answer($1, $2, $3, $4) AS stored', [
    permit.ticket,
    id,
    sealed,
    seconds,
  ])
  return row.stored
}

const storedRow = z.object({ stored: z.boolean() })

/** Opens an answer under a permit of the same customer, bank, conversation and class. Undefined: gone, or not its. */
async function readSealedAnswer(
  database: Tx,
  permit: Permit<DataClass>,
  id: SealedAnswerId,
): Promise<SealedAnswer | undefined> {
  const row = await database.maybe(answerRow, 'SELECT sealed, created_at FROM gate.sealed_answer($1, $2)', [
    permit.ticket,
    id,
  ])
  if (row === undefined) return undefined
  const plain = unseal(permit.keys.data.reveal(), row.sealed, contextOf(permit, id))
  return { plain: new Secret<Uint8Array>(plain), createdAt: row.created_at }
}

const answerRow = z.object({ sealed: bytesColumn, created_at: instantColumn })

function contextOf(permit: Permit<DataClass>, id: SealedAnswerId): string {
  return `sealed_answer|${permit.customer}|${permit.institution}|${permit.dataClass}|${id}`
}

/** Throws away sealed answers that ran out; gives back how many went. Login `parley_answer`. */
async function sweepSealedAnswers(tx: Tx): Promise<number> {
  const { swept } = await tx.one(z.object({ swept: z.number() }), 'SELECT vault.sweep() AS swept')
  return swept
}

/** Throws away answers of a customer's bank that no live grant may open any more; gives how many. Login `parley_revoker`. */
async function forgetEndedAnswers(
  tx: Tx,
  of: { readonly customer: CustomerId; readonly institution: InstitutionId },
): Promise<number> {
  const row = await tx.one(z.object({ gone: z.number() }), 'SELECT vault.forget_ended($1, $2) AS gone', [
    of.customer,
    of.institution,
  ])
  return row.gone
}

/** Answers that wait behind their links: stored and read under a permit, thrown away when their minutes or their grants are over. */
export const sealedAnswers = {
  store: storeSealedAnswer,
  read: readSealedAnswer,
  sweep: sweepSealedAnswers,
  forgetEnded: forgetEndedAnswers,
} as const
