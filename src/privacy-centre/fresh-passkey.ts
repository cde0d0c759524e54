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
export type Act = 'phrase' | 'export' | 'erase' | 'sign-terms' | 'unfreeze' | 'end-alerts'

/** Options for the passkey of one act, bound to this session, and to what it is about where that matters. */
export async function beginAct(
  tools: CentreTools,
  call: Call,
  act: Act,
  { about, ...fixed }: { readonly challenge?: Uint8Array; readonly about?: string } = {},
): Promise<FastifyReply> {
  const { deps } = tools
  const { session, customer, reply } = call
  const wanted = { use: act, subject: subjectIn(session, about), details: { customer }, ...fixed }
  return reply.send(await beginAssertion(deps, deps.consent.database, wanted))
}

/** Whether the customer of this session has just shown a passkey for this act. */
export async function finishAct(
  tools: CentreTools,
  call: Call,
  act: Act,
  { about }: { readonly about?: string } = {},
): Promise<Outcome<SignedAssertion, PasskeyRefusal>> {
  const { deps } = tools
  const { session, customer, request } = call
  const response = fieldsOf(request.body).get('response')
  const assertion = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: act, subject: subjectIn(session, about), response }),
  )
  if (!assertion.ok) return assertion
  if (assertion.value.customer !== customer) return { ok: false, code: 'customers/assertion-invalid' }
  return success(assertion.value)
}

function subjectIn(session: Call['session'], about: string | undefined): string {
  return about === undefined ? subjectOf(session) : `${subjectOf(session)}|${about}`
}
