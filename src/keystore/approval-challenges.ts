import { createHash } from 'node:crypto'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'

/** What an existing passkey signs to let a new one in: the customer and everything the new authenticator said. */
export function newPasskeyChallenge(customer: CustomerId, response: RegistrationResponseJSON): Buffer {
  return challengeOf('new-passkey', [
    customer,
    response.id,
    response.response.attestationObject,
    response.response.clientDataJSON,
  ])
}

/** What an existing passkey signs to remove another one, also one whose recovery still waits. */
export function removalChallenge(customer: CustomerId, credentialId: Uint8Array): Buffer {
  return challengeOf('remove-passkey', [customer, Buffer.from(credentialId).toString('base64url')])
}

/** What a passkey signs to destroy the customer's keys: all of them, or those for one bank. */
export function eraseChallenge(customer: CustomerId, institution?: InstitutionId): Buffer {
  return challengeOf('erase', institution === undefined ? [customer] : [customer, institution])
}

// No part holds a line feed (base64url, UUIDs, institution ids), so the text is unambiguous.
function challengeOf(act: string, parts: readonly string[]): Buffer {
  return createHash('sha256')
    .update(['parley/approve/v1', act, ...parts].join('\n'), 'utf8')
    .digest()
}
