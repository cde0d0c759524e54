import { tokenRevocation } from 'openid-client'
import type { Configuration } from 'openid-client'
import type { InstitutionId } from '../../kernel/index.ts'
import type { Logger } from '../../platform/index.ts'
import { oauthTrouble } from './oauth-trouble.ts'

/** `unsupported`: the bank takes no tokens back, or none of this kind (RFC 7009 §2.2.1). */
export type TokenBack = 'revoked' | 'unsupported' | 'refused' | 'unreachable'

/** A bank's answer about one token. A bank answers 200 also for a token that it does not know: then it is worthless too. */
export async function giveTokenBack(
  deps: { readonly logger: Logger },
  at: { readonly institution: InstitutionId; readonly server: Configuration },
  token: { readonly text: string; readonly kind: 'refresh_token' | 'access_token' },
): Promise<TokenBack> {
  if (at.server.serverMetadata().revocation_endpoint === undefined) return 'unsupported'
  try {
    await tokenRevocation(at.server, token.text, { token_type_hint: token.kind })
    return 'revoked'
  } catch (error) {
    const trouble = oauthTrouble(error)
    if (trouble.error === 'unsupported_token_type') return 'unsupported'
    deps.logger.warn('bank.token-not-revoked', { institution: at.institution, kind: trouble.kind })
    return trouble.kind === 'unreachable' ? 'unreachable' : 'refused'
  }
}

/** Gives the tokens of a link back: the refresh token, which ends all under it, and the access token where banks take those. */
export async function giveTokensBack(
  deps: { readonly logger: Logger },
  at: { readonly institution: InstitutionId; readonly server: Configuration },
  tokens: { readonly refreshToken: string | undefined; readonly accessToken: string },
): Promise<TokenBack> {
  const { refreshToken, accessToken } = tokens
  const refresh =
    refreshToken === undefined
      ? undefined
      : await giveTokenBack(deps, at, { text: refreshToken, kind: 'refresh_token' })
  if (refresh === 'unreachable') return refresh
  const access = await giveTokenBack(deps, at, { text: accessToken, kind: 'access_token' })
  if (refresh === undefined) return access
  // RFC 7009 §2.1: with a refresh token its access tokens go too, so an access token that is not taken changes nothing.
  return refresh === 'unsupported' && access === 'unreachable' ? access : refresh
}
