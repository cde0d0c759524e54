import { exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey } from 'jose'
import { z } from 'zod'

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** The private half of a link's own DPoP key (P-256), as it is kept inside the sealed token record. */
export const dpopKeyShape = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate,
})
export type DpopKey = z.infer<typeof dpopKeyShape>

/** A new key, for one link. */
export async function makeDpopKey(): Promise<DpopKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return dpopKeyShape.parse(await exportJWK(privateKey))
}

/** The key pair as openid-client signs with it, at the authorization server. */
export async function dpopKeyPair(key: DpopKey): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  const { d: _private, ...publicJwk } = key
  const [privateKey, publicKey] = await Promise.all([
    importJWK(key, 'ES256', { extractable: false }),
    importJWK(publicJwk, 'ES256', { extractable: true }),
  ])
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new TypeError('an EC key has no bytes')
  return { privateKey, publicKey }
}
