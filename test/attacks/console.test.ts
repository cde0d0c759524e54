import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginAuditLook, listAuditLooks, readAuditRows } from '../../src/console/audit-look-store.ts'
import { countConsents, listConsentWeeks } from '../../src/console/consent-counts-store.ts'
import { incidents } from '../../src/console/incidents-store.ts'
import { listBudgets, listConnections, listLookHours, loadStanding } from '../../src/console/standing-store.ts'
import { toInstant } from '../../src/kernel/index.ts'
import { sqlState } from '../../src/platform/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { addStaff } from '../setup/staff-people.ts'
import { beginStaffSession } from '../setup/staff-session.ts'
import { addInstitution, banks } from '../setup/trust-world.ts'
import { addBareGrant, mustOpen } from './gate-scene.ts'
import type { BareGrant } from './gate-scene.ts'

type Somebody = 'olivia' | 'sofia' | 'aki' | 'nora' | 'anna' | 'piet'
let database: TestDatabase
let console_: Database
let answer: Database
let hashes: Readonly<Record<Somebody, Buffer>>
let [north, south]: BareGrant[] = []

beforeAll(async () => {
  database = await cloneDatabase()
  console_ = database.connect('console')
  answer = database.connect('answer')
  await addInstitution(database.admin, banks.north)
  await addInstitution(database.admin, banks.south)
  const people = {
    olivia: await addStaff(database, 'olivia'),
    sofia: await addStaff(database, 'sofia', { institutions: [banks.south] }),
    aki: await addStaff(database, 'aki', { role: 'auditor' }),
    nora: await addStaff(database, 'nora', { role: 'auditor', institutions: [banks.north] }),
    anna: await addStaff(database, 'anna', { role: 'agent' }),
    piet: await addStaff(database, 'piet', { role: 'analyst' }),
  }
  const sessions = await Promise.all(
    Object.entries(people).map(async ([name, person]) => [name, await beginStaffSession(console_, person)]),
  )
  hashes = Object.fromEntries(sessions)
  north = await addBareGrant(database.admin, banks.north)
  south = await addBareGrant(database.admin, banks.south)
  for (const grant of [north, south]) {
    await database.admin.run(`INSERT INTO customers.customer (id) VALUES ($1)`, [grant.customer])
    await mustOpen(answer, grant)
  }
  await answer.run('SELECT institutions.add_looks($1::jsonb)', [
    JSON.stringify(
      [banks.north, banks.south].map((institution) => ({
        institution, looks: 3, failed: 1, refused: 0, calls: 7, initiated: 7, good_ms: 9_000, bad_ms: 1_000, bad: 'banks/unreachable',
      })), // prettier-ignore
    ),
  ])
})
afterAll(() => database.drop())

const look = async (who: Somebody, filter = {}, id: string = randomUUID()) => {
  await beginAuditLook(console_, { id, session: hashes[who], filter })
  return await readAuditRows(console_, { id, session: hashes[who] })
}
const refused = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work
    return 'done'
  } catch (thrown) {
    return sqlState(thrown)
  }
}

describe('the record of looks', () => {
  test('cannot be read without a look that an earlier transaction committed, by this very session, just now', async () => {
    const session = hashes.aki
    expect(await readAuditRows(console_, { id: randomUUID(), session })).toEqual([])
    // In one transaction: it could be taken back after the rows are out.
    const inOne = await console_.transaction(async (tx) => {
      const id = randomUUID()
      expect(await beginAuditLook(tx, { id, session, filter: {} })).toBe(2)
      return await readAuditRows(tx, { id, session })
    })
    expect(inOne).toEqual([])
    const id = randomUUID()
    await beginAuditLook(console_, { id, session, filter: {} })
    expect(await readAuditRows(console_, { id, session: hashes.olivia })).toEqual([])
    expect(await readAuditRows(console_, { id, session })).toHaveLength(2)
    await database.admin.run(`UPDATE console.audit_look SET at = at - interval '31 seconds' WHERE id = $1`, [id])
    expect(await readAuditRows(console_, { id, session })).toEqual([])
    // The tables themselves are nobody's.
    expect(await refused(console_.run('SELECT FROM console.audit_look'))).toBe('42501')
    expect(await refused(console_.run('SELECT FROM audit.entry'))).toBe('42501')
  })

  test('shows an auditor their banks alone, and no role but auditor and operator anything', async () => {
    expect((await look('aki')).map(({ institution }) => institution)).toEqual([banks.south, banks.north])
    expect((await look('nora')).map(({ institution }) => institution)).toEqual([banks.north])
    expect(await look('nora', { bank: banks.south })).toEqual([])
    expect(await look('nora', { entry: (await look('aki', { bank: banks.south }))[0]?.id })).toEqual([])
    expect(await refused(look('anna'))).toBe('42501')
    expect(await refused(look('piet'))).toBe('42501')
  })

  test('names customers by pseudonyms of the session, which lead nowhere from another one', async () => {
    const [mine] = await look('aki', { bank: banks.north })
    const [theirs] = await look('nora')
    expect(mine?.customer).not.toBe(theirs?.customer)
    expect([mine, theirs].flatMap((row) => Object.values(row ?? {}).map(String)).join(' ')).not.toContain(
      north?.customer,
    )
    expect(await look('aki', { customer: mine?.customer })).toHaveLength(1)
    expect(await look('nora', { customer: mine?.customer })).toEqual([])
  })

  test('says of a row that was changed after it was merged that it was', async () => {
    const [row] = await look('aki', { bank: banks.north })
    expect(row?.proof).toBe('waiting')
    await database.admin.run(
      `INSERT INTO log.leaf (index, entry, commitment, row_hash)
       SELECT 0, h.seq, h.commitment, h.row_hash FROM gate.entry_hashes(ARRAY[$1::bigint]) h`,
      [row?.seq ?? 0n],
    )
    expect((await look('aki', { bank: banks.north }))[0]?.proof).toBe('merged')
    await database.admin.run(`UPDATE audit.entry SET purpose = 'notify-customer' WHERE seq = $1`, [row?.seq ?? 0n])
    expect((await look('aki', { bank: banks.north }))[0]?.proof).toBe('changed')
    await database.admin.run(`UPDATE audit.entry SET purpose = 'answer-customer' WHERE seq = $1`, [row?.seq ?? 0n])
  })

  test('is seen by other auditors, and by the customers who were on the page', async () => {
    await look('nora')
    expect(await database.admin.run(`SELECT FROM staff.event WHERE kind = 'looked' AND about = 'console/audit'`)).toBe(
      await database.admin.run('SELECT FROM console.audit_look'),
    )
    expect((await listAuditLooks(console_, hashes.aki))[0]).toMatchObject({ login: 'nora', entries: 1 })
    expect(new Set((await listAuditLooks(console_, hashes.nora)).map(({ login }) => login))).toEqual(new Set(['nora']))
    const seen = await database.admin.run('SELECT FROM console.audit_looked_at WHERE customer = $1', [
      north?.customer ?? '',
    ])
    expect(seen).toBeGreaterThan(0)
    await database.admin.run('DELETE FROM customers.customer WHERE id = $1', [north?.customer ?? ''])
    expect(
      await database.admin.run('SELECT FROM console.audit_looked_at WHERE customer = $1', [north?.customer ?? '']),
    ).toBe(0)
  })
})

describe('figures', () => {
  test('are of one’s own banks, and nothing for who may not see them or has no session', async () => {
    const banksOf = async (who: Somebody | undefined) => {
      const session = who === undefined ? Buffer.alloc(32) : hashes[who]
      const all = await Promise.all([
        listConnections(console_, session),
        listLookHours(console_, session),
        listBudgets(console_, session),
        countConsents(console_, session),
        listConsentWeeks(console_, session),
      ])
      return all.map((rows) => [...new Set(rows.map(({ institution }) => institution))])
    }
    const both = [banks.north, banks.south]
    expect(await banksOf('olivia')).toEqual([both, both, both, both, both])
    expect(await banksOf('sofia')).toEqual(Array.from({ length: 5 }, () => [banks.south]))
    expect(await banksOf('nora')).toEqual(Array.from({ length: 5 }, () => [banks.north]))
    expect(await banksOf('anna')).toEqual([[], [], [], [], []])
    expect(await banksOf(undefined)).toEqual([[], [], [], [], []])
    expect(await loadStanding(console_, hashes.anna)).toBeUndefined()
    expect(await loadStanding(console_, hashes.olivia)).toMatchObject({ given_up: 0, late_promises: 0 })
  })

  test('add up over processes, and fewer than five people are never a number', async () => {
    await answer.run('SELECT institutions.add_looks($1::jsonb)', [
      JSON.stringify([
        {
          institution: banks.north,
          looks: 1,
          failed: 0,
          refused: 0,
          calls: 2,
          initiated: 0,
          good_ms: 0,
          bad_ms: null,
          bad: null,
        },
      ]),
    ])
    const [connection] = await listConnections(console_, hashes.nora)
    expect(connection).toMatchObject({
      login: 'answer',
      looks: 4,
      failed: 1,
      calls: 9,
      initiated: 7,
      bad: 'banks/unreachable',
    })
    expect(connection?.good_at).toBeGreaterThan(connection?.bad_at ?? Infinity)
    expect(await countConsents(console_, hashes.nora)).toMatchObject([{ data_class: 'balance', people: undefined }])
    for (let more = 0; more < 4; more += 1) await addBareGrant(database.admin, banks.north)
    expect(await countConsents(console_, hashes.nora)).toMatchObject([{ data_class: 'balance', people: 5 }])
    expect((await listConsentWeeks(console_, hashes.nora)).at(-1)).toMatchObject({ given: 5, ended: 0 })
  })
})

describe('incidents', () => {
  const tell = (who: Somebody, institution: (typeof banks)['north'] | undefined, id: string = randomUUID()) =>
    incidents.open(console_, {
      session: hashes[who],
      id,
      institution,
      title: 'Slow answers',
      what: 'Looks take long.',
      since: toInstant(Date.now()),
    })

  test('are told by operators, of their own banks, and seen by who is there for them', async () => {
    const id = randomUUID()
    expect(await tell('sofia', banks.south, id)).toBe(true)
    for (const [who, where] of [['sofia', banks.north], ['sofia', undefined], ['aki', banks.south], ['piet', banks.south], ['anna', undefined]] as const) {
      expect(await refused(tell(who, where))).toBe('42501')
    } // prettier-ignore
    expect((await incidents.list(console_, hashes.sofia)).map((each) => each.id)).toEqual([id])
    // An agent is told what stands at the top of every page, and no more.
    expect(await incidents.titles(console_, hashes.anna)).toEqual(['Slow answers'])
    expect(await incidents.list(console_, hashes.anna)).toEqual([])
    expect(await incidents.list(console_, hashes.nora)).toEqual([])
    const note = (who: Somebody, resolve: boolean) =>
      incidents.note(console_, { session: hashes[who], id, note: 'The bank is at it.', resolve })
    expect(await refused(note('nora', true))).toBe('42501')
    expect(await refused(note('piet', true))).toBe('42501')
    expect(await note('olivia', true)).toBe(true)
    expect(await note('olivia', true)).toBe(false)
    expect(await incidents.list(console_, hashes.sofia)).toMatchObject([{ resolved_by: 'olivia' }])
    expect(await incidents.notes(console_, hashes.sofia)).toHaveLength(1)
    expect(await incidents.notes(console_, hashes.nora)).toEqual([])
  })
})
