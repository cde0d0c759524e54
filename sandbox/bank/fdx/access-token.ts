import { createHash } from 'node:crypto'
import { importJWK, jwtVerify } from 'jose'
import { z } from 'zod'
import type { BankKeys } from '../state/bank-keys.ts'
import { BoundedCache } from './bounded-cache.ts'
import { FdxRefusal } from './fdx-error.ts'

/** Verified tokens kept, so that a busy client costs one signature check a quarter of an hour. */
const TOKENS_MAX = 10_000
/** Longest token looked at. */
const TOKEN_LENGTH_MAX = 16_384

const accessTokenClaims = z.object({
  sub: z.string(),
  exp: z.number(),
  client_id: z.string(),
  fdxConsentId: z.string().optional(),
  scope: z.string().default(''),
  token_epoch: z.number(),
  cnf: z.object({ jkt: z.string() }),
})

/** A genuine access token of this bank; whether its consent still stands is asked on every request. */
export type AccessToken = {
  readonly personId: string
  readonly clientId: string
  /** Absent in a token that a client got with its own credentials. */
  readonly consentId: string | undefined
  readonly scopes: readonly string[]
  readonly thumbprint: string
  readonly epoch: number
  readonly expiresAt: number
  /** Base64url SHA-256 of the token, for the proof's `ath`. */
  readonly hash: string
}

/** Reads the `Authorization: DPoP …` header; throws a refusal unless the token is ours, for this API and unexpired. */
export type AccessTokenReader = (authorization: string | undefined) => AccessToken | Promise<AccessToken>

/** Makes the reader; a token already verified costs one lookup. */
export async function createAccessTokenReader(deps: {
  readonly keys: BankKeys
  readonly issuer: string
  readonly audience: string
  readonly now: () => number
}): Promise<AccessTokenReader> {
  const { d: _private, ...publicJwk } = deps.keys.signingKey
  const key = await importJWK(publicJwk, 'ES256')
  const cache = new BoundedCache<AccessToken>(TOKENS_MAX)

  async function verify(token: string): Promise<AccessToken> {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: deps.issuer,
      audience: deps.audience,
      currentDate: new Date(deps.now()),
    }).catch(() => {
      throw invalid('not a token of this bank, or expired')
    })
    const claims = accessTokenClaims.parse(payload)
    const accessToken = {
      personId: claims.sub,
      clientId: claims.client_id,
      consentId: claims.fdxConsentId,
      scopes: claims.scope.split(' '),
      thumbprint: claims.cnf.jkt,
      epoch: claims.token_epoch,
      expiresAt: claims.exp * 1000,
      hash: createHash('sha256').update(token).digest('base64url'),
    }
    cache.set(token, accessToken)
    return accessToken
  }

  return (authorization) => {
    const [scheme, token, rest] = (authorization ?? '').split(' ')
    if (
      scheme?.toLowerCase() !== 'dpop' ||
      token === undefined ||
      rest !== undefined ||
      token.length > TOKEN_LENGTH_MAX
    ) {
      throw new FdxRefusal('token', 'Authorization: DPoP <access token> is needed', {
        'www-authenticate': 'DPoP algs="ES256 PS256 EdDSA Ed25519"',
      })
    }
    const known = cache.get(token)
    if (known === undefined) return verify(token)
    if (known.expiresAt <= deps.now()) throw invalid('expired')
    return known
  }
}

/** RFC 6750 §3.1 and RFC 9449 §7.1. */
export function invalid(detail: string): FdxRefusal {
  return new FdxRefusal('token', detail, {
    'www-authenticate': `DPoP error="invalid_token", error_description="${detail}"`,
  })
}
