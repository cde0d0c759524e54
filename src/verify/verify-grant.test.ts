import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { browserCrypto } from '../../web/verify/browser-crypto.ts'
import { canonicalJson, parsePasskeyKey, splitEcdsaSignature, termsChallenge, verifyGrant, verifySignedTerms } from '../kernel/index.ts' // prettier-ignore
import type { SignedGrant } from '../kernel/index.ts'
import { verifyTerms } from '../keystore/verify-terms.ts'
import { nodeCrypto } from './index.ts'
import { createVerifyWorld } from './test-support/verify-world.ts'

const world = createVerifyWorld()
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url')
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** What the keystore decides, what the command line decides, and what the page decides. */
async function threeVerdicts(grant: SignedGrant): Promise<readonly boolean[]> {
  const site = { origins: grant.origins, rpId: grant.rpId }
  const claimed = {
    document: grant.document,
    authenticatorData: bytesOf(grant.authenticatorData),
    clientData: bytesOf(grant.clientData),
    signature: bytesOf(grant.signature),
  }
  const byKeystore = await verifyTerms(site, { id: grant.credentialId, publicKey: grant.publicKey }, claimed)
  const byCommand = await verifyGrant(nodeCrypto, grant)
  const byPage = await verifyGrant(browserCrypto, grant)
  return [byKeystore !== undefined, byCommand.ok, byPage.ok]
}

test('what the keystore believes, everybody can verify: every kind of passkey', async () => {
  for (const algorithm of ['ES256', 'Ed25519', 'RS256'] as const) {
    for (let one = 0; one < 5; one += 1) {
      expect(await threeVerdicts(world.grant(algorithm)), algorithm).toEqual([true, true, true])
    }
  }
})

test('whatever byte of whatever part is changed, keystore, command line and page agree: no', async () => {
  const grants = [world.grant('ES256'), world.grant('Ed25519'), world.grant('RS256')]
  const parts = ['publicKey', 'authenticatorData', 'clientData', 'signature'] as const
  const property = fc.asyncProperty(
    fc.constantFrom(...grants),
    fc.constantFrom(...parts),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    async (grant, part, place, change) => {
      const bytes = bytesOf(grant[part])
      const at = place % bytes.length
      bytes[at] = (bytes[at] ?? 0) ^ change
      const [keystore, command, page] = await threeVerdicts({ ...grant, [part]: bytes.toString('base64url') })
      expect([command, page]).toEqual([false, false])
      // Of its own copy of a key the keystore's library does not read every label; the curve's numbers decide there.
      if (part !== 'publicKey') expect(keystore).toBe(false)
    },
  )
  await fc.assert(property, { numRuns: 300 })
})

test('a signature written in another way than DER allows is believed by nobody, though its numbers are right', async () => {
  const grant = world.grant('ES256')
  const signature = bytesOf(grant.signature)
  const [tag, length, ...rest] = signature
  // The length in two bytes where one is enough, and a length that is not the signature's: readers that are not strict go on.
  for (const bytes of [
    [tag, 0x81, length, ...rest],
    [tag, (length ?? 0) ^ 1, ...rest],
    [...signature, 0],
  ]) {
    const other = Buffer.from(bytes.map((byte) => byte ?? 0)).toString('base64url')
    expect(await threeVerdicts({ ...grant, signature: other })).toEqual([false, false, false])
  }
})

/** An authenticator that says whatever it is told, and signs it with a good key. */
function signedAs(said: {
  readonly clientData: Readonly<Record<string, unknown>>
  readonly flags: number
  readonly tail?: Buffer
}): SignedGrant {
  const { document, rpId, origins } = world.grant('ES256')
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const challenge = Buffer.from(termsChallenge(document, sha256)).toString('base64url')
  const clientData = Buffer.from(
    JSON.stringify({ type: 'webauthn.get', challenge, origin: origins[0], ...said.clientData }),
  )
  const head = Buffer.concat([sha256(Buffer.from(rpId)), Buffer.of(said.flags, 0, 0, 0, 7)])
  const authenticatorData = Buffer.concat([head, said.tail ?? Buffer.alloc(0)])
  const x = bytesOf(publicKey.export({ format: 'jwk' }).x ?? '')
  return {
    document,
    credentialId: 'AAAA',
    publicKey: Buffer.concat([Buffer.from('a40101032720062158 20'.replaceAll(' ', ''), 'hex'), x]).toString(
      'base64url',
    ),
    authenticatorData: authenticatorData.toString('base64url'),
    clientData: clientData.toString('base64url'),
    signature: sign(null, Buffer.concat([authenticatorData, sha256(clientData)]), privateKey).toString('base64url'),
    rpId,
    origins,
    state: 'live',
  }
}

test('whatever an authenticator signs, the page believes nothing that the keystore does not, and hardly less', async () => {
  const odd = fc.record(
    {
      type: fc.constantFrom('webauthn.get', 'webauthn.create', 'payment.get'),
      crossOrigin: fc.constantFrom(false, true, null, 'false'),
      topOrigin: fc.constantFrom('https://evil.example', 'https://parley.test'),
      origin: fc.constantFrom('https://parley.test', 'https://parley.test.evil.example', 'http://parley.test'),
      extra: fc.string(),
    },
    { requiredKeys: [] },
  )
  const tails = [undefined, Buffer.of(0xa0), Buffer.from('a16161f5', 'hex'), Buffer.of(0xa0, 0), Buffer.of(0x01), Buffer.of(0xff)] // prettier-ignore
  const property = fc.asyncProperty(
    odd,
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...tails),
    async (clientData, flags, tail) => {
      // prettier-ignore
      const grant = signedAs({ clientData, flags, ...(tail === undefined ? {} : { tail }) })
      const [keystore, command, page] = await threeVerdicts(grant)
      expect(page).toBe(command)
      // Stricter in what no authenticator and no browser does: a new credential inside an assertion, odd words for "no frame".
      const isOdd = (flags & 0x40) !== 0 || (clientData.crossOrigin !== undefined && clientData.crossOrigin !== false)
      if (!isOdd) expect(command).toBe(keystore)
      if (command === true) expect(keystore).toBe(true)
    },
  )
  await fc.assert(property, { numRuns: 500 })
})

test('an ECDSA signature has one spelling', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (let one = 0; one < 300; one += 1) {
    const message = createHmac('sha256', 'message').update(String(one)).digest()
    const der = sign('sha256', message, privateKey)
    const raw = splitEcdsaSignature(der)
    expect(raw).toHaveLength(64)
    // The same numbers behind a zero too many, a longer length, or something after them.
    const rLength = der[3] ?? 0
    const padded = Buffer.concat([Buffer.of(0x30, (der[1] ?? 0) + 1, 0x02, rLength + 1, 0), der.subarray(4)])
    const long = Buffer.concat([Buffer.of(0x30, 0x81, der[1] ?? 0), der.subarray(2)])
    for (const other of [padded, long, Buffer.concat([der, Buffer.of(0)]), der.subarray(0, -1)]) {
      expect(splitEcdsaSignature(other)).toBeUndefined()
    }
  }
})

test('a COSE key is read whole or not at all', () => {
  const cose = bytesOf(world.grant('ES256').publicKey)
  expect(parsePasskeyKey(cose)).toMatchObject({ kind: 'ES256' })
  for (let end = 0; end < cose.length; end += 1) expect(parsePasskeyKey(cose.subarray(0, end))).toBeUndefined()
  expect(parsePasskeyKey(Buffer.concat([cose, Buffer.of(0)]))).toBeUndefined()
  // A map that says everything twice, one that nests without end, one that never ends.
  expect(parsePasskeyKey(Buffer.concat([Buffer.of(0xaa), cose.subarray(1), cose.subarray(1)]))).toBeUndefined()
  expect(parsePasskeyKey(Buffer.alloc(10_000, 0x81))).toBeUndefined()
  expect(parsePasskeyKey(Buffer.of(0xbf, 1, 2, 0xff))).toBeUndefined()
  expect(parsePasskeyKey(Buffer.of(0xba, 0xff, 0xff, 0xff, 0xff))).toBeUndefined()
})

test('terms that are not canonical are refused whoever signed them', async () => {
  const grant = world.grant('ES256')
  const spaced = JSON.stringify(JSON.parse(grant.document), null, 1)
  expect(spaced).not.toBe(grant.document)
  const verdict = await verifySignedTerms(nodeCrypto, grant, spaced, {
    publicKey: bytesOf(grant.publicKey),
    authenticatorData: bytesOf(grant.authenticatorData),
    clientData: bytesOf(grant.clientData),
    signature: bytesOf(grant.signature),
  })
  expect(verdict).toEqual({ ok: false, problem: 'terms-malformed' })
  expect(canonicalJson(JSON.parse(spaced))).toBe(grant.document)
})
