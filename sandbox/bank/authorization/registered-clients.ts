import { readFile, stat } from 'node:fs/promises'
import type { AdapterPayload } from 'oidc-provider'
import { z } from 'zod'
import { hasCode } from '../state/secret-file.ts'
import { FDX_TYPE } from './authorization-details.ts'
import { SCOPES } from './data-clusters.ts'

/** How many clients a configuration file may list. */
const CLIENTS_MAX = 100

const publicJwk = z.looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']), d: z.undefined().optional() })

const clientFile = z.object({
  clients: z
    .array(
      z.object({
        client_id: z.string().min(1).max(255),
        client_name: z.string().min(1).max(100),
        redirect_uris: z.array(z.url()).min(1).max(20),
        jwks: z.object({ keys: z.array(publicJwk).min(1).max(20) }),
        push_secret: z.string().min(24).max(256).optional(),
        card_events_url: z.url().optional(),
      }),
    )
    .max(CLIENTS_MAX),
})

type RegisteredClient = z.infer<typeof clientFile>['clients'][number]

/** Looks up who may ask this bank. */
export type RegisteredClients = {
  find(clientId: string): Promise<AdapterPayload | undefined>
  /** The secret that notices to this client are signed with, if one was agreed. */
  pushSecretOf(clientId: string): Promise<string | undefined>
  /** Where card events go and what they are signed with: the first client that has an address for them and a secret. */
  cardEventTarget(): Promise<{ readonly url: string; readonly secret: string } | undefined>
  /** Origins of the client's redirect addresses. */
  originsOf(clientId: string): Promise<readonly string[]>
  /** What people know the client as. */
  nameOf(clientId: string): Promise<string>
}

/**
 * The clients of `--client-config`: read at start and again whenever the file has changed, so that a gateway may make its
 * key after the bank is up. No file yet is an empty list; a broken file is an error at start and keeps the last good list
 * later, with a line on standard error.
 */
export async function openRegisteredClients(path: string | undefined): Promise<RegisteredClients> {
  let readAt = await changedAt(path)
  let clients = await readClients(path)

  async function current(): Promise<Map<string, RegisteredClient>> {
    const changed = await changedAt(path)
    if (changed !== readAt) {
      clients = await readClients(path).catch((error: unknown) => {
        console.error('the client file cannot be read; the last good one stays in force', error)
        return clients
      })
      readAt = changed
    }
    return clients
  }

  return {
    async find(clientId) {
      const client = (await current()).get(clientId)
      return client === undefined ? undefined : toMetadata(client)
    },
    pushSecretOf: async (clientId) => (await current()).get(clientId)?.push_secret,
    async cardEventTarget() {
      for (const { card_events_url: url, push_secret: secret } of (await current()).values()) {
        if (url !== undefined && secret !== undefined) return { url, secret }
      }
      return undefined
    },
    originsOf: async (clientId) =>
      ((await current()).get(clientId)?.redirect_uris ?? []).map((uri) => new URL(uri).origin),
    nameOf: async (clientId) => (await current()).get(clientId)?.client_name ?? clientId,
  }
}

async function changedAt(path: string | undefined): Promise<number | undefined> {
  if (path === undefined) return undefined
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function readClients(path: string | undefined): Promise<Map<string, RegisteredClient>> {
  if (path === undefined) return new Map()
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Map()
    throw error
  }
  const { clients } = clientFile.parse(JSON.parse(text))
  return new Map(clients.map((client) => [client.client_id, client]))
}

/** FAPI 2.0 Security Profile §5.3: private_key_jwt, PAR, sender-constrained tokens, code flow only. */
function toMetadata(client: RegisteredClient): AdapterPayload {
  return {
    client_id: client.client_id,
    client_name: client.client_name,
    redirect_uris: client.redirect_uris,
    jwks: client.jwks,
    application_type: 'web',
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    require_auth_time: true,
    authorization_details_types: [FDX_TYPE],
    scope: SCOPES.join(' '),
  }
}
