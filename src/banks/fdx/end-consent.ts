import type { Instant } from '../../kernel/index.ts'
import { toInstant } from '../../kernel/index.ts'
import type { Clock, Logger, Random } from '../../platform/index.ts'
import type { SigningKeys } from '../fapi/signing-keys.ts'
import type { Institution } from '../institutions-store.ts'
import type { TokenRecord } from '../token-record.ts'
import { createProver } from './proof.ts'
import { sendProved } from './send-proved.ts'
import type { SendProvedDeps } from './send-proved.ts'

/** Until the last byte of the bank's answer. */
const callMsMax = 6_000
/** An access token that ends this soon is not tried. */
const marginMs = 5_000

export type EndConsentDeps = SendProvedDeps & {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signingKeys: SigningKeys
}

/** `gone`: it had ended before. `not-offered`: the bank has no such call, or no longer takes the access token. */
export type ConsentEnd = 'ended' | 'gone' | 'not-offered' | 'unreachable'

/**
 * FDX `PUT /consents/{id}/revocation`: ends the consent itself, with the reason that the customer will read at the bank. Only
 * while the access token lives; giving the refresh token back (RFC 7009) has the same effect without the reason.
 */
export async function endConsent(
  deps: EndConsentDeps,
  institution: Institution,
  link: { readonly record: TokenRecord; readonly interactionId: string },
): Promise<ConsentEnd> {
  const { consentId, accessExpiresAt } = link.record
  if (consentId === undefined || accessExpiresAt - marginMs < deps.clock.now()) return 'not-offered'
  const endsAt: Instant = toInstant(deps.clock.now() + callMsMax)
  const answer = await sendProved(deps, {
    institution,
    method: 'PUT',
    path: `/consents/${encodeURIComponent(consentId)}/revocation`,
    prover: await createProver(deps, link.record),
    interactionId: link.interactionId,
    // The customer ended the sharing, but nobody is waiting for this call.
    actor: 'BATCH',
    body: JSON.stringify({ reason: 'USER_ACTION', initiator: 'DATA_RECIPIENT' }),
    endsAt,
  })
  if (!answer.ok) return 'unreachable'
  if (answer.status >= 200 && answer.status < 300) return 'ended'
  if (answer.status === 409) return 'gone'
  return answer.status >= 500 && answer.status !== 501 ? 'unreachable' : 'not-offered'
}
