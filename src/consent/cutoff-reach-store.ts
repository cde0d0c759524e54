import { z } from 'zod'
import { isUuid, readCutoffTarget } from '../kernel/index.ts'
import type { CustomerId, CutoffId, CutoffTarget } from '../kernel/index.ts'
import { bigintColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** How far a cut-off has been followed. */
export type CutoffReach = CutoffTarget & {
  readonly id: CutoffId
  readonly lifted: boolean
  /** How long ago it was written, in milliseconds. */
  readonly sinceMs: number
  readonly isCounted: boolean
  readonly isTold: boolean
  readonly isRetold: boolean
}

/** Where a walk over the customers stands, and whom it met. */
type Walked = { readonly customers: readonly CustomerId[]; readonly isOver: boolean }

/** Grants that one step of counting passes over: some tens of milliseconds. */
const grantsPerStep = 20_000

/** How far a cut-off has been followed; undefined when there is no such cut-off. Login `parley_consent`. */
async function loadReach(tx: Tx, id: CutoffId): Promise<CutoffReach | undefined> {
  const row = await tx.maybe(
    reachRow,
    `SELECT c.kind, c.target, c.lifted_at IS NOT NULL AS lifted,
       extract(epoch FROM clock_timestamp() - c.cut_at) * 1000 AS since_ms,
       r.counted_at IS NOT NULL AS counted, r.told_at IS NOT NULL AS told, r.retold_at IS NOT NULL AS retold
     FROM consent.cutoff c JOIN consent.cutoff_reach r ON r.cutoff = c.id WHERE c.id = $1`,
    [id],
  )
  const target = row && readCutoffTarget(row.kind, row.target)
  if (row === undefined || target === undefined) return undefined
  const { lifted, since_ms: sinceMs, counted: isCounted, told: isTold, retold: isRetold } = row
  return { ...target, id, lifted, sinceMs, isCounted, isTold, isRetold }
}

const reachRow = z.object({
  kind: z.string(),
  target: z.string(),
  lifted: z.boolean(),
  since_ms: z.coerce.number(),
  counted: z.boolean(),
  told: z.boolean(),
  retold: z.boolean(),
})

/** Counts the people behind the next grants; true once all are counted. With the first step it notes the last look let through. */
async function countSome(tx: Tx, reach: CutoffReach): Promise<boolean> {
  const cursor = await cursorOf(tx, reach.id, 'counted_to')
  const edge = await edgeAfter(tx, cursor)
  if (edge === undefined) {
    await tx.run(
      `UPDATE consent.cutoff_reach SET counted_at = clock_timestamp(), last_look_at = gate.last_look_after($1) WHERE cutoff = $1`,
      [reach.id],
    )
    return true
  }
  const { count } = await tx.one(
    z.object({ count: bigintColumn }),
    `SELECT count(DISTINCT g.customer) AS count FROM consent.grant_ g
     WHERE g.customer > $1 AND g.customer <= $2 AND consent.is_covered($3, $4, g.channel, g.institution) AND consent.is_live(g)`,
    [cursor, edge, reach.kind, reach.target],
  )
  await tx.run(`UPDATE consent.cutoff_reach SET people = people + $2, counted_to = $3 WHERE cutoff = $1`, [
    reach.id,
    count,
    edge,
  ])
  return false
}

/** The next people to tell of a cut-off, at most so many; whoever calls tells them in the same transaction. */
async function takeToTell(tx: Tx, reach: CutoffReach, atMost: number): Promise<Walked> {
  const cursor = await cursorOf(tx, reach.id, 'told_to')
  const edge = await edgeAfter(tx, cursor)
  const customers = edge === undefined ? [] : await affected(tx, reach, { after: cursor, upTo: edge, atMost })
  const isOver = edge === undefined
  const next = customers.length === atMost ? customers.at(-1) : edge
  await tx.run(
    `UPDATE consent.cutoff_reach SET told = told + $2, told_to = coalesce($3, told_to),
       told_at = CASE WHEN $4 THEN clock_timestamp() END WHERE cutoff = $1`,
    [reach.id, customers.length, next ?? null, isOver],
  )
  return { customers, isOver }
}

/** Of those who were told, the next to tell that it is over. Telling of the cut-off itself ends with this. */
async function takeToRetell(tx: Tx, reach: CutoffReach, atMost: number): Promise<Walked> {
  const [cursor, last] = [await cursorOf(tx, reach.id, 'retold_to'), await cursorOf(tx, reach.id, 'told_to')]
  const customers = await affected(tx, reach, { after: cursor, upTo: last, atMost })
  const isOver = customers.length < atMost
  await tx.run(
    `UPDATE consent.cutoff_reach SET told_at = coalesce(told_at, clock_timestamp()), retold_to = $2,
       retold_at = CASE WHEN $3 THEN clock_timestamp() END WHERE cutoff = $1`,
    [reach.id, customers.at(-1) ?? last, isOver],
  )
  return { customers, isOver }
}

/** Sorts before every customer. */
const firstCursor = '00000000-0000-0000-0000-000000000000'

// Locks the row: two workers would count people twice.
async function cursorOf(tx: Tx, id: CutoffId, column: 'counted_to' | 'told_to' | 'retold_to'): Promise<string> {
  const row = await tx.one(
    z.object({ cursor: z.string().nullable() }),
    `SELECT r.${column}::text AS cursor FROM consent.cutoff_reach r WHERE r.cutoff = $1 FOR UPDATE`,
    [id],
  )
  return row.cursor ?? firstCursor
}

/** The customer of the last of the next grants, in order of customers; undefined when there are no more grants. */
async function edgeAfter(tx: Tx, cursor: string): Promise<string | undefined> {
  const row = await tx.maybe(
    z.object({ customer: z.string() }),
    `SELECT s.customer::text AS customer FROM
       (SELECT g.customer FROM consent.grant_ g WHERE g.customer > $1 ORDER BY g.customer LIMIT ${grantsPerStep}) s
     ORDER BY s.customer DESC LIMIT 1`,
    [cursor],
  )
  return row?.customer
}

async function affected(
  tx: Tx,
  { kind, target }: CutoffReach,
  range: { readonly after: string; readonly upTo: string; readonly atMost: number },
): Promise<readonly CustomerId[]> {
  const rows = await tx.rows(
    z.object({ customer: z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value)) }),
    `SELECT DISTINCT g.customer FROM consent.grant_ g
     WHERE g.customer > $1 AND g.customer <= $2 AND consent.is_covered($3, $4, g.channel, g.institution) AND consent.is_live(g)
     ORDER BY g.customer LIMIT $5`,
    [range.after, range.upTo, kind, target, range.atMost],
  )
  return rows.map(({ customer }) => customer)
}

/** What follows a cut-off: {@link loadReach}, {@link countSome}, {@link takeToTell}, {@link takeToRetell}. */
export const cutoffReach = { load: loadReach, countSome, takeToTell, takeToRetell } as const
