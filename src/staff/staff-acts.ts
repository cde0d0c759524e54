import { createHash } from 'node:crypto'
import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { parseStaffAct, refusal, staffActChallenge, staffActDocument, success } from '../kernel/index.ts'
import type { Outcome, StaffAct, StaffId } from '../kernel/index.ts'
import { findDraft, issueChallenge, listCredentials, staffChallengeSeconds, takeDraft } from './challenges-store.ts'
import { passkeyAnswers } from '../pages/index.ts'
import type { StaffDeps } from './staff-deps.ts'
import { staffEvents } from './staff-events.ts'
import { verifyStaffPasskey } from './verify-passkey.ts'
import type { PasskeyRefusal } from './verify-passkey.ts'

/** An act as somebody signed it: everything that is kept as evidence, and what it says. */
export type SignedStaffAct = {
  readonly act: StaffAct
  readonly document: string
  readonly credentialId: Uint8Array
  readonly authenticatorData: Uint8Array
  readonly clientData: Uint8Array
  readonly signature: Uint8Array
}

/** Writes an act down that waits for its person's signature, for some minutes, under the act's own id. */
async function draftAct(deps: StaffDeps, act: StaffAct): Promise<void> {
  const document = staffActDocument(act)
  const challenge = staffActChallenge(document, sha256)
  await issueChallenge(deps.database, { id: act.id, challenge, use: 'act', member: act.staff, document })
}

/** The act that waits under this id for this person; undefined when there is none (any more). */
async function findAct(deps: StaffDeps, id: string, member: StaffId): Promise<StaffAct | undefined> {
  const draft = await findDraft(deps.database, { id, member })
  return draft && parseStaffAct(draft.document)
}

/** Options for the signature: the challenge is the hash of the act, and only this person's own passkeys are offered. */
async function beginAct(
  deps: StaffDeps,
  id: string,
  member: StaffId,
): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
  const draft = await findDraft(deps.database, { id, member })
  if (draft === undefined) return undefined
  const credentials = await listCredentials(deps.database, member)
  return generateAuthenticationOptions({
    rpID: deps.party.id,
    challenge: new Uint8Array(draft.challenge),
    allowCredentials: credentials.map((credential) => ({ id: credential.toString('base64url') })),
    userVerification: 'required',
    timeout: staffChallengeSeconds * 1000,
  })
}

/** Takes the signature of an act. The act can be tried once; whatever is refused must be asked for again. */
async function finishAct(
  deps: StaffDeps,
  signed: { readonly id: string; readonly member: StaffId; readonly response: string | null },
): Promise<Outcome<SignedStaffAct, 'staff/challenge-spent' | PasskeyRefusal>> {
  const answer = passkeyAnswers.assertion(signed.response)
  if (answer === undefined) return refusal('staff/assertion-invalid')
  const { id, member } = signed
  const document = await takeDraft(deps.database, { id, member, challenge: answer.challenge })
  const act = document === undefined ? undefined : parseStaffAct(document)
  if (document === undefined || act === undefined) return refusal('staff/challenge-spent')
  const who = await deps.database.transaction((tx) => verifyStaffPasskey(deps.party, tx, answer))
  if (!who.ok) return who
  if (who.value !== member || act.staff !== member) return refusal('staff/assertion-invalid')
  await staffEvents.note(deps.database, { kind: 'act-signed', member, about: act.act })
  const { authenticatorData, clientDataJSON, signature } = answer.response.response
  return success({
    act,
    document,
    credentialId: Buffer.from(answer.response.id, 'base64url'),
    authenticatorData: Buffer.from(authenticatorData, 'base64url'),
    clientData: Buffer.from(clientDataJSON, 'base64url'),
    signature: Buffer.from(signature, 'base64url'),
  })
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** Acts that are signed with a passkey: {@link draftAct}, {@link findAct}, {@link beginAct}, {@link finishAct}. */
export const staffActs = { draft: draftAct, find: findAct, begin: beginAct, finish: finishAct } as const
