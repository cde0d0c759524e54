import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Clock, Random } from '../../platform/index.ts'
import type { SigningKeys } from '../fapi/signing-keys.ts'
import type { TokenRecord } from '../token-record.ts'

/** Signs the proofs of one look's token. */
export type Prover = {
  readonly accessToken: string
  /** A fresh proof for one attempt at one request (RFC 9449 §4.2, §7). */
  prove(request: { readonly method: string; readonly url: URL; readonly nonce: string | undefined }): Promise<string>
}

/** Finds the key and hashes the token once, for all requests of a look. */
export async function createProver(
  deps: { readonly clock: Clock; readonly random: Random; readonly signingKeys: SigningKeys },
  record: Pick<TokenRecord, 'accessToken' | 'dpopKey'>,
): Promise<Prover> {
  const { kty, crv, x, y } = record.dpopKey
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } }
  const privateKey = await deps.signingKeys.of(record.dpopKey)
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
      return await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
    },
  }
}
