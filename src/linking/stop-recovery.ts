import type { FastifyRequest } from 'fastify'
import { finishAssertion, recoveries } from '../customers/index.ts'
import type { AssertionRefusal } from '../customers/index.ts'
import { fieldsOf } from '../pages/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { LinkTools, Visit } from './link-route.ts'

/** An existing passkey stops the customer's waiting recovery: checked here, and by the keystore for itself. */
export async function stopRecovery(
  tools: LinkTools,
  visit: Visit,
  request: FastifyRequest,
): Promise<Outcome<undefined, AssertionRefusal | 'keystore/passkey-refused'>> {
  const { deps } = tools
  const { database } = deps.consent
  const response = fieldsOf(request.body).get('response')
  const assertion = await database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'recover', subject: visit.link.id, response }),
  )
  if (!assertion.ok) return assertion
  if (assertion.value.customer !== visit.link.customer) return refusal('customers/assertion-invalid')
  const recovery = await recoveries.find(database, assertion.value.customer)
  if (recovery === undefined) return success(undefined)
  return recoveries.cancel(deps.consent, database, { recovery, approval: assertion.value.response })
}
