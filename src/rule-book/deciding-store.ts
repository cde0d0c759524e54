import { z } from 'zod'
import { ruleSets } from '../fraud/index.ts'
import type { ListEntry, RuleSet } from '../fraud/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Tx } from '../platform/index.ts'

/** What a bank's uses are judged by at this moment. */
export type DecidingRules = {
  /** Undefined: the bank has no rules yet, or none that this version of Parley can read. */
  readonly live: { readonly id: string; readonly set: RuleSet } | undefined
  /** Judge the same uses, without effect. */
  readonly shadows: readonly { readonly id: string; readonly set: RuleSet }[]
  readonly entries: readonly ListEntry[]
}

/** As many as all of a bank's lists can hold. */
const entriesMax = 450_000

/** Loads what decides and what is tried, with the lists' entries. Login `parley_fraud`, which can read nothing else of the rule book. */
export async function loadDeciding(tx: Tx, institution: InstitutionId): Promise<DecidingRules> {
  const sets = await tx.rows(
    z.object({ id: z.string(), document: z.string(), is_live: z.boolean() }),
    `SELECT s.id, s.document, EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id AND l.live_until IS NULL) AS is_live
     FROM rules.rule_set s WHERE s.institution = $1 ORDER BY s.version`,
    [institution],
  )
  const entries = await tx.rows(
    entryRow,
    `SELECT e.purpose, e.list, e.key, e.live_from, e.until_at FROM rules.list_entry e WHERE e.institution = $1 LIMIT ${entriesMax}`,
    [institution],
  )
  const read = sets.flatMap(({ id, document, is_live: isLive }) => {
    const set = ruleSets.read(document)
    return set === undefined ? [] : [{ id, set, isLive }]
  })
  const live = read.find(({ isLive }) => isLive)
  return {
    live: live && { id: live.id, set: live.set },
    shadows: read.filter(({ isLive }) => !isLive).map(({ id, set }) => ({ id, set })),
    entries,
  }
}

/**
 * What tells one state of all that decides from another, without reading it: which versions are live and in shadow, and how many entries of lists
 * hold, since when and until when. Login `parley_fraud`.
 */
export async function markDeciding(tx: Tx, institution: InstitutionId): Promise<string> {
  const row = await tx.one(
    z.object({ mark: z.string() }),
    `SELECT concat_ws(' ',
       (SELECT string_agg(concat(s.id, EXISTS (SELECT FROM rules.live l WHERE l.rule_set = s.id AND l.live_until IS NULL)), ',' ORDER BY s.id)
        FROM rules.rule_set s WHERE s.institution = $1),
       (SELECT concat_ws('/', count(*), max(e.live_from), sum(extract(epoch FROM e.until_at)))
        FROM rules.list_entry e WHERE e.institution = $1)) AS mark`,
    [institution],
  )
  return row.mark
}

const entryRow = z
  .object({
    purpose: z.enum(['allow', 'block', 'review']),
    list: z.enum(['cards', 'merchants', 'countries']),
    key: z.string(),
    live_from: instantColumn,
    until_at: instantColumn,
  })
  .transform(({ purpose, list, key, live_from: fromMs, until_at: untilMs }): ListEntry => {
    return { list: ruleSets.listName(purpose, list), key, fromMs, untilMs }
  })
