import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock, Random } from '../../platform/index.ts'
import { dpopSigningKey } from '../fapi/dpop-key.ts'
import type { TokenRecord } from '../token-record.ts'

/** Signs the proofs of one look's token. */
export type Prover = {
  readonly accessToken: string
  /** A fresh proof for one attempt at one request (RFC 9449 §4.2, §7). */
  prove(request: { readonly method: string; readonly url: URL; readonly nonce: string | undefined }): Promise<string>
}

/** Imports the key and hashes the token once, for all requests of a look. */
export function createProver(
  deps: { readonly clock: Clock; readonly random: Random },
  record: Pick<TokenRecord, 'accessToken' | 'dpopKey'>,
): Prover {
  const { privateKey, publicJwk } = dpopSigningKey(record.dpopKey)
  const ath = createHash('sha256').update(record.accessToken).digest('base64url')
  return {
    accessToken: record.accessToken,
    async prove({ method, url, nonce }) {
      const claims = {
        jti: deps.random.uuid(),
        htm: method,
        htu: url.origin + url.pathname,
        iat: Math.floor(deps.clock.now() / 1000),
        ath,
        ...(nonce === undefined ? {} : { nonce }),
      }
      return await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk })
        .sign(privateKey)
    },
  }
}
