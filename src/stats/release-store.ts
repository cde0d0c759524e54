import { z } from 'zod'
import { isUuid } from '../kernel/index.ts'
import type { Id, Instant, PlatformName } from '../kernel/index.ts'
import { bigintColumn, instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'
import { questionNames } from './catalogue.ts'
import type { QuestionName } from './catalogue.ts'

/** A question about a week whose cost was spent. */
export type ReleaseId = Id<'release'>

/** Whether a text has the form of one. */
export function isReleaseId(text: string): text is ReleaseId {
  return isUuid(text)
}

/** A release as its row says now. `numbers`: with their noise, one for each cell; undefined: still to be counted. */
export type Release = {
  readonly id: ReleaseId
  readonly question: QuestionName
  /** The week's Monday (UTC), `YYYY-MM-DD`. */
  readonly week: string
  readonly costUnits: number
  readonly askedAt: Instant
  readonly releasedAt: Instant | undefined
  readonly numbers: readonly bigint[] | undefined
}

/** What became of a question. `known`: it was asked before, and this is that release. */
export type Asked =
  { readonly code: 'stats/asked' | 'stats/known'; readonly release: ReleaseId } | { readonly code: AskRefusal }

/** Why a question gets no numbers. None of them depends on what any customer did. */
export const askRefusals = [
  'stats/not-allowed',
  'stats/question-unknown',
  'stats/week-unknown',
  'stats/week-open',
  'stats/week-gone',
  'stats/budget-spent',
] as const
export type AskRefusal = (typeof askRefusals)[number]

/** A refusal that was written down. */
export type RefusedQuestion = {
  readonly question: QuestionName
  readonly week: string
  readonly code: AskRefusal
  readonly times: number
  readonly lastAt: Instant
}

/** What a platform may spend of each customer in a year, and has, in 3600ths of rho. */
export type YearBudget = { readonly year: number; readonly capUnits: number; readonly spentUnits: number }

const releaseId = z.string().refine(isReleaseId)
const question = z.enum(questionNames)
const releaseRow = z
  .object({
    id: releaseId,
    question,
    week: z.string(),
    cost: z.number(),
    asked_at: instantColumn,
    released_at: instantColumn.nullable(),
    numbers: z.array(z.string().regex(/^-?\d+$/)).nullable(),
  })
  .transform((row): Release => ({
    id: row.id,
    question: row.question,
    week: row.week,
    costUnits: row.cost,
    askedAt: row.asked_at,
    releasedAt: row.released_at ?? undefined,
    numbers: row.numbers?.map(BigInt),
  }))
const releaseColumns = 'r.id, r.question, r.week::text, r.cost, r.asked_at, r.released_at, r.numbers::text[]'

const askedRow = z.object({ code: z.string(), release: releaseId.nullable() })

/** Asks for the platform of whose session this is; the cost is spent when the caller's transaction commits. */
async function ask(
  tx: Tx,
  of: { readonly session: Uint8Array; readonly question: string; readonly week: string },
): Promise<Asked> {
  const row = await tx.one(askedRow, 'SELECT code, release FROM statistics.ask($1, $2, $3::date)', [
    of.session,
    of.question,
    of.week,
  ])
  if (row.release !== null) {
    return { code: row.code === 'stats/asked' ? 'stats/asked' : 'stats/known', release: row.release }
  }
  return { code: z.enum(askRefusals).parse(row.code) }
}

/** One release that waits, nobody else's until the transaction ends; undefined: none does. */
function take(tx: Tx): Promise<{ readonly id: ReleaseId; readonly question: QuestionName } | undefined> {
  return tx.maybe(z.object({ id: releaseId, question }), 'SELECT id, question FROM statistics.take()')
}

/** How many people are in each cell, without noise. Throws (42501) for what nobody paid for in an earlier transaction, or is out. */
async function countPeople(tx: Tx, release: ReleaseId): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tx.rows(
    z.object({ cell: z.string(), people: bigintColumn }),
    'SELECT cell, people FROM statistics.count_people($1)',
    [release],
  )
  return new Map(rows.map(({ cell, people }) => [cell, people]))
}

/** Keeps the numbers that go out; false: others are out already. */
async function keep(tx: Tx, release: ReleaseId, numbers: readonly bigint[]): Promise<boolean> {
  const { kept } = await tx.one(z.object({ kept: z.boolean() }), 'SELECT statistics.keep($1, $2::bigint[]) AS kept', [
    release,
    numbers.map(String),
  ])
  return kept
}

type Seen = { readonly session: Uint8Array; readonly platform: PlatformName }

/** A platform's releases, the newest week first; none for whoever may not see them. */
function list(tx: Tx, { session, platform }: Seen): Promise<readonly Release[]> {
  return tx.rows(releaseRow, `SELECT ${releaseColumns} FROM statistics.releases($1, $2) r`, [session, platform])
}

/** One release; undefined: there is none that this session may see. */
function find(tx: Tx, session: Uint8Array, release: ReleaseId): Promise<Release | undefined> {
  return tx.maybe(releaseRow, `SELECT ${releaseColumns} FROM statistics.release_of($1, $2) r`, [session, release])
}

/** What is left of each year, the newest first. */
function listBudgets(tx: Tx, { session, platform }: Seen): Promise<readonly YearBudget[]> {
  const shape = z
    .object({ year: z.number(), cap: z.number(), spent: z.number() })
    .transform(({ year, cap, spent }): YearBudget => ({ year, capUnits: cap, spentUnits: spent }))
  return tx.rows(shape, 'SELECT year, cap, spent FROM statistics.budgets($1, $2)', [session, platform])
}

/** What was refused in the last ninety days, the latest first. */
function listRefused(tx: Tx, { session, platform }: Seen): Promise<readonly RefusedQuestion[]> {
  const shape = z
    .object({ question, week: z.string(), code: z.enum(askRefusals), times: z.number(), last_at: instantColumn })
    .transform(({ last_at: lastAt, ...rest }): RefusedQuestion => ({ ...rest, lastAt }))
  return tx.rows(shape, 'SELECT question, week::text, code, times, last_at FROM statistics.refusals($1, $2)', [
    session,
    platform,
  ])
}

/** The weeks that can be asked about now, by their Mondays, the newest first. */
async function listWeeks(tx: Tx): Promise<readonly string[]> {
  const rows = await tx.rows(z.object({ week: z.string() }), 'SELECT week::text FROM statistics.weeks()')
  return rows.map(({ week }) => week)
}

/** Forgets what no question can reach any more; gives how many rows. For a sweeper. */
async function sweep(tx: Tx): Promise<number> {
  return (await tx.one(z.object({ swept: z.number() }), 'SELECT statistics.sweep() AS swept')).swept
}

/** Questions, budgets and released numbers as they are stored. Login `parley_statistics`. */
export const releaseStore = {
  ask,
  take,
  countPeople,
  keep,
  list,
  find,
  listBudgets,
  listRefused,
  listWeeks,
  sweep,
} as const
