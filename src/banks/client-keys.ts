import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { Fault, Secret } from '../kernel/index.ts'

const privateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
const keySet = z.object({
  keys: z
    .array(privateJwk.extend({ kid: z.string().min(1).max(128) }))
    .min(1)
    .max(4),
})

/** The public half of a signing key, as banks register it. */
export type PublicJwk = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly alg: 'ES256'
  readonly use: 'sig'
}

/** The keys this client signs with at token endpoints (private_key_jwt, ES256); the first one signs, all are published. */
export type ClientKeys = { readonly set: Secret<z.infer<typeof keySet>> }

/** Makes a key for a first start. Write {@link clientKeysText} to a file that only this process can read. */
export async function makeClientKeys(): Promise<ClientKeys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = privateJwk.parse(await exportJWK(privateKey))
  return { set: new Secret({ keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk) }] }) }
}

/** What goes into the key file: a private JWK set (RFC 7517). */
export function clientKeysText(keys: ClientKeys): Secret<string> {
  return new Secret(`${JSON.stringify(keys.set.reveal(), null, 2)}\n`)
}

/** Reads a key file's text. Throws `banks/client-keys-malformed`, without the text, unless it is what we write. */
export function parseClientKeys(text: string): ClientKeys {
  try {
    return { set: new Secret(keySet.parse(JSON.parse(text))) }
  } catch {
    // The cause would quote the file, and the file is a private key.
    throw new Fault('banks/client-keys-malformed', { retry: 'never' })
  }
}

/** The JWK set to register at banks: public halves only. */
export function publicJwks(keys: ClientKeys): { readonly keys: readonly PublicJwk[] } {
  return {
    keys: keys.set.reveal().keys.map(({ kty, crv, x, y, kid }) => ({ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' })),
  }
}

/** How keys are written into their file and read from it. */
export const clientKeysFile = { text: clientKeysText, parse: parseClientKeys } as const
