import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { disclosures, isInstitutionId, isUuid, toInstant } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Instant } from '../kernel/index.ts'

// What travels between the gateway and the keystore: JSON over HTTP, bytes as base64url, numbers of tickets as text.

/** The largest request either side makes: an attestation of a few kilobytes and an assertion, with room to spare. */
export const wireBytesMax = 64 * 1024

const customer = z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value))
const conversation = z.custom<ConversationId>((value) => typeof value === 'string' && isUuid(value))
const institution = z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value))
const uuid = z.string().refine(isUuid)
const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/)
const bytes = base64url.transform((text) => Buffer.from(text, 'base64url'))
const instant: z.ZodType<Instant> = z.number().transform(toInstant)
const transports = z.array(z.string().max(32)).max(8)

const extensionResults = z.record(z.string(), z.unknown())
const registrationShape = z.object({
  id: base64url.min(1).max(1400),
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url.max(4096),
    attestationObject: base64url,
    transports: transports.optional(),
  }),
  clientExtensionResults: extensionResults.default({}),
})
const assertionShape = z.object({
  id: base64url.min(1).max(1400),
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url.max(4096),
    authenticatorData: base64url.max(4096),
    signature: base64url.max(2048),
  }),
  clientExtensionResults: extensionResults.default({}),
})
/** A passkey's assertion as it travels, and as an erasure's row keeps it. */
export const assertionJson: z.ZodType<AuthenticationResponseJSON> = assertionShape
const registration: z.ZodType<RegistrationResponseJSON> = registrationShape.transform(({ response, ...same }) => ({
  ...same,
  response: {
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
    ...(response.transports === undefined ? {} : { transports: response.transports }),
  },
}))
const assertion = assertionJson

const ticket = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)

/** So many keys of one conversation live at once, at most. */
const dyingKeysMax = 16

/** What each route is asked. */
export const requests = {
  '/conversation-key': z.object({ conversation }),
  '/conversations/forget': z.object({ conversation }),
  '/dying-keys': z.object({ conversation }),
  '/audit-key': z.object({ customer }),
  '/profile-key': z.object({ customer }),
  '/release': z.object({ ticket }),
  '/revoking/release': z.object({ ticket }),
  '/revoking/destroy': z.object({ ticket }),
  '/enrolment/begin': z.object({ customer }),
  '/enrolment/finish': z.object({
    customer,
    response: registration,
    approval: assertion.optional(),
    recovery: z.boolean().optional(),
  }),
  '/passkeys/remove': z.object({ customer, credentialId: bytes, approval: assertion }),
  '/erase': z.object({ customer, institution: institution.optional(), approval: assertion }),
  '/erasures/carry-out': z.object({ erasure: uuid }),
  '/hold/seal': z.object({ record: uuid, until: instant, plain: bytes }),
  '/rotate': z.object({}),
  '/cutoffs/lift': z.object({ cutoff: uuid }),
  '/rules/change': z.object({ change: uuid }),
}

export type Route = keyof typeof requests
export type RequestOf<Name extends Route> = z.infer<(typeof requests)[Name]>

/** What each route answers with status 200. */
export const answers = {
  '/conversation-key': z.object({ key: bytes }),
  '/conversations/forget': z.object({ lastCopyAt: instant }),
  '/dying-keys': z.object({
    keys: z.array(z.object({ slot: base64url.min(1).max(32), key: bytes })).max(dyingKeysMax),
  }),
  '/audit-key': z.object({ key: bytes }),
  '/profile-key': z.object({ key: bytes }),
  '/release': z.object({
    data: bytes,
    bankToken: bytes,
    disclosure: z.enum(disclosures),
    accounts: z.array(z.string()),
  }),
  '/revoking/release': z.object({ bankToken: bytes }),
  '/revoking/destroy': z.object({ lastCopyAt: instant }),
  '/enrolment/begin': z.object({ challenge: bytes }),
  '/enrolment/finish': z.object({
    credentialId: bytes,
    publicKey: bytes,
    signCount: z.number(),
    transports,
    effectiveAt: instant,
  }),
  '/passkeys/remove': z.object({}),
  '/erase': z.object({ lastCopyAt: instant }),
  '/erasures/carry-out': z.object({ lastCopyAt: instant }),
  '/hold/seal': z.object({ sealed: bytes }),
  '/rotate': z.object({ version: z.number(), madeAt: instant }),
  '/cutoffs/lift': z.object({ liftedAt: instant }),
  '/rules/change': z.object({}),
}

export type AnswerOf<Name extends Route> = z.input<(typeof answers)[Name]>

/** What any route answers otherwise (RFC 9457). */
export const problemShape = z.object({ status: z.number(), code: z.string().regex(/^[a-z-]+\/[a-z-]+$/) })

/** Bytes as they travel. */
export function toWire(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64url')
}
