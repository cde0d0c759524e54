import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { InstitutionId, Instant, RuleChangeId, StaffId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import type { SignedStaffAct } from '../staff/index.ts'
import { changeDocument, digestOf, parseChange } from './change-document.ts'
import type { RuleChange } from './change-document.ts'

/** What can stand in the way of a change. */
export const changeObstacles = [
  'unknown',
  'live-already',
  'no-backtest',
  'no-shadow',
  'no-way-back',
  'listed-already',
  'list-full',
  'bad-until',
] as const
export type ChangeObstacle = (typeof changeObstacles)[number]

/** A change that waits for signatures, or was made. */
export type AskedChange = {
  readonly id: RuleChangeId
  readonly change: RuleChange
  readonly digest: string
  readonly needs: number
  readonly askedBy: StaffId
  readonly askedAt: Instant
  readonly doneAt: Instant | undefined
  readonly signedBy: readonly StaffId[]
}

/**
 * Writes down a change that waits for signatures; `key`: what goes onto a list, with it. Login `parley_console`. SQLSTATE 42501: this person
 * may not; 23514: no key of that kind (a card's number, for one).
 */
export async function askChange(
  tx: Tx,
  asked: {
    readonly id: RuleChangeId
    readonly change: RuleChange
    readonly member: StaffId
    readonly key?: { readonly key: string; readonly salt: Uint8Array; readonly customer?: string }
  },
): Promise<'asked' | ChangeObstacle> {
  const { id, change, member, key } = asked
  const row = await tx.one(
    z.object({ step: z.enum(['asked', ...changeObstacles]) }),
    'SELECT rules.ask_change($1, $2, $3, $4, $5, $6) AS step',
    [id, changeDocument(change), member, key?.key ?? null, key?.salt ?? null, key?.customer ?? null],
  )
  return row.step
}

/**
 * Writes down a signature; changes nothing by itself: the keystore does, once it has verified them. `ready`: as many people as it takes by
 * now. Login `parley_console`. SQLSTATE 42501: this person may not. The caller has verified the signature.
 */
export async function signChange(
  tx: Tx,
  signed: Omit<SignedStaffAct, 'act'>,
): Promise<'first' | 'ready' | 'same-person' | 'over'> {
  const { document, credentialId, authenticatorData, clientData, signature } = signed
  const row = await tx.one(
    z.object({ step: z.enum(['first', 'ready', 'same-person', 'over']) }),
    'SELECT rules.sign_change($1, $2, $3, $4, $5) AS step',
    [document, credentialId, authenticatorData, clientData, signature],
  )
  return row.step
}

const staffId = z.custom<StaffId>((value) => typeof value === 'string' && isUuid(value))
const changeRow = z.object({
  id: z.custom<RuleChangeId>((value) => typeof value === 'string' && isUuid(value)),
  document: z.string(),
  needs: z.number(),
  asked_by: staffId,
  asked_at: instantColumn,
  done_at: instantColumn.nullable(),
  signed_by: z.array(staffId),
})
const changeColumns = 'id, document, needs, asked_by, asked_at, done_at, signed_by'

/**
 * A bank's changes, if its rules are this session's to read: those that wait and can still be signed, then the latest that were made.
 * Login `parley_console`.
 */
export async function listChanges(
  tx: Tx,
  session: Uint8Array,
  institution: InstitutionId,
): Promise<readonly AskedChange[]> {
  const values = [session, institution]
  const rows = await tx.rows(changeRow, `SELECT ${changeColumns} FROM rules.changes($1, $2, NULL)`, values)
  return rows.flatMap((row) => askedOf(row) ?? [])
}

/** One change; undefined when there is none of that id for this session. Login `parley_console`. */
export async function findChange(tx: Tx, session: Uint8Array, id: RuleChangeId): Promise<AskedChange | undefined> {
  const row = await tx.maybe(changeRow, `SELECT ${changeColumns} FROM rules.changes($1, NULL, $2)`, [session, id])
  return row && askedOf(row)
}

function askedOf(row: z.infer<typeof changeRow>): AskedChange | undefined {
  const change = parseChange(row.document)
  if (change === undefined) return undefined
  return {
    id: row.id,
    change,
    digest: digestOf(row.document),
    needs: row.needs,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    doneAt: row.done_at ?? undefined,
    signedBy: row.signed_by,
  }
}
