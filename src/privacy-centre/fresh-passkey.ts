import { beginAssertion, finishAssertion } from '../customers/index.ts'
import type { SignedAssertion } from '../customers/index.ts'
import { fieldsOf } from '../pages/index.ts'
import { success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { FastifyReply } from 'fastify'
import type { Call, CentreTools } from './centre-route.ts'
import { subjectOf } from './centre-route.ts'
import type { PasskeyRefusal } from './show-passkey-refused.ts'

/** An act that a fresh passkey must stand behind; a challenge made for one is worth nothing for another. */
export type Act = 'phrase' | 'export' | 'erase' | 'sign-terms'

/** Options for the passkey of one act, bound to this session. */
export async function beginAct(
  tools: CentreTools,
  call: Call,
  act: Act,
  fixed: { readonly challenge?: Uint8Array } = {},
): Promise<FastifyReply> {
  const { deps } = tools
  const { session, customer, reply } = call
  const wanted = { use: act, subject: subjectOf(session), details: { customer }, ...fixed }
  return reply.send(await beginAssertion(deps, deps.consent.database, wanted))
}

/** Whether the customer of this session has just shown a passkey for this act. */
export async function finishAct(
  tools: CentreTools,
  call: Call,
  act: Act,
): Promise<Outcome<SignedAssertion, PasskeyRefusal>> {
  const { deps } = tools
  const { session, customer, request } = call
  const response = fieldsOf(request.body).get('response')
  const assertion = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: act, subject: subjectOf(session), response }),
  )
  if (!assertion.ok) return assertion
  if (assertion.value.customer !== customer) return { ok: false, code: 'customers/assertion-invalid' }
  return success(assertion.value)
}
