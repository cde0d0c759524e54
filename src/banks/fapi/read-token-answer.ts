import type { TokenEndpointResponse } from 'openid-client'
import { z } from 'zod'
import { toInstant } from '../../kernel/index.ts'
import type { Instant } from '../../kernel/index.ts'
import { isStorableToken } from '../token-record.ts'

/** FDX Security Model 5.0: access tokens live at most 900 s; assumed where a bank does not say. */
const usualLifetimeSeconds = 900
/** More accounts than this a consent does not name. */
const accountsMax = 200

const idText = z.string().min(1).max(256)
const resourceShape = z.object({ resourceType: z.literal('ACCOUNT'), resourceId: idText })
const detailShape = z.object({
  consentId: idText.optional().catch(undefined),
  consentRequest: z
    .object({ resources: z.array(z.unknown()).max(accountsMax) })
    .optional()
    .catch(undefined),
})
const extras = z.object({
  grant_id: idText.optional().catch(undefined),
  authorization_details: z.array(detailShape).max(20).optional().catch(undefined),
})

/** What a token answer says that we keep. Undefined: not storable (a token that is too long). */
export type TokenAnswer = {
  readonly accessToken: string
  readonly accessExpiresAt: Instant
  readonly refreshToken: string | undefined
  readonly consentId: string | undefined
  readonly accounts: readonly string[]
}

/** Reads a token answer that openid-client has already checked. */
export function readTokenAnswer(tokens: TokenEndpointResponse, now: Instant): TokenAnswer | undefined {
  const refreshToken = tokens.refresh_token
  if (!isStorableToken(tokens.access_token)) return undefined
  if (refreshToken !== undefined && !isStorableToken(refreshToken)) return undefined
  // FDX names the consent `grant_id`; banks that put it into the granted details say the same there (RFC 9396 §7.1), and
  // also which accounts the customer chose on the bank's own page.
  const { grant_id, authorization_details = [] } = extras.parse(tokens)
  const resources = authorization_details.flatMap((detail) => detail.consentRequest?.resources ?? [])
  return {
    accessToken: tokens.access_token,
    accessExpiresAt: toInstant(now + (tokens.expires_in ?? usualLifetimeSeconds) * 1000),
    refreshToken,
    consentId: grant_id ?? authorization_details.find((detail) => detail.consentId !== undefined)?.consentId,
    accounts: resources
      .map((resource) => resourceShape.safeParse(resource).data?.resourceId)
      .filter((id) => id !== undefined),
  }
}
