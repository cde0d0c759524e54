import {
  Configuration,
  PrivateKeyJwt,
  allowInsecureRequests,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client'
import type { ServerMetadata } from 'openid-client'
import { importJWK } from 'jose'
import type { CryptoKey } from 'jose'
import { Fault, refusal, success } from '../../kernel/index.ts'
import type { Instant, Outcome } from '../../kernel/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { ClientKeys } from '../client-keys.ts'
import type { Egress } from '../egress/create-egress.ts'
import { fetchThrough } from '../egress/fetch-through.ts'
import { originsOf } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import { oauthTrouble } from './oauth-trouble.ts'

/** A bank's metadata is read again after this long. */
const metadataMs = 10 * 60_000
/** One exchange with an authorization server. Two of them (the second with a DPoP nonce) fit the vault's refresh lease. */
const oauthTimeoutMs = 6_000
/** Signature algorithms of ID tokens that FAPI 2.0 (§5.4) allows. */
const idTokenAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519']

export type ServerRefusal = 'banks/unreachable' | 'banks/unreadable'

/** The authorization servers of the configured banks, discovered and checked. */
export type BankServers = {
  of(institution: Institution): Promise<Outcome<Configuration, ServerRefusal>>
}

/** Discovers servers on first use and keeps what they said for {@link metadataMs}; one discovery at a time for each bank. */
export function createBankServers(
  deps: { readonly egress: Egress; readonly clock: Clock },
  options: { readonly clientKeys: ClientKeys; readonly allowLoopback: boolean },
): BankServers {
  const signingKey = once(() => importSigningKey(options.clientKeys))
  const known = new Map<string, { readonly server: Configuration; readonly readAt: Instant }>()
  const underway = new Map<string, Promise<Outcome<Configuration, ServerRefusal>>>()

  async function read(institution: Institution, key: string): Promise<Outcome<Configuration, ServerRefusal>> {
    try {
      const server = await discover(institution, deps.egress, options.allowLoopback, await signingKey())
      if (server === undefined) return refusal('banks/unreadable')
      known.set(key, { server, readAt: deps.clock.now() })
      return success(server)
    } catch (error) {
      const { kind } = oauthTrouble(error)
      return refusal(kind === 'unreachable' ? 'banks/unreachable' : 'banks/unreadable')
    } finally {
      underway.delete(key)
    }
  }

  return {
    of(institution) {
      const key = JSON.stringify([institution.id, institution.issuer, institution.fdxUrl, institution.clientId])
      const entry = known.get(key)
      if (entry !== undefined && deps.clock.now() - entry.readAt < metadataMs) {
        return Promise.resolve(success(entry.server))
      }
      const running = underway.get(key) ?? read(institution, key)
      underway.set(key, running)
      return running
    },
  }
}

async function discover(
  institution: Institution,
  egress: Egress,
  allowLoopback: boolean,
  signingKey: { readonly key: CryptoKey; readonly kid: string },
): Promise<Configuration | undefined> {
  const origins = originsOf(institution)
  const fetch = fetchThrough(egress, origins, oauthTimeoutMs)
  const plainHttp = allowLoopback && new URL(institution.issuer).protocol === 'http:' ? [allowInsecureRequests] : []
  const found = await discovery(new URL(institution.issuer), institution.clientId, undefined, undefined, {
    [customFetch]: fetch,
    execute: plainHttp,
    timeout: oauthTimeoutMs / 1000,
  })
  const { supportsPKCE: _helper, ...metadata } = found.serverMetadata()
  if (!isFapiServer(metadata, institution.issuer, origins)) return undefined
  const narrowed: ServerMetadata = {
    ...metadata,
    id_token_signing_alg_values_supported: (metadata.id_token_signing_alg_values_supported ?? []).filter((algorithm) =>
      idTokenAlgorithms.includes(algorithm),
    ),
  }
  const server = new Configuration(narrowed, institution.clientId, undefined, PrivateKeyJwt(signingKey))
  server[customFetch] = fetch
  server.timeout = oauthTimeoutMs / 1000
  for (const allow of plainHttp) allow(server)
  enableNonRepudiationChecks(server) // ID tokens are verified against the bank's keys, not only by the channel
  return server
}

/**
 * Whether this is the server that was configured, with what FAPI 2.0 needs, and every address in it is one of the bank's
 * own. Exact comparison: the library forgives a missing slash, and knows vendors whose issuer may differ; here none may.
 */
function isFapiServer(metadata: ServerMetadata, issuer: string, origins: readonly string[]): boolean {
  const { authorization_endpoint, token_endpoint, pushed_authorization_request_endpoint, jwks_uri } = metadata
  const addresses = [authorization_endpoint, token_endpoint, pushed_authorization_request_endpoint, jwks_uri]
  const optional = [metadata.revocation_endpoint].filter((address) => address !== undefined)
  return (
    metadata.issuer === issuer &&
    [...addresses, ...optional].every((address) => address !== undefined && isOf(origins, address)) &&
    metadata.authorization_response_iss_parameter_supported === true &&
    includes(metadata.code_challenge_methods_supported, 'S256') &&
    includes(metadata.token_endpoint_auth_methods_supported, 'private_key_jwt') &&
    includes(metadata.dpop_signing_alg_values_supported, 'ES256') &&
    idTokenAlgorithms.some((algorithm) => includes(metadata.id_token_signing_alg_values_supported, algorithm))
  )
}

function isOf(origins: readonly string[], address: string): boolean {
  return URL.canParse(address) && origins.includes(new URL(address).origin)
}

function includes(list: readonly string[] | undefined, item: string): boolean {
  return list?.includes(item) ?? false
}

async function importSigningKey(keys: ClientKeys): Promise<{ readonly key: CryptoKey; readonly kid: string }> {
  const [first] = keys.set.reveal().keys
  const key = first === undefined ? undefined : await importJWK(first, 'ES256', { extractable: false })
  if (first === undefined || key === undefined || key instanceof Uint8Array) {
    throw new Fault('banks/client-keys-malformed', { retry: 'never' })
  }
  return { key, kid: first.kid }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}
