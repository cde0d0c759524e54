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

/** A console shows so many, latest first. */
const versionsMax = 50

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

const versionColumns = `s.id, s.institution, s.version, s.digest, s.document, s.note, s.made_by, s.made_at, s.shadow_from, s.shadow_until,
  (SELECT l.live_from FROM rules.live l WHERE l.rule_set = s.id AND l.live_until IS NULL) AS live_from,
  EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id) AS was_live,
  EXISTS (SELECT FROM rules.backtest b WHERE b.rule_set = s.id) AS is_tested`

/** A bank's versions, latest first. One whose text this version of Parley cannot read is left out. Login `parley_console`. */
export async function listVersions(tx: Tx, institution: InstitutionId): Promise<readonly RuleVersion[]> {
  const rows = await tx.rows(
    versionRow,
    `SELECT ${versionColumns} FROM rules.rule_set s WHERE s.institution = $1 ORDER BY s.version DESC LIMIT ${versionsMax}`,
    [institution],
  )
  return rows.flatMap((row) => versionOf(row) ?? [])
}

/** One version; undefined when there is none of that id. Login `parley_console`. */
export async function findVersion(tx: Tx, id: string): Promise<RuleVersion | undefined> {
  const row = await tx.maybe(versionRow, `SELECT ${versionColumns} FROM rules.rule_set s WHERE s.id = $1`, [id])
  return row && versionOf(row)
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
}

/**
 * Keeps a draft as the bank's next version; rules whose sentence is that of the version before keep theirs. Undefined: somebody else saved
 * one at the same moment. Login `parley_console`. SQLSTATE 42501: this person may not.
 */
export async function saveVersion(tx: Tx, wanted: NewVersion): Promise<number | undefined> {
  const [before] = await listVersions(tx, wanted.institution)
  const { latest } = await tx.one(
    z.object({ latest: z.number() }),
    'SELECT coalesce(max(s.version), 0) AS latest FROM rules.rule_set s WHERE s.institution = $1',
    [wanted.institution],
  )
  const next = ruleSets.next(wanted.draft, latest + 1, before?.set)
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
export async function latestBacktest(tx: Tx, version: string): Promise<Backtest | undefined> {
  const row = await tx.maybe(
    z.object({ figures: z.string() }),
    'SELECT b.figures::text AS figures FROM rules.backtest b WHERE b.rule_set = $1 ORDER BY b.made_at DESC LIMIT 1',
    [version],
  )
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
