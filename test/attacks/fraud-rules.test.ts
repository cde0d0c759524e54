// Fraud rules decide whose card is declined and whose is not asked about: one person alone makes none of them live.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { staffActDocument } from '../../src/kernel/index.ts'
import type { Database } from '../../src/platform/index.ts'
import { changeDocument, decidingRules, ruleChanges, ruleEntries, ruleVersions } from '../../src/rule-book/index.ts'
import type { RuleVersion } from '../../src/rule-book/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import {
  ask,
  backtested,
  listAdd,
  liveChange,
  mustFind,
  saveRules,
  shadowed,
  signTogether,
  signatureAct,
} from '../setup/rule-people.ts'
import { testLogins } from '../setup/server.ts'
import { addStaff, signAct } from '../setup/staff-people.ts'
import type { StaffPerson } from '../setup/staff-people.ts'
import { beginStaffSession } from '../setup/staff-session.ts'
import { banks, createTrustWorld, enrolCustomer } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'
import { countOf, refusalOf } from './gate-scene.ts'

const denied = '42501'
const bank = banks.north

let database: TestDatabase
let world: TrustWorld
let console: Database
let fraud: Database
let first: StaffPerson
let second: StaffPerson
/** A session of the first one’s: under it versions, entries and counts are read. */
let reader: Buffer

beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  console = database.connect('console')
  fraud = database.connect('fraud')
  first = await addStaff(database, 'ada', { role: 'analyst' })
  second = await addStaff(database, 'omar')
  reader = await beginStaffSession(console, first)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const keystore = () => world.keys.console
const liveVersion = async (): Promise<number | undefined> => (await decidingRules.load(fraud, bank)).live?.set.version
const ready = async (file = 'night: review when at_night\n'): Promise<RuleVersion> => {
  // Three of a bank are in shadow at most.
  for (const { id, state } of await ruleVersions.list(console, reader, bank)) {
    if (state === 'shadow') await ruleVersions.shadow(console, { version: id, begin: false, member: first.id })
  }
  const version = await saveRules(console, first, bank, file)
  await shadowed({ console, admin: database.admin }, first, version)
  return version
}

describe('a version becomes live', () => {
  test('only after a backtest, then a shadow that lasted, then two people; the login that decides sees it then and not before', async () => {
    const version = await saveRules(console, first, bank, 'night: review when at_night\n')
    const promote = liveChange('promote', version)
    await expect(ask(console, first, promote)).rejects.toThrow('no-backtest')
    const begin = { version: version.id, begin: true, member: first.id }
    expect(await ruleVersions.shadow(console, begin)).toBe('no-backtest')
    await backtested(console, first, version)
    await expect(ask(console, first, promote)).rejects.toThrow('no-shadow')
    expect(await ruleVersions.shadow(console, begin)).toBe('begun')
    expect(await ruleVersions.shadow(console, begin)).toBe('over')
    await expect(ask(console, first, promote)).rejects.toThrow('no-shadow')
    await database.admin.run(`UPDATE rules.rule_set SET shadow_from = shadow_from - interval '10 minutes'`)
    expect((await mustFind(console, reader, version.id)).state).toBe('shadow')
    expect((await decidingRules.load(fraud, bank)).shadows.map(({ id }) => id)).toEqual([version.id])
    const asked = await ask(console, first, promote)
    expect(await signTogether(console, keystore(), [first], asked)).toBe(false)
    expect(await liveVersion()).toBeUndefined()
    expect(await signTogether(console, keystore(), [second], asked)).toBe(true)
    expect(await liveVersion()).toBe(version.version)
    expect((await mustFind(console, reader, version.id)).state).toBe('live')
    expect(await ruleChanges.sign(console, signAct(second, signatureAct(second, asked)))).toBe('over')
  })

  test('not by one person who signs twice, nor by one with a forged second signature', async () => {
    const asked = await ask(console, first, liveChange('promote', await ready()))
    expect(await ruleChanges.sign(console, signAct(first, signatureAct(first, asked)))).toBe('first')
    expect(await ruleChanges.sign(console, signAct(first, signatureAct(first, asked)))).toBe('same-person')
    const forged = signAct(second, signatureAct(second, asked))
    expect(await ruleChanges.sign(console, { ...forged, signature: randomBytes(70) })).toBe('ready')
    expect(await keystore().changeRules(asked.id)).toEqual({ ok: false, code: 'keystore/refused' })
    const version = await liveVersion()
    expect(version).toBe(1)
  })

  test('not by the first person’s key in the second one’s name, by an agent, by another bank’s analyst, or by somebody who has left', async () => {
    const asked = await ask(console, first, liveChange('promote', await ready()))
    const agent = await addStaff(database, 'gus', { role: 'agent' })
    const other = await addStaff(database, 'otto', { role: 'analyst', institutions: [banks.south] })
    const gone = await addStaff(database, 'gina', { role: 'analyst' })
    await database.connect('staff', { poolMax: 1 }).run('SELECT staff.remove_member($1)', ['gina'])
    for (const person of [agent, other, gone]) {
      const signed = signAct(person, signatureAct(person, asked))
      expect(await refusalOf(ruleChanges.sign(console, signed)), person.login).toBe(denied)
      expect(await refusalOf(saveRules(console, person, bank, 'x: review when at_night\n')), person.login).toBe(denied)
    }
    const inTheirName = signAct({ passkey: first.passkey }, signatureAct(second, asked))
    expect(await refusalOf(ruleChanges.sign(console, inTheirName))).toBe(denied)
  })

  test('not with what was signed for another change, or for another text of this one', async () => {
    const one = await ready('a: review when at_night\n')
    const askedOne = await ask(console, first, liveChange('promote', one))
    const two = await ready('b: allow when at_night\n')
    const askedTwo = await ask(console, first, liveChange('promote', two))
    const act = signatureAct(second, askedOne)
    const renamed = { ...signAct(second, act), document: staffActDocument({ ...act, change: askedTwo.id }) }
    expect(await refusalOf(ruleChanges.sign(console, renamed))).toBe(denied)
    const retold = signatureAct(second, { ...askedTwo, digest: askedOne.digest })
    expect(await refusalOf(ruleChanges.sign(console, signAct(second, retold)))).toBe(denied)
    await expect(ask(console, first, { ...liveChange('promote', two), digest: one.digest })).rejects.toThrow('unknown') // prettier-ignore
    // Its shadow ended without it: it is not made live from a drawer.
    await expect(ask(console, first, liveChange('promote', one))).rejects.toThrow('no-shadow')
  })

  test('not by SQL, with any login, and not even by the tables’ owner', async () => {
    const version = await mustFind(console, reader, (await ruleVersions.list(console, reader, bank))[0]?.id ?? '')
    const asked = randomUUID()
    for (const login of testLogins) {
      const tried = database.connect(login, { poolMax: 1 })
      const texts = [
        `INSERT INTO rules.live (change, institution, rule_set, is_way_back) VALUES ('${asked}', '${bank}', '${version.id}', false)`,
        `UPDATE rules.live SET live_until = clock_timestamp()`,
        `DELETE FROM rules.live`,
        `INSERT INTO rules.rule_set (id, institution, version, document, digest, note, made_by) VALUES (gen_random_uuid(), '${bank}', 99, '{}', '', '', '${first.id}')`,
        `UPDATE rules.rule_set SET document = '{}'`,
        `UPDATE rules.rule_set SET shadow_from = clock_timestamp() - interval '1 day'`,
        `UPDATE rules.change SET needs = 1`,
        `UPDATE rules.change SET done_at = clock_timestamp()`,
        `INSERT INTO rules.signature (id, change, staff) VALUES (gen_random_uuid(), '${asked}', '${second.id}')`,
        `INSERT INTO rules.list_entry (id, institution, purpose, list, key) VALUES (gen_random_uuid(), '${bank}', 'allow', 'merchants', 'm')`,
        `UPDATE rules.list_entry SET live_from = clock_timestamp()`,
        `DELETE FROM rules.list_entry`,
        `TRUNCATE rules.rule_set CASCADE`,
        `SELECT rules.obstacle('${bank}', 'promote', '{}')`,
        ...(login === 'keystore'
          ? []
          : [`SELECT rules.carry_out('${asked}', ARRAY[]::uuid[])`, `SELECT * FROM rules.change_facts('${asked}')`]),
        ...(login === 'fraud' ? [] : [`SELECT rules.add_counts('[]')`]),
        ...(login === 'console'
          ? []
          : [
              `SELECT rules.sign_change('{}', '', '', '', '')`,
              `SELECT rules.save_version('${asked}', '${bank}', '{}', '', '${first.id}')`,
              `SELECT signature FROM rules.signature`,
            ]),
      ]
      for (const text of texts) expect(await refusalOf(tried.run(text)), `${login}: ${text}`).toMatch(/^42/)
    }
    for (const text of [
      `UPDATE rules.rule_set SET document = '{}'`,
      `UPDATE rules.change SET needs = 1`,
      `UPDATE rules.live SET rule_set = '${version.id}'`,
      `UPDATE rules.list_entry SET key = 'other'`,
      `DELETE FROM rules.signature`,
    ]) {
      const owner = database.admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${database.prefix}rules_owner`)
        await tx.run(text)
      })
      expect(await refusalOf(owner), text).toBe(denied)
    }
  })

  test('with a stolen keystore login not without two people’s rows, and with the keystore’s process not on the database’s word alone', async () => {
    const asked = await ask(console, first, liveChange('promote', await ready()))
    await ruleChanges.sign(console, signAct(first, signatureAct(first, asked)))
    const carried = await database
      .connect('keystore', { poolMax: 1 })
      .one(
        z.object({ result: z.string() }),
        `SELECT rules.carry_out($1, ARRAY(SELECT id FROM rules.change_facts($1))) AS result`,
        [asked.id],
      )
    expect(carried.result).toBe('not-enough')
    await database.admin.run('UPDATE rules.change SET needs = 1 WHERE id = $1', [asked.id])
    expect(await keystore().changeRules(asked.id)).toEqual({ ok: false, code: 'keystore/refused' })
    await database.admin.run('UPDATE rules.change SET needs = 2 WHERE id = $1', [asked.id])
    expect(await signTogether(console, keystore(), [second], asked)).toBe(true)
  })
})

describe('the way back', () => {
  test('one person goes back to the version before, within days, once; forward again takes two', async () => {
    const versions = await ruleVersions.list(console, reader, bank)
    const [now, before] = [
      versions.find(({ state }) => state === 'live'),
      versions.find(({ version }) => version === 1),
    ]
    if (now === undefined || before === undefined) throw new Error('the tests before made two live')
    const never = versions.find(({ state }) => state === 'shadow' || state === 'draft')
    if (never !== undefined)
      await expect(ask(console, first, liveChange('roll-back', never))).rejects.toThrow('no-way-back')
    const back = await ask(console, first, liveChange('roll-back', before))
    expect(await signTogether(console, keystore(), [first], back)).toBe(true)
    expect(await liveVersion()).toBe(1)
    await expect(ask(console, first, liveChange('roll-back', now))).rejects.toThrow('no-way-back')
    const forward = await ask(console, first, liveChange('promote', now))
    expect(await signTogether(console, keystore(), [first], forward)).toBe(false)
    expect(await signTogether(console, keystore(), [second], forward)).toBe(true)
    expect(await liveVersion()).toBe(now.version)
    await database.admin.run(`UPDATE rules.live SET live_from = live_from - interval '8 days'`)
    await expect(ask(console, first, liveChange('roll-back', before))).rejects.toThrow('no-way-back')
  })
})

describe('lists', () => {
  const entries = async () => (await decidingRules.load(fraud, bank)).entries
  const add = async (wanted: Parameters<typeof listAdd>[1], people: readonly StaffPerson[]) => {
    const made = listAdd(bank, wanted)
    const asked = await ask(console, first, made.change, made.key)
    return { ...made, isDone: await signTogether(console, keystore(), people, asked), asked }
  }

  test('one person blocks, two let through; only then the login that decides sees the entry', async () => {
    const blocked = await add({ purpose: 'block', list: 'merchants', key: 'm-bad' }, [first])
    expect(blocked.isDone).toBe(true)
    const trusted = await add({ purpose: 'allow', list: 'merchants', key: 'm-good' }, [first])
    expect(trusted.isDone).toBe(false)
    expect((await entries()).map(({ list, key }) => [list, key])).toEqual([['blocked_merchants', 'm-bad']])
    expect(await signTogether(console, keystore(), [second], trusted.asked)).toBe(true)
    expect((await entries()).map(({ list }) => list).toSorted()).toEqual(['blocked_merchants', 'trusted_merchants'])
    await expect(add({ purpose: 'allow', list: 'merchants', key: 'm-good' }, [])).rejects.toThrow('listed-already')
  })

  test('taking a block away takes two people, taking trust away one', async () => {
    const shown = await ruleEntries.list(console, reader, bank)
    for (const { id, purpose, list } of shown) {
      const end = {
        kind: 'list-end',
        institution: bank,
        reason: 'It was a mistake after all',
        entry: id,
        purpose,
        list,
      } as const
      const asked = await ask(console, first, end)
      expect(await signTogether(console, keystore(), [first], asked), purpose).toBe(purpose === 'allow')
      if (purpose === 'block') expect(await signTogether(console, keystore(), [second], asked)).toBe(true)
      const disguised = { ...end, purpose: purpose === 'allow' ? 'block' : 'allow' } as const
      await expect(ask(console, first, disguised)).rejects.toThrow('unknown')
    }
    expect(await entries()).toEqual([])
  })

  test('a card’s number is no key, however it is written; nor is a country that is none', async () => {
    for (const key of ['4111111111111111', '4111-1111-1111-1111', '4111.1111.1111.1111', 'a b', '', '-x']) {
      expect(await refusalOf(add({ purpose: 'block', list: 'cards', key }, [])), key).toBe('23514')
    }
    expect(await refusalOf(add({ purpose: 'block', list: 'countries', key: 'usa' }, []))).toBe('23514')
  })

  test('the key that was signed for is the key that goes on the list', async () => {
    const made = listAdd(bank, { purpose: 'block', list: 'merchants', key: 'm-signed' })
    const swapped = { ...made.key, key: 'm-other' }
    await expect(ask(console, first, made.change, swapped)).rejects.toThrow('unknown')
  })

  test('a customer’s card leaves the list with the customer, and what was signed tells nothing of it', async () => {
    const customer = await enrolCustomer(world.keys.consent)
    await database.admin.run('INSERT INTO customers.customer (id) VALUES ($1) ON CONFLICT DO NOTHING', [customer.id])
    const added = await add({ purpose: 'block', list: 'cards', key: 'card-of-somebody', customer: customer.id }, [
      first,
    ])
    expect(added.isDone).toBe(true)
    expect(changeDocument(added.change)).not.toContain('card-of-somebody')
    await database.admin.run('DELETE FROM customers.customer WHERE id = $1', [customer.id])
    expect(await countOf(database.admin, `rules.list_entry WHERE key = 'card-of-somebody'`)).toBe(0)
    expect(await countOf(database.admin, `rules.change WHERE document LIKE '%card-of-somebody%'`)).toBe(0)
  })

  test('entries go a month after their end, wishes that nobody signed after two days', async () => {
    await add({ purpose: 'allow', list: 'merchants', key: 'm-unsigned' }, [first])
    await database.admin
      .run(`UPDATE rules.list_entry SET asked_at = asked_at - interval '3 days', until_at = until_at - interval '3 days',
      ended_at = ended_at - interval '31 days'`)
    expect(await ruleEntries.sweep(console)).toBeGreaterThan(1)
    expect(await countOf(database.admin, `rules.list_entry WHERE live_from IS NULL OR ended_at IS NOT NULL`)).toBe(0)
  })
})

describe('counts', () => {
  test('of live and shadow sets are added up; of others nothing is kept', async () => {
    const draft = await saveRules(console, first, bank, 'never: review when at_weekend\n')
    const live = (await ruleVersions.list(console, reader, bank)).find(({ state }) => state === 'live')
    if (live === undefined) throw new Error('nothing is live')
    const count = {
      day: 20_000,
      line: 'rule night',
      uses: 2,
      customers: 1,
      frauds: 1,
      fraudMinor: 5_000,
      genuine: 0,
    } as const
    for (const set of [live.id, live.id, draft.id]) await decidingRules.addCounts(fraud, [{ ...count, set }])
    expect(await decidingRules.counts(console, reader, draft.id)).toEqual([])
    expect(await decidingRules.counts(console, reader, live.id)).toEqual([
      { ...count, uses: 4, customers: 2, frauds: 2, fraudMinor: 10_000 },
    ])
  })

  test('the login that decides sees neither drafts nor what was, nor who signed', async () => {
    const { live, shadows } = await decidingRules.load(fraud, bank)
    const seen = await fraud.rows(z.object({ id: z.string() }), 'SELECT id FROM rules.rule_set')
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set([live?.id, ...shadows.map(({ id }) => id)]))
    for (const text of [
      'SELECT made_by FROM rules.rule_set',
      'SELECT * FROM rules.change',
      'SELECT * FROM rules.signature',
      'SELECT * FROM rules.backtest',
      'SELECT customer FROM rules.list_entry',
    ]) {
      expect(await refusalOf(fraud.run(text)), text).toBe(denied)
    }
  })
})
