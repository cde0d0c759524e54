import type { SignedGrant } from '../export-bundle.ts'
import type { Hash } from '../merkle-tree.ts'
import { fromBase64Url, sameBytes, toBase64Url } from '../base64.ts'
import { type Terms, parseTerms, termsChallenge } from '../terms.ts'
import { readCbor } from './cbor.ts'
import { type VerifyPasskey, parsePasskeyKey, splitEcdsaSignature } from './passkey-key.ts'

export type GrantProblem =
  | 'encoding-malformed'
  | 'terms-malformed'
  | 'key-unsupported'
  | 'client-data-malformed'
  | 'wrong-act'
  | 'other-terms'
  | 'other-origin'
  | 'embedded'
  | 'authenticator-data-malformed'
  | 'other-site'
  | 'not-present'
  | 'not-verified'
  | 'signature-wrong'

export type GrantVerdict =
  { readonly ok: true; readonly terms: Terms } | { readonly ok: false; readonly problem: GrantProblem }

/** SHA-256, and the signatures of passkeys, as whoever verifies has them. */
export type PasskeyCrypto = { readonly hash: Hash; readonly verifyPasskey: VerifyPasskey }

/** An assertion as it was stored: bytes as the authenticator and the browser made them. */
export type StoredAssertion = {
  readonly publicKey: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

/** Where a passkey's word counts. */
export type PasskeySite = { readonly rpId: string; readonly origins: readonly string[] }

/**
 * Whether a passkey signed these very terms, on one of these pages, with the person verified: the checks of WebAuthn level 3,
 * section 7.2, that do not need to know who was expected. Counters are not looked at: the same signature holds as long as its terms.
 */
export async function verifyGrant(crypto: PasskeyCrypto, grant: SignedGrant): Promise<GrantVerdict> {
  const [publicKey, authenticatorData, clientData, signature] = [
    fromBase64Url(grant.publicKey),
    fromBase64Url(grant.authenticatorData),
    fromBase64Url(grant.clientData),
    fromBase64Url(grant.signature),
  ]
  const isWhole = fromBase64Url(grant.credentialId) !== undefined
  if (!isWhole || publicKey === undefined || authenticatorData === undefined) return no('encoding-malformed')
  if (clientData === undefined || signature === undefined) return no('encoding-malformed')
  const assertion = { publicKey, authenticatorData, clientData, signature }
  return await verifySignedTerms(crypto, grant, grant.document, assertion)
}

/** The same for an assertion in bytes; what the keystore asks before it believes a grant. */
export async function verifySignedTerms(
  crypto: PasskeyCrypto,
  site: PasskeySite,
  document: string,
  assertion: StoredAssertion,
): Promise<GrantVerdict> {
  const terms = parseTerms(document)
  if (!terms.ok) return no('terms-malformed')
  const key = parsePasskeyKey(assertion.publicKey)
  if (key === undefined) return no('key-unsupported')
  const challenge = toBase64Url(termsChallenge(document, crypto.hash))
  const problem =
    checkClientData(site, assertion.clientData, challenge) ??
    checkAuthenticatorData(crypto.hash, site, assertion.authenticatorData)
  if (problem !== undefined) return no(problem)
  const signature = key.kind === 'ES256' ? splitEcdsaSignature(assertion.signature) : assertion.signature
  if (signature === undefined) return no('signature-wrong')
  const signed = joined(assertion.authenticatorData, crypto.hash(assertion.clientData))
  return (await crypto.verifyPasskey(key, signed, signature)) ? { ok: true, terms: terms.value } : no('signature-wrong')
}

function no(problem: GrantProblem): GrantVerdict {
  return { ok: false, problem }
}

/** What the browser says about the page and the challenge (WebAuthn level 3, section 5.8.1). */
function checkClientData(site: PasskeySite, bytes: Uint8Array, challenge: string): GrantProblem | undefined {
  const data = parseRecord(new TextDecoder().decode(bytes))
  if (data === undefined) return 'client-data-malformed'
  if (data.type !== 'webauthn.get') return 'wrong-act'
  if (data.challenge !== challenge) return 'other-terms'
  if (typeof data.origin !== 'string' || !site.origins.includes(data.origin)) return 'other-origin'
  if (!isOriginOf(data.origin, site.rpId)) return 'other-origin'
  // A frame in somebody else's page may have been made to look like anything.
  const isEmbedded = (data.crossOrigin !== undefined && data.crossOrigin !== false) || data.topOrigin !== undefined
  return isEmbedded ? 'embedded' : undefined
}

type ClientData = {
  readonly type?: unknown
  readonly challenge?: unknown
  readonly origin?: unknown
  readonly crossOrigin?: unknown
  readonly topOrigin?: unknown
}

function parseRecord(text: string): ClientData | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined // not JSON, so no browser's words
  }
}

/** An RP ID is the page's host, or a domain that it stands in; plain http is only for localhost (section 5.1.2). */
function isOriginOf(origin: string, rpId: string): boolean {
  const [, scheme, host = ''] = /^(https?):\/\/([a-z0-9.-]+)(?::\d{1,5})?$/.exec(origin) ?? []
  const isHost = host === rpId || host.endsWith(`.${rpId}`)
  return isHost && (scheme === 'https' || host === 'localhost' || host.endsWith('.localhost'))
}

const flags = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40, extended: 0x80 } as const
/** RP ID hash, flags, counter. */
const fixedBytes = 37

/** What the authenticator says about the site and the person (WebAuthn level 3, section 6.1). */
function checkAuthenticatorData(hash: Hash, site: PasskeySite, bytes: Uint8Array): GrantProblem | undefined {
  const set = bytes[32] ?? 0
  const has = (flag: number): boolean => (set & flag) !== 0
  const extensions = has(flags.extended) ? readCbor(bytes, fixedBytes) : undefined
  const end = has(flags.extended) ? (extensions?.value instanceof Map ? extensions.end : undefined) : fixedBytes
  // An assertion carries no new credential, and what cannot be backed up is not backed up.
  if (bytes.length < fixedBytes || end !== bytes.length || has(flags.attested)) return 'authenticator-data-malformed'
  if (has(flags.backedUp) && !has(flags.eligible)) return 'authenticator-data-malformed'
  if (!sameBytes(bytes.subarray(0, 32), hash(new TextEncoder().encode(site.rpId)))) return 'other-site'
  if (!has(flags.present)) return 'not-present'
  return has(flags.verified) ? undefined : 'not-verified'
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
