import { createHmac } from 'node:crypto'
import type { ConversationId, Secret } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import type { PushRouteId } from './route-store.ts'

/** Every address is this long before it is sealed: the length of a row says nothing about whose browser it is. */
const paddedBytes = 1_024

type Place = { readonly id: PushRouteId; readonly conversation: ConversationId }

function sealEndpoint(key: Secret<Uint8Array>, place: Place, endpoint: string): Buffer {
  return seal(key.reveal(), Buffer.from(endpoint.padEnd(paddedBytes), 'ascii'), contextOf(place))
}

function openEndpoint(key: Secret<Uint8Array>, place: Place, sealed: Uint8Array): string {
  return unseal(key.reveal(), sealed, contextOf(place)).toString('ascii').trimEnd()
}

function contextOf({ id, conversation }: Place): string {
  return `alerts.push_route|${conversation}|${id}`
}

/** Known again in its conversation, and nowhere else: the same browser has another hash in each. */
function hashEndpoint(key: Secret<Uint8Array>, conversation: ConversationId, endpoint: string): Buffer {
  return createHmac('sha256', key.reveal()).update(`parley/push/endpoint/v1|${conversation}|${endpoint}`).digest()
}

/** Addresses of browsers as they are stored: under the conversation's key, found by a hash under the gateway's. */
export const endpointSeal = { seal: sealEndpoint, open: openEndpoint, hash: hashEndpoint } as const
