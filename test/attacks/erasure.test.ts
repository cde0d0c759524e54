// P6: rows go only where the keystore said that the keys are gone, and what the law keeps opens to nobody over the wire.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { keystoreTools } from '../../src/keystore/index.ts'
import { Secret, toInstant } from '../../src/kernel/index.ts'
import { systemClock, systemRandom } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import type { ErasureWorld } from '../setup/erasure-world.ts'
import { testLogins } from '../setup/server.ts'
import { createTrustWorld, newId } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'
import { countOf, refusalOf } from './gate-scene.ts'

const denied = '42501'
let database: TestDatabase
let world: TrustWorld
let erasing: ErasureWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  erasing = createErasureWorld(database, world)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

describe('what was signed and granted', () => {
  test('is deleted by no login, erasure begun or not', async () => {
    const customer = await erasing.addCustomer()
    await erasing.begin(customer)
    for (const login of testLogins) {
      const tx = database.connect(login, { poolMax: 1 })
      for (const table of [
        'consent.terms',
        'consent.grant_',
        'consent.ending',
        'erasure.erasure',
        'erasure.held_record',
      ]) {
        expect(await refusalOf(tx.run(`DELETE FROM ${table}`)), `${login} ${table}`).toBe(denied)
        expect(await refusalOf(tx.run(`TRUNCATE ${table}`)), `${login} ${table}`).toBe(denied)
      }
    }
    expect(await countOf(database.admin, `consent.terms WHERE customer = '${customer.id}'`)).toBe(1)
  })

  test('is out of reach even for the functions’ owner before the keystore has spoken', async () => {
    const customer = await erasing.addCustomer()
    const erasure = await erasing.begin(customer)
    const asOwner = (text: string) =>
      database.admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${database.prefix}erasure_owner`)
        return await tx.run(text)
      })
    const deletes = ['consent.grant_', 'vault.bank_token', 'vault.sealed_answer', 'consent.ending', 'consent.terms']
    for (const table of deletes) {
      expect(await asOwner(`DELETE FROM ${table} WHERE customer = '${customer.id}'`), table).toBe(0)
    }
    for (const owner of ['consent_writer', 'app_owner', 'vault_owner', 'access_gate', 'platform_owner']) {
      const refused = database.admin.transaction(async (tx) => {
        await tx.run(`SET LOCAL ROLE ${database.prefix}${owner}`)
        return await tx.run(`DELETE FROM consent.terms WHERE customer = '${customer.id}'`)
      })
      expect(['done', denied], owner).toContain(await refusalOf(refused))
    }
    expect(await countOf(database.admin, `consent.terms WHERE customer = '${customer.id}'`)).toBe(1)
    await erasing.follow(erasure)
    expect(await countOf(database.admin, `consent.terms WHERE customer = '${customer.id}'`)).toBe(0)
  })
})

describe('the login that follows erasures', () => {
  test('removes nothing before the keystore reported, and reports nothing itself', async () => {
    const customer = await erasing.addCustomer()
    const erasure = await erasing.begin(customer)
    const eraser = database.connect('eraser')
    expect(await refusalOf(eraser.run('SELECT erasure.remove($1)', [erasure]))).toBe('PE001')
    expect(await refusalOf(eraser.run('SELECT erasure.finish($1, $1)', [erasure]))).toBe('PE001')
    for (const login of testLogins.filter((name) => name !== 'keystore')) {
      const tx = database.connect(login, { poolMax: 1 })
      const report = tx.run(`SELECT erasure.report_destroyed($1, '{}', clock_timestamp())`, [erasure])
      expect(await refusalOf(report), login).toBe(denied)
    }
    expect(await countOf(database.admin, `customers.customer WHERE id = '${customer.id}'`)).toBe(1)
  })

  test('removes nothing while something the law keeps is not held', async () => {
    const customer = await erasing.addCustomer()
    const erasure = await erasing.begin(customer)
    expect((await world.keys.erase.carryOutErasure(erasure)).ok).toBe(true)
    const eraser = database.connect('eraser')
    expect(await refusalOf(eraser.run('SELECT erasure.remove($1)', [erasure]))).toBe('PE002')
    await erasing.follow(erasure)
    expect((await erasing.status(erasure))?.state).toBe('done')
  })

  test('sees the terms of nobody whose erasure has not begun', async () => {
    const customer = await erasing.addCustomer()
    const eraser = database.connect('eraser')
    expect(await refusalOf(eraser.run('SELECT * FROM consent.terms'))).toBe(denied)
    const held = await eraser.rows(z.object({ record: z.uuid() }), 'SELECT record FROM erasure.to_hold($1)', [
      customer.id,
    ])
    expect(held).toEqual([])
  })

  test('goes back to the keystore for a conversation that came in between', async () => {
    const customer = await erasing.addCustomer()
    const late = await erasing.addStranger()
    const erasure = await erasing.begin(customer)
    await world.keys.erase.carryOutErasure(erasure)
    await database.admin.run('UPDATE channels.conversation SET customer = $2 WHERE id = $1', [late, customer.id])
    await erasing.follow(erasure)
    expect((await erasing.status(erasure))?.state).toBe('done')
    await expect(world.keys.service.conversationKey(late)).rejects.toMatchObject({ code: 'keystore/erased' })
  })
})

describe('the keystore', () => {
  test('destroys for a row in the database only with the passkey’s own word, and for no other caller', async () => {
    const customer = await erasing.addCustomer()
    const eraser = await erasing.begin(customer)
    for (const caller of ['answer', 'channel', 'consent', 'notify', 'revoke'] as const) {
      await expect(world.keys[caller].carryOutErasure(eraser), caller).rejects.toMatchObject({
        code: 'keystore/caller-not-allowed',
      })
    }
    // A database administrator who invents a wish destroys nothing.
    const victim = await erasing.addCustomer()
    const invented = newId<typeof eraser>()
    await database.admin.run(`INSERT INTO erasure.erasure (id, customer, conversations, approval)
      SELECT '${invented}', '${victim.id}', '{}', e.approval FROM erasure.erasure e WHERE e.id = '${eraser}'`)
    expect(await world.keys.erase.carryOutErasure(invented)).toEqual({ ok: false, code: 'keystore/passkey-refused' })
    expect(await world.keys.erase.carryOutErasure(newId<typeof eraser>())).toEqual({
      ok: false,
      code: 'keystore/not-live',
    })
    expect((await world.keys.service.auditKey(victim.id)).reveal().length).toBe(32)
    await erasing.follow(eraser)
  })

  test('seals what is held for one caller, and gives the key of it to none', async () => {
    const held = {
      record: newId<string>(),
      until: toInstant(Date.now() + 1_000_000),
      plain: new Secret(Buffer.from('x')),
    }
    await expect(world.keys.answer.sealHeld(held)).rejects.toMatchObject({ code: 'keystore/caller-not-allowed' })
    expect((await world.keys.erase.sealHeld(held)).length).toBeGreaterThan(28)
    const past = { ...held, until: toInstant(1) }
    await expect(world.keys.erase.sealHeld(past)).rejects.toMatchObject({ code: 'keystore/request-malformed' })
  })
})

describe('a held record', () => {
  test('opens on the keystore’s own host with a reason, which is written down first, in two places', async () => {
    const customer = await erasing.addCustomer()
    const erasure = await erasing.begin(customer)
    await erasing.follow(erasure)
    const record = customer.terms.id
    const deps = { database: database.connect('keystore'), clock: systemClock, random: systemRandom }
    const folder = world.folder
    const reason = 'CFPB examination 2026-118, letter of 3 November'
    expect((await keystoreTools.openHold(deps, { folder, record, reason: 'why not' })).ok).toBe(false)
    const opened = await keystoreTools.openHold(deps, { folder, record, reason })
    if (!opened.ok) throw new Error(opened.code)
    expect(JSON.parse(opened.value.plain.reveal())).toMatchObject({
      terms: record,
      customer: customer.id,
      grants: [{ because: 'erased' }, { because: 'erased' }],
    })
    expect(await readFile(join(folder, 'hold-opened.log'), 'utf8')).toContain(reason)
    expect(await countOf(database.admin, `erasure.hold_opening WHERE reason = '${reason}'`)).toBe(1)
    // A reason that was not committed opens nothing: the database gives the sealed bytes only after it.
    await database.admin.run('DELETE FROM erasure.hold_opening')
    const rows = await deps.database.rows(z.object({ item: z.string() }), 'SELECT item FROM erasure.held($1)', [record])
    expect(rows).toEqual([])
  })

  test('is worth nothing without the hold key, whatever else of the keystore is there', async () => {
    const customer = await erasing.addCustomer()
    const erasure = await erasing.begin(customer)
    await erasing.follow(erasure)
    await world.stop()
    const hold = join(world.folder, 'hold-1.key')
    const kept = await readFile(hold)
    await rm(hold)
    await expect(world.restart()).rejects.toMatchObject({ code: 'keystore/root-missing' })
    await writeFile(hold, kept, { mode: 0o600 })
    await world.restart()
  })

  test('is read by no login of the gateway', async () => {
    for (const login of testLogins.filter((name) => name !== 'keystore')) {
      const tx = database.connect(login, { poolMax: 1 })
      expect(await refusalOf(tx.run('SELECT sealed FROM erasure.held_record')), login).toBe(denied)
      expect(await refusalOf(tx.run('SELECT erasure.held($1)', [newId()])), login).toBe(denied)
    }
  })
})
