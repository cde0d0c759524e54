import { z } from 'zod'
import { isInstitutionId } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** Ids of banks, as rows carry them. */
export const bankId = z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value))
/** A count; null is fewer than five. */
export const fewOr = bigintColumn.nullable().transform((count) => (count === null ? undefined : Number(count)))
const count = bigintColumn.transform(Number)
const maybeInstant = instantColumn.nullable().transform((at) => at ?? undefined)

const connectionRow = z.object({
  institution: bankId,
  login: z.string(),
  good_at: maybeInstant,
  bad_at: maybeInstant,
  bad: z.enum(['banks/unreachable', 'banks/unreadable']).nullable(),
  looks: count,
  failed: count,
  refused: count,
  calls: count,
  initiated: count,
})

/** How one connection is doing: a bank, for one purpose (named by its login). Counts are of the last 24 hours. */
export type Connection = z.infer<typeof connectionRow>

/** Connections of the banks that are this session's. Login `parley_console`. */
export function listConnections(tx: Tx, session: Uint8Array): Promise<readonly Connection[]> {
  return tx.rows(
    connectionRow,
    `SELECT institution, regexp_replace(login, '^.*_', '') AS login, good_at, bad_at, bad, looks, failed, refused, calls, initiated
     FROM console.connections($1)`,
    [session],
  )
}

/** Whether a connection's last look went wrong through the bank. */
export function isDown({ good_at: goodAt, bad_at: badAt }: Pick<Connection, 'good_at' | 'bad_at'>): boolean {
  return badAt !== undefined && (goodAt === undefined || badAt > goodAt)
}

const hourRow = z.object({ institution: bankId, hour: instantColumn, looks: count, failed: count })

/** Looks at one bank in one hour. */
export type LookHour = z.infer<typeof hourRow>

/** The last 24 hours of each bank, the earliest first. Login `parley_console`. */
export function listLookHours(tx: Tx, session: Uint8Array): Promise<readonly LookHour[]> {
  return tx.rows(hourRow, 'SELECT institution, hour, looks, failed FROM console.look_hours($1)', [session])
}

const budgetRow = z.object({
  institution: bankId,
  calls_per_day: z.number(),
  calls: count,
  customers: fewOr,
  low: fewOr,
  spent: fewOr,
  notices_next_at: maybeInstant,
})

/** What a bank's customers have used of their calls today; undefined: fewer than five. */
export type Budget = z.infer<typeof budgetRow>

/** Call budgets of the banks that are this session's. Login `parley_console`. */
export function listBudgets(tx: Tx, session: Uint8Array): Promise<readonly Budget[]> {
  return tx.rows(
    budgetRow,
    'SELECT institution, calls_per_day, calls, customers, low, spent, notices_next_at FROM console.budgets($1)',
    [session],
  )
}

const standingRow = z.object({ waiting: count, oldest_at: maybeInstant, given_up: count, late_promises: count })

/** Work that waits or was given up, and promises that are late. */
export type Standing = z.infer<typeof standingRow>

/** How the whole installation stands; undefined for a session that may not know. Login `parley_console`. */
export function loadStanding(tx: Tx, session: Uint8Array): Promise<Standing | undefined> {
  return tx.maybe(standingRow, 'SELECT waiting, oldest_at, given_up, late_promises FROM console.standing($1)', [
    session,
  ])
}
