import { createHash, createHmac, createPublicKey, constants, timingSafeEqual, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { BoundedCache } from './bounded-cache.ts'
import { FdxRefusal } from './fdx-error.ts'
import { createReplayGuard } from './replay-guard.ts'

/** A proof may be this old … */
const PROOF_AGE_SECONDS_MAX = 60
/** … or this far ahead of our clock. */
const PROOF_AHEAD_SECONDS_MAX = 10
/** Client keys kept imported. */
const KEYS_MAX = 2_000
/** Longest proof looked at. */
const PROOF_LENGTH_MAX = 8_192
/** A resource nonce is good for this long, and for one turn more. */
const NONCE_SECONDS = 120

const proofHeader = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.enum(['ES256', 'PS256', 'EdDSA', 'Ed25519']),
  jwk: z.union([
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      d: z.undefined().optional(),
    }),
    z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.undefined().optional() }),
    z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.undefined().optional() }),
  ]),
})

const proofClaims = z.object({
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  jti: z.string().min(1).max(256),
  ath: z.string(),
  nonce: z.string().optional(),
})

type ProofKey = {
  readonly alg: z.infer<typeof proofHeader>['alg']
  readonly key: KeyObject
  readonly thumbprint: string
}

/** What a proof must match: this request and this token. */
export type ProofTarget = {
  readonly method: string
  /** Without query. */
  readonly url: string
  /** Base64url SHA-256 of the access token. */
  readonly tokenHash: string
  /** `cnf.jkt` of the access token. */
  readonly thumbprint: string
}

/** Checks DPoP proofs. */
export type DpopChecker = {
  /** Throws a refusal unless the proof is genuine, for this request and token, recent and new (RFC 9449 §4.3, §7.1). */
  check(proof: string | undefined, target: ProofTarget, requireNonce: boolean): void
}

/** Makes the checker with its own memory of proofs and keys. */
export function createDpopChecker(deps: { readonly now: () => number; readonly nonceSecret: Buffer }): DpopChecker {
  const startedAt = Math.floor(deps.now() / 1000)
  const keys = new BoundedCache<ProofKey>(KEYS_MAX)
  const seen = createReplayGuard((PROOF_AGE_SECONDS_MAX + PROOF_AHEAD_SECONDS_MAX) * 1000, deps.now)

  return {
    check(proof, target, requireNonce) {
      if (proof === undefined) throw bad('a DPoP proof is needed')
      const [headerPart, claimsPart, signaturePart, rest] = proof.length > PROOF_LENGTH_MAX ? [] : proof.split('.')
      if (headerPart === undefined || claimsPart === undefined || signaturePart === undefined || rest !== undefined) {
        throw bad('the DPoP proof is not a compact JWS')
      }
      const proofKey = keyOf(headerPart)
      if (!isSigned(proofKey, `${headerPart}.${claimsPart}`, Buffer.from(signaturePart, 'base64url'))) {
        throw bad('the DPoP proof has a wrong signature')
      }
      const claims = proofClaims.safeParse(parseJson(claimsPart)).data
      if (claims === undefined) throw bad('the DPoP proof lacks a claim')
      if (proofKey.thumbprint !== target.thumbprint) throw bad('the access token is bound to another key')
      if (claims.htm !== target.method) throw bad('htm does not match')
      if (withoutQuery(claims.htu) !== target.url) throw bad('htu does not match')
      if (claims.ath !== target.tokenHash) throw bad('ath does not match')
      checkTime(claims.iat)
      if (requireNonce) checkNonce(claims.nonce)
      const verdict = seen(`${proofKey.thumbprint}:${claims.jti}`)
      if (verdict === 'replayed') throw bad('the DPoP proof was used before')
      if (verdict === 'full') throw new FdxRefusal('busy', 'too many proofs', { 'retry-after': '60' })
    },
  }

  function keyOf(headerPart: string): ProofKey {
    const known = keys.get(headerPart)
    if (known !== undefined) return known
    const header = proofHeader.safeParse(parseJson(headerPart)).data
    if (header === undefined) throw bad('the DPoP header is not acceptable')
    const proofKey = { alg: header.alg, key: importKey(header.jwk), thumbprint: thumbprint(header.jwk) }
    keys.set(headerPart, proofKey)
    return proofKey
  }

  /** The replay memory does not outlive the process, so proofs made before its start are not taken. */
  function checkTime(iat: number): void {
    const seconds = deps.now() / 1000
    if (iat > seconds + PROOF_AHEAD_SECONDS_MAX) throw bad('iat is in the future')
    if (iat < seconds - PROOF_AGE_SECONDS_MAX || iat < startedAt) throw bad('iat is too old')
  }

  function checkNonce(nonce: string | undefined): void {
    const step = Math.floor(deps.now() / 1000 / NONCE_SECONDS)
    const fresh = nonceAt(step)
    const good = [fresh, nonceAt(step - 1)].some((each) => same(each, nonce ?? ''))
    if (good) return
    throw new FdxRefusal('proof', 'a DPoP nonce is needed', {
      'www-authenticate': 'DPoP error="use_dpop_nonce", error_description="a DPoP nonce is needed"',
      'dpop-nonce': fresh,
    })
  }

  function nonceAt(step: number): string {
    return createHmac('sha256', deps.nonceSecret).update(`fdx:${step}`).digest('base64url')
  }
}

function bad(detail: string): FdxRefusal {
  return new FdxRefusal('proof', detail, {
    'www-authenticate': `DPoP error="invalid_dpop_proof", error_description="${detail}", algs="ES256 PS256 EdDSA Ed25519"`,
  })
}

function isSigned({ alg, key }: ProofKey, input: string, signature: Buffer): boolean {
  const data = Buffer.from(input)
  if (alg === 'ES256') return verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  if (alg === 'PS256') {
    return verify('sha256', data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature)
  }
  return verify(null, data, key, signature)
}

function importKey(jwk: z.infer<typeof proofHeader>['jwk']): KeyObject {
  try {
    const { d: _none, ...publicJwk } = jwk
    return createPublicKey({ key: publicJwk, format: 'jwk' })
  } catch {
    throw bad('the DPoP key cannot be read')
  }
}

/** RFC 7638: the required members in lexical order. */
function thumbprint(jwk: z.infer<typeof proofHeader>['jwk']): string {
  const members =
    jwk.kty === 'EC'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : jwk.kty === 'RSA'
        ? { e: jwk.e, kty: jwk.kty, n: jwk.n }
        : { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

function withoutQuery(url: string): string {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

function parseJson(part: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return value
  } catch {
    throw bad('the DPoP proof is not JSON')
  }
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}
