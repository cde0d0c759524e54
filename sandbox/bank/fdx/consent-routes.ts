import { z } from 'zod'
import type { Consents } from '../authorization/consents.ts'
import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal } from './fdx-error.ts'
import { readJsonBody } from './json-body.ts'

const revocationBody = z.object({
  reason: z.enum(['USER_ACTION', 'BUSINESS_RULE']).default('USER_ACTION'),
  initiator: z
    .enum(['INDIVIDUAL', 'MERCHANT', 'DATA_ACCESS_PLATFORM', 'DATA_RECIPIENT', 'DATA_PROVIDER'])
    .default('DATA_RECIPIENT'),
})

/** `GET /consents/{id}` (FDX ConsentGrant). A token may ask about its own consent only, also after it ended. */
export function showConsent(call: FdxCall, consents: Consents): Answer {
  const { consent } = ownConsent(call)
  return jsonAnswer(200, {
    id: consent.id,
    status: consents.status(consent),
    parties: [
      { name: consent.clientId, type: 'DATA_RECIPIENT' },
      { name: 'First Valley Bank', type: 'DATA_PROVIDER' },
    ],
    createdTime: new Date(consent.createdAt).toISOString(),
    expirationTime: new Date(consent.expiresAt).toISOString(),
    durationType: consent.durationType,
    durationPeriod: consent.durationDays,
    ...(consent.lookbackDays === undefined ? {} : { lookbackPeriod: consent.lookbackDays }),
    resources: consent.accountIds.map((resourceId) => ({
      resourceType: 'ACCOUNT',
      resourceId,
      dataClusters: consent.clusters,
    })),
    ...(consent.revoked === undefined
      ? {}
      : {
          updatedTime: new Date(consent.revoked.at).toISOString(),
          revocation: { reason: consent.revoked.reason, initiator: consent.revoked.initiator },
        }),
  })
}

/** `PUT /consents/{id}/revocation`: 204, or 409 when it had already ended. From here on every token of it is dead. */
export async function revokeConsent(call: FdxCall, consents: Consents): Promise<Answer> {
  const { consent } = ownConsent(call)
  const revocation = readJsonBody(call.body, revocationBody)
  if (!(await consents.revoke(consent.id, revocation))) throw new FdxRefusal('consent-ended')
  return { status: 204, headers: {}, body: '' }
}

function ownConsent(call: FdxCall): FdxCall {
  if (call.segments[1] !== call.consent.id) throw new FdxRefusal('no-route', 'no such consent')
  return call
}
