import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

export type PasskeyAlgorithm = 'ES256' | 'Ed25519' | 'RS256'

/** What an authenticator or a page might do wrong; each on its own makes the response one that must be refused. */
export type PasskeyFlaws = {
  readonly origin?: string
  readonly rpId?: string
  readonly isUnverified?: boolean
  readonly isCrossOrigin?: boolean
  readonly type?: string
}

/** An authenticator in software, for tests: real keys, real signatures, WebAuthn level 3 structures. */
export type SoftPasskey = {
  readonly credentialId: Buffer
  /** The public half as COSE. */
  readonly publicKey: Buffer
  register(challenge: Uint8Array, flaws?: PasskeyFlaws): RegistrationResponseJSON
  assert(challenge: Uint8Array, flaws?: PasskeyFlaws): AuthenticationResponseJSON
}

export type SoftPasskeySite = { readonly origin: string; readonly rpId: string }

/** Makes a passkey that lives at this site. */
export function createSoftPasskey(site: SoftPasskeySite, algorithm: PasskeyAlgorithm = 'ES256'): SoftPasskey {
  const credentialId = randomBytes(32)
  const { privateKey, cose } = makeKey(algorithm)
  let signCount = 0
  const id = credentialId.toString('base64url')

  return {
    credentialId,
    publicKey: cose,
    register(challenge, flaws = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, cose])
      const authData = Buffer.concat([authenticatorData(flaws, 0x40), attested])
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authData)],
      ])
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData(challenge, flaws, 'webauthn.create').toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    assert(challenge, flaws = {}) {
      const authData = authenticatorData(flaws, 0)
      const client = clientData(challenge, flaws, 'webauthn.get')
      const signed = Buffer.concat([authData, createHash('sha256').update(client).digest()])
      const signature = sign(algorithm === 'Ed25519' ? null : 'sha256', signed, privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
        },
        clientExtensionResults: {},
      }
    },
  }

  function authenticatorData(flaws: PasskeyFlaws, extraFlags: number): Buffer {
    signCount += 1
    const present = 0x01
    const verified = flaws.isUnverified === true ? 0 : 0x04
    const tail = Buffer.alloc(5)
    tail.writeUInt8(present | verified | extraFlags)
    tail.writeUInt32BE(signCount, 1)
    return Buffer.concat([
      createHash('sha256')
        .update(flaws.rpId ?? site.rpId)
        .digest(),
      tail,
    ])
  }

  function clientData(challenge: Uint8Array, flaws: PasskeyFlaws, type: string): Buffer {
    const value = {
      type: flaws.type ?? type,
      challenge: Buffer.from(challenge).toString('base64url'),
      origin: flaws.origin ?? site.origin,
      crossOrigin: flaws.isCrossOrigin ?? false,
    }
    return Buffer.from(JSON.stringify(value))
  }
}

function makeKey(algorithm: PasskeyAlgorithm): { privateKey: KeyObject; cose: Buffer } {
  switch (algorithm) {
    case 'ES256': {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { x, y } = publicKey.export({ format: 'jwk' })
      return { privateKey, cose: coseKey({ 1: 2, 3: -7, [-1]: 1, [-2]: unpack(x), [-3]: unpack(y) }) }
    }
    case 'Ed25519': {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const { x } = publicKey.export({ format: 'jwk' })
      return { privateKey, cose: coseKey({ 1: 1, 3: -8, [-1]: 6, [-2]: unpack(x) }) }
    }
    case 'RS256': {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const { n, e } = publicKey.export({ format: 'jwk' })
      return { privateKey, cose: coseKey({ 1: 3, 3: -257, [-1]: unpack(n), [-2]: unpack(e) }) }
    }
  }
}

function unpack(part: string | undefined): Buffer {
  return Buffer.from(part ?? '', 'base64url')
}

function coseKey(members: Readonly<Record<number, number | Buffer>>): Buffer {
  const order = ['1', '3', '-1', '-2', '-3']
  const present = order.filter((label) => Object.hasOwn(members, label))
  return cborMap(
    present.map((label) => {
      const value = members[Number(label)] ?? 0
      return [cborInteger(Number(label)), typeof value === 'number' ? cborInteger(value) : cborBytes(value)]
    }),
  )
}

// CBOR (RFC 8949), the four kinds of item that a passkey needs.

function cborHead(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size])
  if (size < 256) return Buffer.from([(major << 5) | 24, size])
  return Buffer.from([(major << 5) | 25, size >> 8, size & 0xff])
}

function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
}

function cborBytes(value: Buffer): Buffer {
  return Buffer.concat([cborHead(2, value.length), value])
}

function cborText(value: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}
