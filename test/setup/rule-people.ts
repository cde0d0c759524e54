import { randomBytes, randomUUID } from 'node:crypto'
import { ruleLanguage, ruleSets, runBacktest } from '../../src/fraud/index.ts'
import { buildHistory } from '../../src/fraud/evaluate/card-history.ts'
import type { InstitutionId, RuleChangeId, RuleSignatureId, StaffAct } from '../../src/kernel/index.ts'
import type { KeystoreClient } from '../../src/keystore/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { keyDigestOf, ruleChanges, ruleVersions } from '../../src/rule-book/index.ts'
import type { LiveChange, RuleChange, RuleVersion } from '../../src/rule-book/index.ts'
import { signAct } from './staff-people.ts'
import type { StaffPerson } from './staff-people.ts'
import { beginStaffSession } from './staff-session.ts'

/** A change to sign, as it was asked for. */
export type Asked = { readonly id: RuleChangeId; readonly digest: string }

/** Saves a rule file as the bank's next version. */
export async function saveRules(
  console: Database,
  person: StaffPerson,
  institution: InstitutionId,
  file: string,
): Promise<RuleVersion> {
  const read = ruleLanguage.readFile(file)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const id = randomUUID()
  const session = await beginStaffSession(console, person)
  const wanted = { id, institution, draft: read.draft, note: 'for a test', member: person.id, session }
  if ((await ruleVersions.save(console, wanted)) === undefined) throw new Error('somebody was faster')
  return await mustFind(console, session, id)
}

export async function mustFind(console: Database, session: Uint8Array, id: string): Promise<RuleVersion> {
  const found = await ruleVersions.find(console, session, id)
  if (found === undefined) throw new Error('no such version')
  return found
}

/** Keeps the backtest of a version over nothing. */
export async function backtested(console: Database, person: StaffPerson, version: RuleVersion): Promise<void> {
  const found = runBacktest({
    history: buildHistory().finish(),
    labelling: () => [],
    candidate: ruleSets.compile(version.set, ruleSets.lists([])),
  })
  await ruleVersions.noteBacktest(console, { id: randomUUID(), version, found, member: person.id })
}

/** In shadow, since long enough. */
export async function shadowed(
  databases: { readonly console: Database; readonly admin: Database },
  person: StaffPerson,
  version: RuleVersion,
): Promise<void> {
  await backtested(databases.console, person, version)
  const begun = await ruleVersions.shadow(databases.console, { version: version.id, begin: true, member: person.id })
  if (begun !== 'begun') throw new Error(begun)
  await databases.admin.run(`UPDATE rules.rule_set SET shadow_from = shadow_from - interval '1 hour' WHERE id = $1`, [
    version.id,
  ])
}

export function liveChange(kind: 'promote' | 'roll-back', version: RuleVersion): LiveChange {
  const institution = version.institution
  return { kind, institution, reason: 'Seen in shadow for a week', set: version.id, digest: version.digest }
}

/** Asks for a change; throws with what stands in its way. */
export async function ask(
  console: Database,
  person: StaffPerson,
  change: RuleChange,
  key?: { readonly key: string; readonly salt: Uint8Array; readonly customer?: string },
): Promise<Asked> {
  const id = randomUUID() as RuleChangeId
  const step = await ruleChanges.ask(console, { id, change, member: person.id, ...(key === undefined ? {} : { key }) })
  if (step !== 'asked') throw new Error(step)
  const asked = await ruleChanges.find(console, await beginStaffSession(console, person), id)
  if (asked === undefined) throw new Error('not kept')
  return { id, digest: asked.digest }
}

export function signatureAct(person: StaffPerson, { id, digest }: Asked): Extract<StaffAct, { act: 'change-rules' }> {
  return { v: 1, act: 'change-rules', id: randomUUID() as RuleSignatureId, staff: person.id, change: id, digest }
}

/** Everybody signs, and the keystore is asked; whether it did it. */
export async function signTogether(
  console: Database,
  keystore: Pick<KeystoreClient, 'changeRules'>,
  people: readonly StaffPerson[],
  asked: Asked,
): Promise<boolean> {
  for (const person of people) await ruleChanges.sign(console, signAct(person, signatureAct(person, asked)))
  return (await keystore.changeRules(asked.id)).ok
}

/** A wish to put a key onto a list, and what goes with it. */
export function listAdd(
  institution: InstitutionId,
  wanted: {
    readonly purpose: 'allow' | 'block' | 'review'
    readonly list: 'cards' | 'merchants' | 'countries'
    readonly key: string
    readonly customer?: string
  },
) {
  const { purpose, list, key, customer } = wanted
  const salt = randomBytes(16)
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const entry = randomUUID()
  const change: RuleChange = {
    kind: 'list-add',
    institution,
    reason: 'Reported by three customers',
    entry,
    purpose,
    list,
    keyDigest: keyDigestOf(list, key, salt),
    until,
  }
  return { change, entry, key: { key, salt, ...(customer === undefined ? {} : { customer }) } }
}
