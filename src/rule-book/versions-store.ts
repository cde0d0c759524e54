import { z } from 'zod'
import { ruleFiles, ruleSets } from '../fraud/index.ts'
import type { Backtest, RuleDraft, RuleSet } from '../fraud/index.ts'
import { isInstitutionId, isUuid } from '../kernel/index.ts'
import type { InstitutionId, Instant, StaffId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

const staffId = z.custom<StaffId>((value) => typeof value === 'string' && isUuid(value))

/** A version of a bank's rules, and how far it has come. */
export type RuleVersion = {
  readonly id: string
  readonly institution: InstitutionId
  readonly version: number
  /** SHA-256 of the version's text: what is backtested and signed. */
  readonly digest: string
  readonly set: RuleSet
  readonly note: string
  readonly madeBy: StaffId
  readonly madeAt: Instant
  readonly state: 'draft' | 'backtested' | 'shadow' | 'live' | 'ended'
  readonly shadowFrom: Instant | undefined
  readonly liveFrom: Instant | undefined
}

const versionRow = z.object({
  id: z.string(),
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  version: z.number(),
  digest: z.string(),
  document: z.string(),
  note: z.string(),
  made_by: staffId,
  made_at: instantColumn,
  shadow_from: instantColumn.nullable(),
  shadow_until: instantColumn.nullable(),
  live_from: instantColumn.nullable(),
  was_live: z.boolean(),
  is_tested: z.boolean(),
})

const versionColumns = `id, institution, version, digest, document, note, made_by, made_at, shadow_from, shadow_until, live_from, was_live, is_tested`

/**
 * A bank's versions, latest first, if its rules are this session's to read. One whose text this version of Parley cannot read is left out.
 * Login `parley_console`.
 */
export async function listVersions(
  tx: Tx,
  session: Uint8Array,
  institution: InstitutionId,
): Promise<readonly RuleVersion[]> {
  return (await versionRows(tx, session, institution)).flatMap((row) => versionOf(row) ?? [])
}

/** One version; undefined when there is none of that id for this session. Login `parley_console`. */
export async function findVersion(tx: Tx, session: Uint8Array, id: string): Promise<RuleVersion | undefined> {
  const row = await tx.maybe(versionRow, `SELECT ${versionColumns} FROM rules.versions($1, NULL, $2)`, [session, id])
  return row && versionOf(row)
}

function versionRows(tx: Tx, session: Uint8Array, institution: InstitutionId) {
  return tx.rows(versionRow, `SELECT ${versionColumns} FROM rules.versions($1, $2, NULL)`, [session, institution])
}

function versionOf(row: z.infer<typeof versionRow>): RuleVersion | undefined {
  const set = ruleSets.read(row.document)
  if (set === undefined) return undefined
  return {
    id: row.id,
    institution: row.institution,
    version: row.version,
    digest: row.digest,
    set,
    note: row.note,
    madeBy: row.made_by,
    madeAt: row.made_at,
    state: stateOf(row),
    shadowFrom: row.shadow_from ?? undefined,
    liveFrom: row.live_from ?? undefined,
  }
}

function stateOf(row: z.infer<typeof versionRow>): RuleVersion['state'] {
  if (row.live_from !== null) return 'live'
  if (row.was_live || row.shadow_until !== null) return 'ended'
  if (row.shadow_from !== null) return 'shadow'
  return row.is_tested ? 'backtested' : 'draft'
}

/** A draft to keep. */
export type NewVersion = {
  readonly id: string
  readonly institution: InstitutionId
  readonly draft: RuleDraft
  readonly note: string
  readonly member: StaffId
  /** Of the same person: what the draft comes after is read under it. */
  readonly session: Uint8Array
}

/**
 * Keeps a draft as the bank's next version; rules whose sentence is that of the version before keep theirs. Undefined: somebody else saved
 * one at the same moment. Login `parley_console`. SQLSTATE 42501: this person may not.
 */
export async function saveVersion(tx: Tx, wanted: NewVersion): Promise<number | undefined> {
  const rows = await versionRows(tx, wanted.session, wanted.institution)
  const [before] = rows.flatMap((row) => versionOf(row) ?? [])
  const next = ruleSets.next(wanted.draft, (rows[0]?.version ?? 0) + 1, before?.set)
  const row = await tx.one(
    z.object({ version: z.number().nullable() }),
    'SELECT rules.save_version($1, $2, $3, $4, $5) AS version',
    [wanted.id, wanted.institution, ruleSets.document(next), wanted.note, wanted.member],
  )
  return row.version ?? undefined
}

/** Keeps what a backtest of a version found; false when there is no such version with that text. Login `parley_console`. */
export async function noteBacktest(
  tx: Tx,
  noted: {
    readonly id: string
    readonly version: Pick<RuleVersion, 'id' | 'digest'>
    readonly found: Backtest
    readonly member: StaffId
  },
): Promise<boolean> {
  const { id, version, found, member } = noted
  const row = await tx.one(
    z.object({ kept: z.boolean() }),
    'SELECT rules.note_backtest($1, $2, $3, $4::jsonb, $5) AS kept',
    [id, version.id, version.digest, JSON.stringify(found), member],
  )
  return row.kept
}

/** The figures of a version's latest backtest; undefined when there is none. Login `parley_console`. */
export async function latestBacktest(tx: Tx, session: Uint8Array, version: string): Promise<Backtest | undefined> {
  const row = await tx.maybe(z.object({ figures: z.string() }), 'SELECT figures FROM rules.latest_backtest($1, $2)', [
    session,
    version,
  ])
  return row && ruleFiles.readBacktest(row.figures)
}

/** Lets a version judge without effect, or ends that. Login `parley_console`. SQLSTATE 42501: this person may not. */
export async function setShadow(
  tx: Tx,
  wanted: { readonly version: string; readonly begin: boolean; readonly member: StaffId },
): Promise<'begun' | 'ended' | 'no-backtest' | 'too-many' | 'over'> {
  const row = await tx.one(
    z.object({ step: z.enum(['begun', 'ended', 'no-backtest', 'too-many', 'over']) }),
    'SELECT rules.shadow($1, $2, $3) AS step',
    [wanted.version, wanted.begin, wanted.member],
  )
  return row.step
}
