// Threat row 12: the operator edits, deletes, reorders or inserts behind the gateway's back.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createPromiseBook } from '../../src/audit/promise-book.ts'
import { watchPromises } from '../../src/audit/watch-promises.ts'
import { allLeaves, ambient, createLogWorld, newLogKey } from '../../src/audit/test-support/log-world.ts'
import type { LogWorld } from '../../src/audit/test-support/log-world.ts'
import { findRowProblems } from '../../src/audit/verify-rows.ts'
import { verifyLog } from '../../src/audit/test-support/verify.ts'
import { openPromise } from '../../src/audit/promise.ts'
import { loadCheckpoint } from '../../src/audit/log-store.ts'
import { bigintColumn, bytesColumn, createLogger, createMetrics, instantColumn } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'

let clone: TestDatabase
let log: LogWorld
let tickets: readonly bigint[]

beforeEach(async () => {
  clone = await cloneDatabase()
  log = await createLogWorld(clone)
  tickets = await log.look(40)
  await log.mergeUntil(tickets.at(-1) ?? 0n)
  // Six blocks: one full tile and half of another.
  for (let beat = 0; beat < 6; beat += 1) await log.writer().publish()
})
afterEach(async () => {
  await log.end()
  await clone.drop()
})

const victim = (): bigint => tickets[20] ?? 0n

async function placeOf(entry: bigint): Promise<bigint> {
  return (await allLeaves(log.database)).find((leaf) => leaf.entry === entry)?.index ?? -1n
}

/** As whoever owns the machine: past every right and policy. */
const behindTheBack = (sql: string): Promise<number> => clone.admin.run(sql)

test('an untouched log holds, outside and row by row', async () => {
  expect(await verifyLog(log.source)).toMatchObject({ ok: true, size: 384n })
  expect(await findRowProblems(log.database)).toEqual([])
})

test('a changed leaf is named', async () => {
  const index = await placeOf(victim())
  await behindTheBack(`UPDATE log.leaf SET commitment = sha256(commitment) WHERE index = ${index}`)
  expect(await verifyLog(log.source)).toMatchObject({ problem: { code: 'entry-not-in-tile', entry: index } })
  expect(await findRowProblems(log.database)).toContainEqual({ kind: 'leaf-changed', entry: victim(), index })
})

test('a changed leaf with its tile made to fit is found by the root that was signed', async () => {
  const index = await placeOf(victim())
  await behindTheBack(`UPDATE log.leaf SET commitment = sha256(commitment) WHERE index = ${index}`)
  await behindTheBack(
    `UPDATE log.tile t SET hashes = overlay(t.hashes PLACING sha256('\\x00'::bytea || convert_to('{"c":"' || encode(l.commitment, 'base64') || '","v":1}', 'UTF8')) FROM ${index * 32n + 1n} FOR 32)
     FROM log.leaf l WHERE l.index = ${index} AND t.level = 0 AND t.index = 0`,
  )
  expect(await verifyLog(log.source)).toMatchObject({
    problem: { code: 'root-wrong', size: 64n, entries: { first: 0n, last: 63n } },
  })
  expect(await findRowProblems(log.database)).toContainEqual({ kind: 'entry-changed', entry: victim(), index })
})

test('a deleted leaf is named', async () => {
  const index = await placeOf(victim())
  await behindTheBack(`DELETE FROM log.leaf WHERE index = ${index}`)
  expect(await verifyLog(log.source)).toMatchObject({
    problem: { code: 'resource-missing', resource: 'tile/entries/000' },
  })
  const problems = await findRowProblems(log.database)
  expect(problems).toContainEqual({ kind: 'leaf-missing', entry: null, index })
  expect(problems).toContainEqual({ kind: 'entry-inserted', entry: victim(), index: null })
})

test('a deleted audit row is named', async () => {
  const index = await placeOf(victim())
  await behindTheBack(`DELETE FROM audit.entry WHERE seq = ${victim()}`)
  expect(await findRowProblems(log.database)).toEqual([{ kind: 'entry-missing', entry: victim(), index }])
})

test('an audit row with another commitment is named', async () => {
  await behindTheBack(`UPDATE audit.entry SET commitment = sha256('other') WHERE seq = ${victim()}`)
  expect(await findRowProblems(log.database)).toMatchObject([{ kind: 'entry-changed', entry: victim() }])
})

const columns: Readonly<Record<string, string>> = {
  at: `at - interval '1 microsecond'`,
  event: `'disclosed', level = 'full', place = 'messenger', opened = 1`,
  login: `'parley_fraud'`,
  grant_id: 'gen_random_uuid()',
  customer: 'gen_random_uuid()',
  institution: `'south-bank'`,
  channel: `'whatsapp'`,
  data_class: `'transactions'`,
  purpose: `'fraud-alerts'`,
  id: 'gen_random_uuid()',
  xid: `(xid::text::bigint - 1)::text::xid8`,
  salt_sealed: `'\\x00'`,
}

test('an audit row changed in any one column is named, also when what was noted of it was made to fit', async () => {
  const index = await placeOf(victim())
  for (const [column, value] of Object.entries(columns)) {
    await behindTheBack(`CREATE TABLE kept AS SELECT * FROM audit.entry WHERE seq = ${victim()}`)
    await behindTheBack(`UPDATE audit.entry SET ${column} = ${value} WHERE seq = ${victim()}`)
    expect(await findRowProblems(log.database), column).toEqual([{ kind: 'entry-changed', entry: victim(), index }])
    await behindTheBack(`DELETE FROM audit.entry WHERE seq = ${victim()}`)
    await behindTheBack('INSERT INTO audit.entry OVERRIDING SYSTEM VALUE SELECT * FROM kept')
    await behindTheBack('DROP TABLE kept')
    expect(await findRowProblems(log.database), column).toEqual([])
  }
  await behindTheBack(`UPDATE audit.entry SET institution = 'south-bank' WHERE seq = ${victim()}`)
  await behindTheBack(
    `UPDATE log.leaf l SET row_hash = gate.row_hash(e) FROM audit.entry e WHERE e.seq = ${victim()} AND l.entry = e.seq`,
  )
  expect(await findRowProblems(log.database)).toEqual([{ kind: 'record-changed', entry: null, index: 0n }])
  await behindTheBack('DELETE FROM log.digest WHERE size = 64')
  expect(await findRowProblems(log.database)).toEqual([{ kind: 'record-changed', entry: null, index: 0n }])
})

test('two audit rows that changed places are both named', async () => {
  const other = tickets[21] ?? 0n
  await behindTheBack(
    `UPDATE audit.entry SET commitment = CASE seq WHEN ${victim()} THEN (SELECT commitment FROM audit.entry WHERE seq = ${other})
       ELSE (SELECT commitment FROM audit.entry WHERE seq = ${victim()}) END WHERE seq IN (${victim()}, ${other})`,
  )
  const problems = await findRowProblems(log.database)
  expect(new Set(problems.map(({ entry }) => entry))).toEqual(new Set([victim(), other]))
  expect(problems).toHaveLength(2)
})

test('two leaves that changed places are both named', async () => {
  const [first, second] = [await placeOf(victim()), await placeOf(tickets[21] ?? 0n)]
  await behindTheBack(
    `UPDATE log.leaf l SET entry = NULL, row_hash = NULL, commitment = o.commitment FROM log.leaf o
     WHERE (l.index = ${first} AND o.index = ${second}) OR (l.index = ${second} AND o.index = ${first})`,
  )
  expect(await verifyLog(log.source)).toMatchObject({
    problem: { code: 'entry-not-in-tile', entry: first < second ? first : second },
  })
  const places = (await findRowProblems(log.database)).flatMap(({ kind, index }) =>
    kind === 'leaf-changed' ? [index] : [],
  )
  expect(places.toSorted((left, right) => Number(left) - Number(right))).toEqual(
    first < second ? [first, second] : [second, first],
  )
})

test('an audit row slipped in among those already in the log is named', async () => {
  await behindTheBack(
    `INSERT INTO audit.entry (xid, event, login, grant_id, customer, institution, channel, data_class, purpose, commitment, salt_sealed)
     SELECT xid, event, login, grant_id, customer, institution, channel, data_class, purpose, sha256('slipped in'), salt_sealed
     FROM audit.entry WHERE seq = ${victim() - 1n}`,
  )
  expect(await findRowProblems(log.database)).toMatchObject([{ kind: 'entry-inserted', index: null }])
})

test('a log cut back to an earlier state does not agree with a checkpoint somebody kept', async () => {
  const kept = Buffer.from((await loadCheckpoint(log.database))?.note ?? '')
  await behindTheBack('DELETE FROM log.checkpoint WHERE size > 192')
  await behindTheBack('DELETE FROM log.leaf WHERE index >= 192')
  await behindTheBack('DELETE FROM log.tile')
  expect(await verifyLog(log.source)).toMatchObject({ ok: true, size: 192n })
  expect(await verifyLog(log.source, { seen: [kept] })).toMatchObject({ ok: false })
})

const entryRow = z.object({ seq: bigintColumn, at: instantColumn, commitment: bytesColumn })

test('an audit row taken away before it reached the log breaks a promise, and that is said; a kept one is not', async () => {
  const key = newLogKey('log.test/parley/promise')
  const metrics = createMetrics({ processMetrics: false })
  const lines: string[] = []
  const logger = createLogger({ role: 'test', destination: { write: (line: string) => void lines.push(line) } })
  const book = createPromiseBook({ ...ambient, database: log.answer, key }, { beatMs: 0 })
  const [gone = 0n, kept = 0n] = await log.look(2)
  for (const ticket of [gone, kept]) {
    const row = await clone.admin.one(entryRow, 'SELECT seq, at, commitment FROM audit.entry WHERE seq = $1', [ticket])
    const note = book.promise({ ticket, commitment: row.commitment, at: row.at })
    expect(openPromise(key.noteKey, note)?.mergedBy.getTime()).toBe(row.at + 1_000)
    expect(openPromise(newLogKey('log.test/parley/promise').noteKey, note)).toBeUndefined()
  }
  await book.stop()
  await behindTheBack(`DELETE FROM audit.entry WHERE seq = ${gone}`)
  await log.mergeUntil(kept)
  await log.writer().publish()
  const watch = watchPromises({ ...ambient, logger, metrics, database: log.database }, { checkMs: 50, graceMs: 0 })
  const broken = (kind: string): boolean =>
    lines.some((line) => line.includes('log.promise-broken') && line.includes(kind))
  await eventually('both alarms', () => broken('merge') && broken('publish'))
  await watch.stop()
  expect(lines.filter((line) => line.includes('log.promise-broken'))).toHaveLength(2)
  expect(lines.every((line) => !line.includes(`"ticketId":"${kept}"`))).toBe(true)
  expect((await metrics.render()).text).toMatch(/parley_log_promises_broken_total\{kind="merge"\} 1/)
})
