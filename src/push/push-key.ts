import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Fault, Secret } from '../kernel/index.ts'

/** Who we are to push services: the key that signs each request (RFC 8292, VAPID). */
export type PushKey = {
  readonly privateKey: KeyObject
  /** The uncompressed point (65 bytes) in base64url: what a browser binds its subscription to, and `k` of each request. */
  readonly publicKey: string
}

/** Reads the key from its file: P-256, PKCS #8 PEM. Throws `push/key-unusable`, with what is wrong as its cause. */
function readKey(file: string): PushKey {
  try {
    const privateKey = createPrivateKey(readFileSync(file, 'utf8'))
    return { privateKey, publicKey: publicPart(privateKey) }
  } catch (cause) {
    throw new Fault('push/key-unusable', { retry: 'never', cause })
  }
}

/** A fresh key, and as its file holds it. */
function makeKey(): PushKey & { readonly pem: Secret<string> } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { pem: new Secret(pem), privateKey, publicKey: publicPart(privateKey) }
}

function publicPart(privateKey: KeyObject): string {
  const { crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (crv !== 'P-256' || x === undefined || y === undefined) throw new TypeError('not a key of the curve P-256')
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return point.toString('base64url')
}

/** The key of Web Push: {@link readKey} at start, {@link makeKey} for `parley push key`. */
export const pushKeys = { read: readKey, make: makeKey } as const
