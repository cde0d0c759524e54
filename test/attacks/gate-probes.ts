import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openPermit } from '../../src/consent/index.ts'
import { Secret, dataClasses, purposes } from '../../src/kernel/index.ts'
import type { CustomerId, DataClass } from '../../src/kernel/index.ts'
import {
  asLogin,
  bytesColumn,
  createLogger,
  createMetrics,
  openDatabase as openPool,
  systemRandom,
} from '../../src/platform/index.ts'
import type { Database, Tx } from '../../src/platform/index.ts'
import type { TestDatabase } from '../setup/database.ts'
import { eventually } from '../setup/eventually.ts'
import { createSoftPasskey } from '../setup/soft-passkey.ts'
import {
  addInstitution,
  banks,
  createTrustWorld,
  enrolCustomer,
  sharingTerms,
  signTerms,
  testSite,
} from '../setup/trust-world.ts'
import {
  addBareGrant,
  countOf,
  lookInOneCall,
  mustOpen,
  openTicket,
  readToken,
  refusalOf,
  storeToken,
} from './gate-scene.ts'
import type { BareGrant } from './gate-scene.ts'
import { testPromises } from '../setup/test-promises.ts'

const denied = '42501'
const purposeLogins = ['answer', 'notify', 'fraud', 'service'] as const

/**
 * Every way past the gate that was tried (privacy-and-audit §1.2), as tests on a database of the caller's: the same list for
 * the embedded server and for a distribution's. Each attack fails, and the honest path beside it works.
 */
export function gateProbes(openDatabase: () => Promise<TestDatabase>, options: { readonly requests: number }): void {
  let database: TestDatabase
  let admin: Database
  let answer: Database
  let fraud: Database
  let grant: BareGrant
  const secret = randomBytes(40)
  const there = [secret.toString('hex')]

  beforeAll(async () => {
    database = await openDatabase()
    admin = database.admin
    answer = database.connect('answer')
    fraud = database.connect('fraud')
    for (const bank of Object.values(banks)) await addInstitution(admin, bank)
    grant = await addBareGrant(admin, banks.north)
    await storeToken(answer, await mustOpen(answer, grant), secret)
  })
  afterAll(async () => {
    await database.drop()
  })

  const role = (name: string): string => database.prefix + name

  describe('threat 10: a login of a purpose', () => {
    test('reads the vault only through a ticket', async () => {
      for (const login of purposeLogins) {
        const purpose = database.connect(login)
        for (const table of ['vault.bank_token', 'vault.sealed_answer', 'audit.entry', 'consent.terms']) {
          expect(await refusalOf(purpose.run(`SELECT * FROM ${table}`)), `${login} ${table}`).toBe(denied)
          expect(await refusalOf(purpose.run(`TRUNCATE ${table}`)), `${login} ${table}`).toBe(denied)
          expect(await refusalOf(purpose.run(`COPY ${table} TO STDOUT`)), `${login} ${table}`).toBe(denied)
        }
      }
      expect(await readToken(answer, await mustOpen(answer, grant))).toEqual(there)
    })

    test('threat 15: becomes nobody else', async () => {
      for (const owner of ['access_gate', 'vault_owner', 'audit_owner', 'consent_writer', 'app_owner', 'fraud']) {
        expect(await refusalOf(answer.run(`SET ROLE ${role(owner)}`)), owner).toBe(denied)
        expect(await refusalOf(answer.run(`SET SESSION AUTHORIZATION ${role(owner)}`)), owner).toBe(denied)
      }
    })

    test('writes no grant, no terms, no entry and no purpose', async () => {
      for (const login of purposeLogins) {
        const purpose = database.connect(login)
        const tried = [
          `INSERT INTO consent.purpose VALUES ('advertising')`,
          `UPDATE consent.grant_ SET expires_at = clock_timestamp() + interval '1 year'`,
          `DELETE FROM audit.entry`,
          `SELECT consent.record_terms('{}', '', '', '', '', false)`,
          `SELECT consent.confirm_terms('${grant.terms}')`,
          `SELECT gate.release_facts(1)`,
          `SELECT gate.new_entry('opened', NULL, NULL, NULL, NULL, NULL, NULL)`,
        ]
        for (const text of tried) expect(await refusalOf(purpose.run(text)), `${login}: ${text}`).toBe(denied)
      }
    })

    test('threat 16: makes no objects, not even temporary ones', async () => {
      for (const text of ['CREATE TEMP TABLE grant_ (id int)', 'CREATE TABLE public.x (id int)', 'CREATE SCHEMA x']) {
        expect(await refusalOf(answer.run(text)), text).toBe(denied)
      }
    })

    test('threat 16: gains nothing by shadowing names, even where it may make temporary objects', async () => {
      const { name } = await admin.one(z.object({ name: z.string() }), 'SELECT current_database() AS name')
      await admin.run(`GRANT TEMPORARY ON DATABASE ${name} TO ${role('answer')}`)
      const stranger: BareGrant = { ...grant, customer: randomUUID() as CustomerId }
      await answer.transaction(async (tx) => {
        await tx.run('CREATE TEMP TABLE grant_ (LIKE consent.grant_)')
        await tx.run(`INSERT INTO grant_ SELECT * FROM consent.grant_ WHERE id = '${grant.id}'`)
        await tx.run(`UPDATE grant_ SET customer = '${stranger.customer}'`)
        await tx.run(
          'CREATE TEMP TABLE purpose_login AS SELECT session_user::name AS login, $$fraud-alerts$$::text AS purpose',
        )
        await tx.run(
          'CREATE FUNCTION pg_temp.holds_now(pg_temp.grant_) RETURNS boolean LANGUAGE sql AS $$SELECT true$$',
        )
        await tx.run('SET LOCAL search_path = pg_temp, consent, audit, gate, vault, pg_catalog')
        expect(await openTicket(tx, stranger)).toBeUndefined()
        expect(await openTicket(tx, grant)).toBeDefined()
      })
      await admin.run(`REVOKE TEMPORARY ON DATABASE ${name} FROM ${role('answer')}`)
    })
  })

  test.each(['statistics', 'channel', 'consent', 'keystore', 'console', 'staff', 'inspector'] as const)(
    'threat 18: the %s login opens nothing and reads no ticket',
    async (login) => {
      const other = database.connect(login)
      const ticket = await mustOpen(answer, grant)
      expect(await refusalOf(openTicket(other, grant))).toBe(denied)
      expect(await refusalOf(readToken(other, ticket))).toBe(denied)
      expect(await refusalOf(lookInOneCall(other, grant))).toBe(denied)
      const named = 'SELECT gate.bank_token_of($1, $2, $3)'
      expect(await refusalOf(other.run(named, [ticket, grant.customer, grant.institution]))).toBe(denied)
      expect(await refusalOf(other.run('SELECT * FROM vault.bank_token'))).toBe(denied)
    },
  )

  describe('threat 11: a ticket', () => {
    test('of another login gives nothing', async () => {
      const ticket = await mustOpen(answer, grant)
      expect(await readToken(fraud, ticket)).toEqual([])
      expect(await readToken(answer, ticket)).toEqual(there)
    })

    test('opened in the reading transaction gives nothing, neither before nor after a savepoint', async () => {
      await answer.transaction(async (tx) => {
        const ticket = await mustOpen(tx, grant)
        expect(await readToken(tx, ticket)).toEqual([])
        await tx.run('SAVEPOINT here')
        const inner = await mustOpen(tx, grant)
        expect(await readToken(tx, inner)).toEqual([])
        await tx.run('RELEASE SAVEPOINT here')
        expect(await readToken(tx, inner)).toEqual([])
        await tx.run('SAVEPOINT there')
        const undone = await mustOpen(tx, grant)
        await tx.run('ROLLBACK TO SAVEPOINT there')
        expect(await readToken(tx, undone)).toEqual([])
      })
    })

    test('read and logged in one transaction that rolls back delivers nothing', async () => {
      const before = await countOf(admin, 'audit.entry')
      const stolen: string[] = []
      const rolledBack = answer.transaction(async (tx) => {
        const ticket = await mustOpen(tx, grant)
        stolen.push(...(await readToken(tx, ticket)))
        throw new Error('rolled back on purpose')
      })
      await expect(rolledBack).rejects.toThrow('on purpose')
      expect(await countOf(admin, 'audit.entry')).toBe(before)
      expect(stolen).toEqual([])
    })

    test('whose grant was revoked between open and read gives nothing', async () => {
      const own = await addBareGrant(admin, banks.north)
      await storeToken(answer, await mustOpen(answer, own), secret)
      const ticket = await mustOpen(answer, own)
      expect(await readToken(answer, ticket)).toEqual(there)
      await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
      expect(await readToken(answer, ticket)).toEqual([])
      expect(await openTicket(answer, own)).toBeUndefined()
    })

    test('gives nothing to a transaction whose snapshot is older than the revocation', async () => {
      const own = await addBareGrant(admin, banks.north)
      await storeToken(answer, await mustOpen(answer, own), secret)
      const ticket = await mustOpen(answer, own)
      for (const level of ['REPEATABLE READ', 'SERIALIZABLE']) {
        await answer.transaction(async (tx) => {
          await tx.run(`SET TRANSACTION ISOLATION LEVEL ${level}`)
          await tx.run('SELECT 1')
          expect(await readToken(tx, ticket), level).toEqual([])
        })
      }
      await answer.transaction(async (tx) => {
        await tx.run('SELECT 1')
        await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
        expect(await readToken(tx, ticket)).toEqual([])
      })
    })

    test('older than 30 seconds gives nothing', async () => {
      const insert = `INSERT INTO audit.entry (at, event, login, grant_id, customer, institution, channel, data_class, purpose,
           commitment, salt_sealed)
         VALUES (clock_timestamp() - $1::interval, 'opened', '${role('answer')}', '${grant.id}', '${grant.customer}',
           '${grant.institution}', 'messenger', 'balance', 'answer-customer', sha256(''), '')
         RETURNING seq`
      const seq = z.object({ seq: z.bigint() })
      const old = await admin.one(seq, insert, ['31 seconds'])
      const young = await admin.one(seq, insert, ['20 seconds'])
      expect(await readToken(answer, old.seq)).toEqual([])
      expect(await readToken(answer, young.seq)).toEqual(there)
    })

    test('threat 15: is a pointer: a setting names it, and gives nobody more than the entry and the grant do', async () => {
      const victim = await mustOpen(answer, grant)
      const other = await addBareGrant(admin, banks.north)
      const own = await mustOpen(answer, other)
      const attacker = database.connect('answer', { poolMax: 1 })
      await attacker.run(`SELECT set_config('gate.ticket', $1, false)`, [String(victim)])
      expect(await refusalOf(attacker.run('SELECT * FROM vault.bank_token'))).toBe(denied)
      expect(await readToken(attacker, own)).toEqual([])
      const mallory = database.connect('fraud', { poolMax: 1 })
      await mallory.run(`SELECT set_config('gate.ticket', $1, false)`, [String(victim)])
      await mallory.run(`SELECT set_config('app.customer', $1, false)`, [grant.customer])
      expect(await readToken(mallory, victim)).toEqual([])
    })

    test('opens the sealed answers of its own customer, bank, conversation and class only', async () => {
      const ticket = await mustOpen(answer, grant)
      const id = randomUUID()
      const stored = z.object({ stored: z.boolean() })
      await answer.one(stored, 'SELECT gate.store_sealed_answer($1, $2, $3, 600) AS stored', [ticket, id, secret])
      const read = (tx: Database, with_: bigint) =>
        tx.rows(z.object({}), 'SELECT sealed FROM gate.sealed_answer($1, $2)', [with_, id])
      expect(await read(answer, ticket)).toHaveLength(1)
      for (const change of [
        { conversation: `'${randomUUID()}'`, customer: `'${grant.customer}'` },
        { data_class: `'transactions'`, customer: `'${grant.customer}'`, conversation: `'${grant.conversation}'` },
      ]) {
        const near = await addBareGrant(admin, banks.north, change)
        const conversation =
          'data_class' in change ? grant.conversation : (change.conversation.slice(1, -1) as BareGrant['conversation'])
        const other = await openTicket(
          answer,
          { ...near, customer: grant.customer, conversation },
          'data_class' in change ? 'transactions' : 'balance',
        )
        expect(other).toBeDefined()
        expect(await read(answer, other ?? 0n)).toHaveLength(0)
      }
    })
  })

  describe('threat 11: a look in one call', () => {
    const entriesOf = (of: BareGrant) => countOf(admin, `audit.entry WHERE customer = '${of.customer}'`)
    const linked = async (): Promise<BareGrant> => {
      const own = await addBareGrant(admin, banks.north)
      await storeToken(answer, await mustOpen(answer, own), secret)
      return own
    }
    /** Invalid transaction termination. */
    const refusedCommit = '2D000'

    test('gives the ticket and the tokens, and leaves its entry; without leave nothing of it', async () => {
      const own = await linked()
      const before = await entriesOf(own)
      const look = await lookInOneCall(answer, own)
      expect(look.token).toBe(there[0])
      expect(await readToken(answer, look.ticket ?? 0n)).toEqual(there)
      expect(await entriesOf(own)).toBe(before + 1)
      await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
      expect(await lookInOneCall(answer, own)).toEqual({})
      expect(await entriesOf(own)).toBe(before + 1)
    })

    test('is refused where it could be rolled back: in a transaction, after a savepoint, inside a function', async () => {
      const own = await linked()
      const before = await entriesOf(own)
      const stolen: unknown[] = []
      const inside = (...first: readonly string[]) =>
        answer.transaction(async (tx) => {
          for (const text of first) await tx.run(text)
          stolen.push(await lookInOneCall(tx, own))
        })
      expect(await refusalOf(inside())).toBe(refusedCommit)
      expect(await refusalOf(inside('SAVEPOINT here'))).toBe(refusedCommit)
      // One string of several statements is one transaction too, and so is a block that may catch its own exceptions.
      const call = `CALL gate.look('${own.customer}', '${own.institution}', '${own.conversation}', 'balance',
        sha256(''), '', t, u, a, u, c, c, s, v, s)`
      const block = (body: string) => `DO $$ DECLARE t bigint; u uuid; a timestamptz; c text; s bytea; v integer;
        BEGIN ${body} END $$`
      const caught = block(`BEGIN ${call}; EXCEPTION WHEN division_by_zero THEN NULL; END;`)
      expect(await refusalOf(answer.run(caught))).toBe(refusedCommit)
      expect(stolen).toEqual([])
      expect(await entriesOf(own)).toBe(before)
      // What fails afterwards fails after the commit: whoever has the tokens has left an entry.
      expect(await refusalOf(answer.run(block(`${call}; PERFORM 1 / 0;`)))).toBe('22012')
      expect(await entriesOf(own)).toBe(before + 1)
    })

    test('reads in a snapshot of its own, after its entry has committed: a grant revoked in between gives no tokens', async () => {
      const own = await linked()
      const before = await entriesOf(own)
      let looking: ReturnType<typeof lookInOneCall> | undefined
      await admin.transaction(async (tx) => {
        // Nobody reads a token while this is held; the entry is written and committed all the same.
        await tx.run('LOCK TABLE vault.bank_token IN ACCESS EXCLUSIVE MODE')
        looking = lookInOneCall(answer, own)
        await eventually('the entry of the look has committed', async () => (await entriesOf(own)) === before + 1)
        await database.connect('answer').run('SELECT consent.stop_answers($1)', [own.conversation])
      })
      const look = await looking
      expect(look?.ticket).toBeDefined()
      expect(look?.token).toBeUndefined()
    })

    test('whose second half is called with another’s name, or a ticket of its own transaction, gives nothing', async () => {
      const [own, victim] = [await linked(), await linked()]
      const tokens = z.object({ sealed: bytesColumn.nullable() })
      const named = (tx: Tx, ticket: bigint, of: BareGrant) =>
        tx.one(tokens, 'SELECT sealed FROM gate.bank_token_of($1, $2, $3)', [ticket, of.customer, of.institution])
      const ticket = await mustOpen(answer, own)
      expect((await named(answer, ticket, own)).sealed?.toString('hex')).toBe(there[0])
      expect(await named(answer, ticket, victim)).toEqual({ sealed: null })
      expect(await named(answer, ticket, { ...own, institution: banks.south })).toEqual({ sealed: null })
      expect(await named(fraud, ticket, own)).toEqual({ sealed: null })
      await answer.transaction(async (tx) => {
        expect(await named(tx, await mustOpen(tx, own), own)).toEqual({ sealed: null })
      })
    })
  })

  describe('a revoking ticket', () => {
    const openRevoking = async (tx: Tx, of: BareGrant): Promise<bigint | undefined> => {
      const row = await tx.maybe(
        z.object({ ticket: z.bigint() }),
        'SELECT ticket FROM gate.open_revoking($1, $2, $3, $4)',
        [of.customer, of.institution, randomBytes(32), randomBytes(60)],
      )
      return row?.ticket
    }
    const ended = async (): Promise<BareGrant> => {
      const own = await addBareGrant(admin, banks.north)
      await storeToken(answer, await mustOpen(answer, own), secret)
      await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
      return own
    }
    const factsOf = (ticket: bigint) => countOf(database.connect('keystore'), `gate.revoking_facts(${ticket})`)

    test('opens the tokens of what ended, and deletes them, once everything has ended', async () => {
      const revoker = database.connect('revoker')
      const own = await ended()
      const ticket = (await openRevoking(revoker, own)) ?? 0n
      expect(await readToken(revoker, ticket)).toEqual(there)
      expect(await factsOf(ticket)).toBe(1)
      const gone = z.object({ gone: z.boolean() })
      const forget = (version: number) =>
        revoker.one(gone, 'SELECT gate.forget_bank_token($1, $2) AS gone', [ticket, version])
      expect(await forget(7)).toEqual({ gone: false })
      expect(await forget(1)).toEqual({ gone: true })
      expect(await readToken(revoker, ticket)).toEqual([])
    })

    test('is not given while a grant holds, or waits for its code, or no ending waits', async () => {
      const revoker = database.connect('revoker')
      const own = await addBareGrant(admin, banks.north)
      expect(await openRevoking(revoker, own)).toBeUndefined()
      const sharing = await ended()
      const live = await addBareGrant(admin, banks.north, { customer: `'${sharing.customer}'` })
      expect(await openRevoking(revoker, sharing)).toBeUndefined()
      await answer.run('SELECT consent.stop_answers($1)', [live.conversation])
      expect(await openRevoking(revoker, sharing)).toBeDefined()
      await addBareGrant(admin, banks.north, { customer: `'${sharing.customer}'`, unconfirmed: 'true' })
      expect(await openRevoking(revoker, sharing)).toBeUndefined()
      const done = await ended()
      await admin.run('UPDATE consent.ending SET done_at = clock_timestamp() WHERE customer = $1', [done.customer])
      expect(await openRevoking(revoker, done)).toBeUndefined()
    })

    test('dies in the moment in which something is shared again', async () => {
      const revoker = database.connect('revoker')
      const own = await ended()
      const ticket = (await openRevoking(revoker, own)) ?? 0n
      expect(await readToken(revoker, ticket)).toEqual(there)
      await addBareGrant(admin, banks.north, { customer: `'${own.customer}'` })
      expect(await readToken(revoker, ticket)).toEqual([])
      expect(await factsOf(ticket)).toBe(0)
      const gone = z.object({ gone: z.boolean() })
      expect(await revoker.one(gone, 'SELECT gate.forget_bank_token($1, 1) AS gone', [ticket])).toEqual({ gone: false })
    })

    test('opened in the reading transaction, of another login, or of another kind gives nothing', async () => {
      const revoker = database.connect('revoker')
      const own = await ended()
      await revoker.transaction(async (tx) => {
        const ticket = (await openRevoking(tx, own)) ?? 0n
        expect(await readToken(tx, ticket)).toEqual([])
      })
      const ticket = (await openRevoking(revoker, own)) ?? 0n
      for (const login of purposeLogins) {
        const other = database.connect(login)
        expect(await readToken(other, ticket), login).toEqual([])
        expect(await refusalOf(openRevoking(other, own)), login).toBe(denied)
        expect(await refusalOf(other.run('SELECT gate.forget_bank_token($1, 1)', [ticket])), login).toBe(denied)
      }
      for (const login of ['channel', 'consent', 'keystore', 'inspector', 'statistics'] as const) {
        expect(await refusalOf(openRevoking(database.connect(login), own)), login).toBe(denied)
      }
      // An ordinary ticket is none: not for deleting, and not to the keystore's other question.
      const look = await mustOpen(answer, grant)
      expect(await factsOf(look)).toBe(0)
      expect(await countOf(database.connect('keystore'), `gate.release_facts(${ticket})`)).toBe(0)
      expect(await refusalOf(revoker.run('SELECT * FROM vault.bank_token'))).toBe(denied)
      expect(await refusalOf(revoker.run('DELETE FROM vault.bank_token'))).toBe(denied)
    })

    test('opens no data: not the gate, not a sealed answer, nothing to disclose', async () => {
      const revoker = database.connect('revoker')
      const own = await addBareGrant(admin, banks.north)
      const look = await mustOpen(answer, own)
      const id = randomUUID()
      const stored = z.object({ stored: z.boolean() })
      await answer.one(stored, 'SELECT gate.store_sealed_answer($1, $2, $3, 600) AS stored', [look, id, secret])
      await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
      const ticket = (await openRevoking(revoker, own)) ?? 0n
      expect(ticket).toBeGreaterThan(0n)
      const tried = [
        `SELECT gate.sealed_answer(${ticket}, '${id}')`,
        `SELECT gate.disclose(${ticket}, 'full', 'messenger', '', '')`,
        `SELECT gate.store_bank_token(${ticket}, 0, '')`,
        `SELECT gate.open('${own.customer}', '${own.institution}', '${own.conversation}', 'balance', '', '')`,
      ]
      for (const text of tried) expect(await refusalOf(revoker.run(text)), text).toBe(denied)
      expect(
        await answer.rows(z.object({}), 'SELECT sealed FROM gate.sealed_answer($1, $2)', [ticket, id]),
      ).toHaveLength(0)
    })
  })

  describe('an ending', () => {
    test('by words in a chat never reaches a fraud alert, and no other login ends for its reason', async () => {
      const conversation = `'${randomUUID()}'`
      const customer = `'${randomUUID()}'`
      await addBareGrant(admin, banks.north, { conversation, customer })
      const alerts = await addBareGrant(admin, banks.north, {
        conversation,
        customer,
        purpose: `'fraud-alerts'`,
        data_class: `'card-events'`,
      })
      const counted = z.object({ stopped: z.number() })
      const stop = `SELECT consent.stop_answers(${conversation}) AS stopped`
      expect(await answer.one(counted, stop)).toEqual({ stopped: 1 })
      const where = `SELECT * FROM consent.end_where('customer-in-chat', NULL, NULL, ${conversation}, NULL, NULL, NULL, NULL, 10)`
      expect(await answer.rows(z.object({}), where)).toEqual([])
      const left = `consent.grant_ WHERE id = '${alerts.id}' AND revoked_at IS NULL`
      expect(await countOf(admin, left)).toBe(1)
      for (const because of ['customer-on-page', 'a-day-after-stop', 'erased', 'expired', 'platform', 'narrowed']) {
        const tried = where.replace('customer-in-chat', because)
        expect(await refusalOf(answer.run(tried)), because).toBe(denied)
        expect(await refusalOf(database.connect('channel').run(tried)), because).toBe(denied)
      }
      expect(await refusalOf(answer.run(`SELECT consent.end_grants('{}', 'bank')`))).toBe(denied)
      // Reasons that are facts end nothing where they are not true.
      const revoker = database.connect('revoker')
      for (const because of ['expired', 'never-confirmed']) {
        expect(await revoker.rows(z.object({}), where.replace('customer-in-chat', because)), because).toEqual([])
      }
      expect(await countOf(admin, left)).toBe(1)
    })

    test('has one row and one job for each customer and bank, whichever way it came', async () => {
      const consent = database.connect('consent')
      const ways: readonly (readonly [string, (own: BareGrant) => Promise<unknown>])[] = [
        ['customer-in-chat', (own) => answer.run('SELECT consent.stop_answers($1)', [own.conversation])],
        ['bank', (own) => consent.run(`SELECT consent.revoke_terms($1, 'bank')`, [own.terms])],
        ['customer-on-page', (own) => consent.run(`SELECT consent.revoke_terms($1, 'customer-on-page')`, [own.terms])],
        [
          'narrowed',
          (own) =>
            consent.run(
              `SELECT consent.end_where('narrowed', $1, NULL, NULL, NULL, NULL, ARRAY[$2]::uuid[], NULL, 10)`,
              [own.customer, own.id],
            ),
        ],
      ]
      for (const [because, end] of ways) {
        const own = await addBareGrant(admin, banks.north)
        await end(own)
        await end(own)
        const row = `consent.ending n JOIN consent.grant_ g ON g.ending = n.id WHERE g.id = '${own.id}'
          AND n.because = '${because}' AND g.revoked_because = n.because AND n.done_at IS NULL`
        expect(await countOf(admin, row), because).toBe(1)
        const job = `platform.job WHERE kind = 'revocation.follow' AND key = 'revoke:${own.customer}:${own.institution}'`
        expect(await countOf(admin, job), because).toBe(1)
      }
    })

    test('cannot be taken back, rewritten or forgotten by any login or owner', async () => {
      const own = await addBareGrant(admin, banks.north)
      await answer.run('SELECT consent.stop_answers($1)', [own.conversation])
      for (const owner of ['consent_writer', 'access_gate', 'vault_owner', 'app_owner']) {
        for (const text of [`UPDATE consent.ending SET because = 'expired'`, 'DELETE FROM consent.ending']) {
          const tried = admin.transaction(async (tx) => {
            await tx.run(`SET LOCAL ROLE ${role(owner)}`)
            await tx.run(text)
          })
          expect(await refusalOf(tried), `${owner}: ${text}`).toBe(denied)
        }
      }
      const revoker = database.connect('revoker')
      for (const column of ['because', 'at', 'customer', 'grants']) {
        const text = `UPDATE consent.ending SET ${column} = ${column}`
        expect(await refusalOf(revoker.run(text)), column).toBe(denied)
      }
      // A row that is done takes no more notes.
      await revoker.run(`UPDATE consent.ending SET done_at = clock_timestamp() WHERE customer = $1`, [own.customer])
      expect(await revoker.run(`UPDATE consent.ending SET done_at = NULL WHERE customer = $1`, [own.customer])).toBe(0)
    })
  })

  describe('a role that may read more', () => {
    test('as a member of pg_read_all_data sees no row, and cannot switch row security off', async () => {
      // Not named like a role of ours: the catalogue's check, which may run now, would rightly complain.
      const reader = `reader_of_${database.prefix}rows`
      await admin.run(`CREATE ROLE ${reader} NOLOGIN`)
      await admin.run(`GRANT pg_read_all_data TO ${reader}`)
      await admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${reader}`)
        expect(await countOf(tx, 'vault.bank_token')).toBe(0)
        expect(await countOf(tx, 'vault.sealed_answer')).toBe(0)
        expect(await countOf(tx, 'audit.entry')).toBe(0)
      })
      const bypass = admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${reader}`)
        await tx.run('SET LOCAL row_security = off')
        await tx.run('SELECT * FROM vault.bank_token')
      })
      expect(await refusalOf(bypass)).toBe(denied)
      await admin.run(`DROP OWNED BY ${reader}`)
      await admin.run(`DROP ROLE ${reader}`)
    })

    test('as an owner sees no token without a ticket', async () => {
      const countAs = (owner: string) =>
        admin.transaction(async (tx) => {
          await tx.run(`SET LOCAL ROLE ${role(owner)}`)
          return await countOf(tx, 'vault.bank_token')
        })
      expect(await countAs('vault_owner')).toBe(0)
      expect(await countAs('access_gate')).toBe(0)
      for (const owner of ['audit_owner', 'app_owner', 'consent_writer', 'platform_owner']) {
        expect(await refusalOf(countAs(owner)), owner).toBe(denied)
      }
      expect(await countOf(admin, 'vault.bank_token')).toBeGreaterThan(0)
    })

    test('rewrites no entry: not the owner of the log, not the gate', async () => {
      for (const owner of ['audit_owner', 'access_gate', 'vault_owner']) {
        for (const text of ['UPDATE audit.entry SET at = at', 'DELETE FROM audit.entry', 'TRUNCATE audit.entry']) {
          const tried = admin.transaction(async (tx) => {
            await tx.run(`SET LOCAL ROLE ${role(owner)}`)
            await tx.run(text)
          })
          expect(await refusalOf(tried), `${owner}: ${text}`).toBe(denied)
        }
      }
    })

    test('alters no signed terms and deletes no grant: the writer of consent itself sees no row to change', async () => {
      await admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${role('consent_writer')}`)
        expect(await tx.run(`UPDATE consent.terms SET document = '[]'`)).toBe(0)
        expect(await tx.run('DELETE FROM consent.terms')).toBe(0)
      })
      const deleting = admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${role('consent_writer')}`)
        await tx.run('DELETE FROM consent.grant_')
      })
      expect(await refusalOf(deleting)).toBe(denied)
    })

    test('as superuser sees ciphertext, and a grant it forges is refused by the keystore', async () => {
      const world = await createTrustWorld(database)
      const customer = await enrolCustomer(world.keys.consent)
      const terms = sharingTerms(customer.id)
      const signed = signTerms(createSoftPasskey(testSite), terms)
      await admin.run('SELECT consent.record_terms($1, $2, $3, $4, $5, false)', [
        signed.document, customer.passkey.credentialId, signed.authenticatorData, signed.clientData, signed.signature,
      ]) // prettier-ignore
      const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
      expect(await openPermit(deps, { ...terms, dataClass: 'balance' })).toEqual({
        ok: false,
        code: 'consent/unsigned',
      })
      const honest = sharingTerms(customer.id)
      const own = signTerms(customer.passkey, honest)
      await admin.run('SELECT consent.record_terms($1, $2, $3, $4, $5, false)', [
        own.document, own.credentialId, own.authenticatorData, own.clientData, own.signature,
      ]) // prettier-ignore
      expect((await openPermit(deps, { ...honest, dataClass: 'balance' })).ok).toBe(true)
      await world.end()
    })
  })

  describe('what cannot be written down', () => {
    test('advertising: not as a purpose, not in a grant, not in signed terms', async () => {
      expect(await refusalOf(admin.run(`INSERT INTO consent.purpose VALUES ('advertising')`))).toBe('23514')
      expect(await refusalOf(addBareGrant(admin, banks.north, { purpose: `'advertising'` }))).toBe('23503')
      const terms = sharingTerms(grant.customer)
      const document = JSON.stringify({ ...terms, purposes: { advertising: ['balance'] } })
      const consent = database.connect('consent')
      const recorded = consent.run('SELECT consent.record_terms($1, $2, $2, $2, $2, false)', [
        document,
        Buffer.from('x'),
      ])
      expect(await refusalOf(recorded)).toBe('23503')
    })

    test('a grant of more than a year, or one that ends before it starts', async () => {
      const expires = (text: string) =>
        refusalOf(addBareGrant(admin, banks.north, { expires_at: `clock_timestamp() + interval '${text}'` }))
      expect(await expires('366 days')).toBe('23514')
      expect(await expires('-1 second')).toBe('23514')
      expect(await expires('364 days')).toBe('done')
    })

    test('fuller disclosure by a word in a chat', async () => {
      expect(await refusalOf(answer.run(`SELECT consent.lower_disclosure($1, 'full')`, [grant.conversation]))).toBe(
        denied,
      )
    })
  })

  test('what a session sets about durability does not reach the entry', async () => {
    const careless = database.connect('answer', { poolMax: 1 })
    await careless.run('SET synchronous_commit = off')
    const setting = z.object({ synchronous_commit: z.string() })
    await careless.transaction(async (tx) => {
      expect(await tx.one(setting, 'SHOW synchronous_commit')).toEqual({ synchronous_commit: 'off' })
      await mustOpen(tx, grant)
      expect(await tx.one(setting, 'SHOW synchronous_commit')).toEqual({ synchronous_commit: 'on' })
    })
    const ticket = await mustOpen(careless, grant)
    await careless.transaction(async (tx) => {
      await tx.run(`SELECT gate.disclose($1, 'sealed', 'messenger', $2, $2)`, [ticket, randomBytes(32)])
      expect(await tx.one(setting, 'SHOW synchronous_commit')).toEqual({ synchronous_commit: 'on' })
    })
  })

  test("threat 15: an institution's login sees its own rows, whatever it sets", async () => {
    const other = await addBareGrant(admin, banks.south)
    await mustOpen(answer, other)
    const logins = { north: role('probe_north'), south: role('probe_south') }
    const password = randomBytes(12).toString('hex')
    for (const side of ['north', 'south'] as const) {
      await admin.run(`CREATE ROLE ${logins[side]} LOGIN PASSWORD '${password}' IN ROLE ${role('institution')}`)
      await admin.run('INSERT INTO institutions.member_login VALUES ($1, $2)', [logins[side], banks[side]])
    }
    const quiet = {
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    }
    const pools = {
      north: openPool({ connection: asLogin(database.adminConnection, logins.north, new Secret(password)), ...quiet }),
      south: openPool({ connection: asLogin(database.adminConnection, logins.south, new Secret(password)), ...quiet }),
    }
    const visible = z.object({ institutions: z.array(z.string()).nullable() })
    const seenBy = (pool: Database, ...before: readonly string[]) =>
      pool.transaction(async (tx) => {
        for (const text of before) await tx.run(text)
        const seen: string[] = []
        for (const from of ['consent.grant_', 'consent.terms', 'audit.entry', 'institutions.institution']) {
          const column = from === 'institutions.institution' ? 'id' : 'institution'
          const row = await tx.one(visible, `SELECT array_agg(DISTINCT ${column}) AS institutions FROM ${from}`)
          seen.push(...(row.institutions ?? []))
        }
        return [...new Set(seen)]
      })
    expect(await seenBy(pools.north)).toEqual([banks.north])
    expect(await seenBy(pools.south)).toEqual([banks.south])
    expect(
      await seenBy(
        pools.south,
        `SELECT set_config('app.institution', 'north-bank', true)`,
        `SELECT set_config('role', 'none', true)`,
      ),
    ).toEqual([banks.south])
    for (const text of [
      'SELECT salt_sealed FROM audit.entry',
      'SELECT document FROM consent.terms',
      'SELECT * FROM institutions.member_login',
      `UPDATE institutions.member_login SET institution = 'north-bank'`,
      'SELECT * FROM vault.bank_token',
      'SELECT * FROM customers.customer',
      `SET SESSION AUTHORIZATION ${logins.north}`,
      `SET ROLE ${role('app_owner')}`,
    ]) {
      expect(await refusalOf(seenBy(pools.south, text)), text).toBe(denied)
    }
    await Promise.all(Object.values(pools).map((pool) => pool.close()))
    for (const login of Object.values(logins)) await admin.run(`DROP ROLE ${login}`)
  })

  test('threat 10: of many random requests, those open that the grants cover, and no others', async () => {
    const spare = await addBareGrant(admin, banks.south)
    const conversations = Array.from({ length: 4 }, () => randomUUID() as BareGrant['conversation'])
    const customers = Array.from({ length: 4 }, () => randomUUID() as CustomerId)
    const classes: readonly DataClass[] = dataClasses.slice(0, 3)
    const keyOf = (parts: readonly string[]): string => parts.join('|')
    const live = new Set<string>()
    for (const customer of customers) {
      for (const institution of Object.values(banks)) {
        for (const conversation of conversations) {
          for (const dataClass of classes) {
            const pick = randomBytes(1)[0] ?? 0
            if (pick < 128) continue
            const purpose = purposes[pick % 2] ?? 'answer-customer'
            const state = ['live', 'live', 'revoked', 'expired', 'unconfirmed'][pick % 5] ?? 'live'
            await addBareGrant(admin, institution, {
              customer: `'${customer}'`,
              conversation: `'${conversation}'`,
              data_class: `'${dataClass}'`,
              purpose: `'${purpose}'`,
              ...(state === 'revoked' ? { revoked_at: 'clock_timestamp()' } : {}),
              ...(state === 'unconfirmed' ? { unconfirmed: 'true' } : {}),
              ...(state === 'expired'
                ? {
                    starts_at: `clock_timestamp() - interval '2 days'`,
                    expires_at: `clock_timestamp() - interval '1 day'`,
                  }
                : {}),
            })
            if (state === 'live') live.add(keyOf([customer, institution, conversation, dataClass, purpose]))
          }
        }
      }
    }
    const logins = [
      [answer, 'answer-customer'],
      [database.connect('notify'), 'notify-customer'],
    ] as const
    const wrong: string[] = []
    let opened = 0
    for (let request = 0; request < options.requests; request += 1) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0] = randomBytes(5)
      const customer = customers[a % 4] ?? spare.customer
      const institution = Object.values(banks)[b % 2] ?? banks.north
      const conversation = conversations[c % 4] ?? spare.conversation
      const dataClass = classes[d % 3] ?? 'balance'
      const [login, purpose] = logins[e % 2 === 0 ? 0 : 1]
      const ticket = await openTicket(login, { ...spare, customer, institution, conversation }, dataClass)
      const key = keyOf([customer, institution, conversation, dataClass, purpose])
      if ((ticket !== undefined) !== live.has(key)) wrong.push(key)
      if (ticket !== undefined) opened += 1
    }
    expect(wrong).toEqual([])
    expect(opened).toBeGreaterThan(0)
  })
}
