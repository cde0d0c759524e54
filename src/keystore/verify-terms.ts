import { createHash } from 'node:crypto'
import { parseTerms, termsChallenge } from '../kernel/index.ts'
import type { Terms } from '../kernel/index.ts'
import { verifyAssertion } from './verify-assertion.ts'
import type { PasskeyKey, Site } from './verify-assertion.ts'
import { toWire } from './wire.ts'

/** Terms as the database handed them over: claims until they are verified. */
export type ClaimedTerms = {
  readonly document: string
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

/** Gives the terms if this passkey signed this very document on one of our pages; undefined otherwise. */
export type TermsVerifier = (passkey: PasskeyKey, claimed: ClaimedTerms) => Promise<Terms | undefined>

/** How many verified signatures are remembered (a hash and the parsed terms each, about 2 KB). */
const rememberedMax = 10_000

/**
 * Makes a verifier. What a signature says never changes, so a verified one is remembered, by a hash over everything that
 * was verified; whether the passkey still counts and the grant still lives is asked every time, elsewhere.
 */
export function createTermsVerifier(site: Site): TermsVerifier {
  const remembered = new Map<string, Terms>()
  return async (passkey, claimed) => {
    const fingerprint = fingerprintOf(passkey, claimed)
    const known = remembered.get(fingerprint)
    if (known !== undefined) return known
    const terms = await verifyTerms(site, passkey, claimed)
    if (terms === undefined) return undefined
    const [oldest] = remembered.keys()
    if (remembered.size >= rememberedMax && oldest !== undefined) remembered.delete(oldest)
    remembered.set(fingerprint, terms)
    return terms
  }
}

/** Checks the signature and reads the document; see {@link createTermsVerifier}. */
export async function verifyTerms(site: Site, passkey: PasskeyKey, claimed: ClaimedTerms): Promise<Terms | undefined> {
  const challenge = termsChallenge(claimed.document, sha256)
  const assertion = {
    id: passkey.id,
    rawId: passkey.id,
    type: 'public-key',
    response: {
      clientDataJSON: toWire(claimed.clientData),
      authenticatorData: toWire(claimed.authenticatorData),
      signature: toWire(claimed.signature),
    },
    clientExtensionResults: {},
  } as const
  if (!(await verifyAssertion(site, passkey, assertion, challenge))) return undefined
  const terms = parseTerms(claimed.document)
  return terms.ok ? terms.value : undefined
}

function fingerprintOf(passkey: PasskeyKey, claimed: ClaimedTerms): string {
  const hash = createHash('sha256')
  const parts = [passkey.id, passkey.publicKey, claimed.document, claimed.authenticatorData, claimed.clientData]
  for (const part of [...parts, claimed.signature]) {
    const digest = createHash('sha256').update(part).digest()
    hash.update(digest)
  }
  return hash.digest('base64')
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
