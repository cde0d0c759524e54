import { Agent } from 'node:http'
import { Secret, success } from '../kernel/index.ts'
import type { ConversationId, CustomerId, Outcome } from '../kernel/index.ts'
import type { Clock } from '../platform/index.ts'
import { createBriefMemory } from './brief-memory.ts'
import { createAsker } from './ask-keystore.ts'
import type { KeystoreAddress } from './ask-keystore.ts'
import type { KeystoreClient } from './keystore-client.ts'
import { toWire } from './wire.ts'

export type { KeystoreAddress } from './ask-keystore.ts'

export type KeystoreClientDeps = { readonly clock: Clock }

export type KeystoreClientOptions = {
  readonly at: KeystoreAddress
  /** This caller's own secret; what it may ask for hangs on it. */
  readonly bearer: Secret<string>
  /** How long one request may take; 5 s unless given. */
  readonly deadlineMs?: number
}

/** How long a key stays here: after an erasure the last copy is gone within this time. */
const keyMemoryMs = 60_000
/** How many keys of each kind stay here (32 bytes and an id each). */
const keysRememberedMax = 20_000
/** Connections kept open to the keystore; it answers in about a millisecond. */
const connectionsMax = 32
const deadlineMsDefault = 5_000

/** The gateway's side of the keystore. Connects when first asked, keeps connections, never caches a release. */
export function connectKeystore(deps: KeystoreClientDeps, options: KeystoreClientOptions): KeystoreClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, maxFreeSockets: connectionsMax })
  const { ask, isReady } = createAsker({
    agent,
    clock: deps.clock,
    at: options.at,
    bearer: options.bearer,
    deadlineMs: options.deadlineMs ?? deadlineMsDefault,
  })
  const memory = { forMs: keyMemoryMs, sizeMax: keysRememberedMax }
  const conversationKeys = createBriefMemory<ConversationId, Secret<Uint8Array>>(deps.clock, memory)
  const auditKeys = createBriefMemory<CustomerId, Secret<Uint8Array>>(deps.clock, memory)

  return {
    conversationKey: (conversation) =>
      conversationKeys.get(
        conversation,
        async () => new Secret((await ask.one('/conversation-key', { conversation })).key),
      ),
    forgetConversation(conversation) {
      conversationKeys.forget(conversation)
      return ask.or('/conversations/forget', { conversation }, ['keystore/not-live'])
    },
    async dyingKeys(conversation) {
      const { keys } = await ask.one('/dying-keys', { conversation })
      return keys.map(({ slot, key }) => ({ slot, key: new Secret<Uint8Array>(key) }))
    },
    auditKey: (customer) =>
      auditKeys.get(customer, async () => new Secret((await ask.one('/audit-key', { customer })).key)),
    profileKey: async (customer) => new Secret((await ask.one('/profile-key', { customer })).key),
    async release(ticket) {
      const answer = await ask.or('/release', { ticket: String(ticket) }, ['keystore/refused', 'keystore/not-live'])
      if (!answer.ok) return answer
      const { data, bankToken, disclosure, accounts } = answer.value
      return success({ data: new Secret(data), bankToken: new Secret(bankToken), disclosure, accounts })
    },
    async releaseTokenKey(ticket) {
      const refusals = ['keystore/refused', 'keystore/not-live', 'keystore/no-key'] as const
      const answer = await ask.or('/revoking/release', { ticket: String(ticket) }, refusals)
      return answer.ok ? success(new Secret<Uint8Array>(answer.value.bankToken)) : answer
    },
    destroyBankKey: (ticket) =>
      ask.or('/revoking/destroy', { ticket: String(ticket) }, ['keystore/refused', 'keystore/not-live']),
    beginEnrolment: (customer) => ask.one('/enrolment/begin', { customer }),
    finishEnrolment: ({ customer, response, approval, recovery }) =>
      ask.or(
        '/enrolment/finish',
        {
          customer,
          response,
          ...(approval === undefined ? {} : { approval }),
          ...(recovery === undefined ? {} : { recovery }),
        },
        [
          'keystore/passkey-refused',
          'keystore/approval-needed',
          'keystore/passkey-known',
          'keystore/too-many-passkeys',
          'keystore/erased',
        ],
      ),
    async cancelRecovery({ customer, credentialId, approval }) {
      const asked = { customer, credentialId: toWire(credentialId), approval }
      return done(await ask.or('/passkeys/remove', asked, ['keystore/passkey-refused']))
    },
    async eraseCustomer({ customer, approval }) {
      auditKeys.forget(customer)
      return await ask.or('/erase', { customer, approval }, ['keystore/passkey-refused'])
    },
    async dropInstitution({ customer, institution, approval }) {
      return await ask.or('/erase', { customer, institution, approval }, ['keystore/passkey-refused'])
    },
    carryOutErasure: (erasure) =>
      ask.or('/erasures/carry-out', { erasure }, ['keystore/not-live', 'keystore/passkey-refused']),
    async sealHeld({ record, until, plain }) {
      return (await ask.one('/hold/seal', { record, until, plain: toWire(plain.reveal()) })).sealed
    },
    changeRules: async (change) => done(await ask.or('/rules/change', { change }, ['keystore/refused'])),
    liftCutoff: (cutoff) => ask.or('/cutoffs/lift', { cutoff }, ['keystore/refused']),
    isReady,
    close: () => agent.destroy(),
  }
}

function done<Code extends string>(answer: Outcome<unknown, Code>): Outcome<undefined, Code> {
  return answer.ok ? success(undefined) : answer
}
