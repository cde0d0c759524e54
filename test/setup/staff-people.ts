import { createHash, randomUUID } from 'node:crypto'
import { staffActChallenge, staffActDocument } from '../../src/kernel/index.ts'
import type { CutoffId, CutoffTarget, LiftId, PlatformName, StaffAct, StaffId } from '../../src/kernel/index.ts'
import { cutoffs } from '../../src/consent/index.ts'
import type { SignedAct } from '../../src/consent/index.ts'
import type { KeystoreClient } from '../../src/keystore/index.ts'
import { systemRandom } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { staffAdministration, staffEnrolment } from '../../src/staff/index.ts'
import type { StaffRole } from '../../src/staff/index.ts'
import type { TestDatabase } from './database.ts'
import { createSoftPasskey } from './soft-passkey.ts'
import type { PasskeyFlaws, SoftPasskey } from './soft-passkey.ts'
import { testSite } from './trust-world.ts'

/** Somebody of the staff with a passkey in code. */
export type StaffPerson = { readonly id: StaffId; readonly login: string; readonly passkey: SoftPasskey }

/** What staff functions need here. */
export function staffDeps(console: Database) {
  return {
    database: console,
    random: systemRandom,
    party: { id: testSite.rpId, name: 'Parley', origin: testSite.origin },
  }
}

/** Adds somebody by the command line's own functions, and enrols a passkey by the page's. */
export async function addStaff(
  database: TestDatabase,
  login: string,
  wanted: {
    readonly role?: StaffRole
    readonly institutions?: readonly string[]
    readonly platform?: PlatformName
    readonly passkey?: SoftPasskey
  } = {},
): Promise<StaffPerson> {
  const added = await staffAdministration.add({ random: systemRandom }, database.connect('staff', { poolMax: 1 }), {
    login,
    role: wanted.role ?? 'operator',
    institutions: wanted.institutions,
    platform: wanted.platform,
  })
  if (!added.ok) throw new Error(added.code)
  const { id, code } = added.value
  const passkey = wanted.passkey ?? createSoftPasskey(testSite)
  const deps = staffDeps(database.connect('console', { poolMax: 2 }))
  const begun = await staffEnrolment.open(deps, { login, code })
  const options = begun === undefined ? undefined : await staffEnrolment.begin(deps, begun)
  if (options === undefined) throw new Error('the code is not known')
  const response = JSON.stringify(passkey.register(Buffer.from(options.challenge, 'base64url')))
  const enrolled = await staffEnrolment.finish(deps, { login, code, response })
  if (!enrolled.ok) throw new Error(enrolled.code)
  return { id, login, passkey }
}

/** An act and its signature, as a browser brings them. */
export function signAct(
  person: Pick<StaffPerson, 'passkey'>,
  act: StaffAct | string,
  flaws: PasskeyFlaws = {},
): SignedAct {
  const document = typeof act === 'string' ? act : staffActDocument(act)
  const { response } = person.passkey.assert(staffActChallenge(document, sha256), flaws)
  return {
    document,
    credentialId: person.passkey.credentialId,
    authenticatorData: Buffer.from(response.authenticatorData, 'base64url'),
    clientData: Buffer.from(response.clientDataJSON, 'base64url'),
    signature: Buffer.from(response.signature, 'base64url'),
  }
}

export function cutOffAct(person: StaffPerson, target: CutoffTarget): Extract<StaffAct, { act: 'cut-off' }> {
  const id = randomUUID() as CutoffId
  return { v: 1, act: 'cut-off', id, staff: person.id, reason: 'Reported to leak what it is told', ...target }
}

export function liftAct(person: StaffPerson, cutoff: CutoffId): Extract<StaffAct, { act: 'lift' }> {
  return { v: 1, act: 'lift', id: randomUUID() as LiftId, staff: person.id, cutoff }
}

/** Cuts off by the console's own way; throws when it does not take. */
export async function cutOff(console: Database, person: StaffPerson, target: CutoffTarget): Promise<CutoffId> {
  const act = cutOffAct(person, target)
  const at = await console.transaction((tx) => cutoffs.cutOff(tx, signAct(person, act)))
  if (at === undefined) throw new Error('it is cut off already')
  return act.id
}

/** Both people sign, and the keystore lifts; throws when it does not. */
export async function liftTogether(
  console: Database,
  keystore: Pick<KeystoreClient, 'liftCutoff'>,
  people: readonly [StaffPerson, StaffPerson],
  cutoff: CutoffId,
): Promise<void> {
  for (const person of people) await cutoffs.signLift(console, signAct(person, liftAct(person, cutoff)))
  const lifted = await keystore.liftCutoff(cutoff)
  if (!lifted.ok) throw new Error(lifted.code)
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
