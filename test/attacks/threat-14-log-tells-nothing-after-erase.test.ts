// Threat row 14: after an erasure the log proves and tells nothing. Two erased customers, each with many looks: from the public
// leaves, and with everything else that is left, telling them apart is chance.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { commitmentOf, salts } from '../../src/audit/index.ts'
import { findRowProblems } from '../../src/audit/verify-rows.ts'
import { allLeaves, createLogWorld } from '../../src/audit/test-support/log-world.ts'
import type { LogWorld } from '../../src/audit/test-support/log-world.ts'
import { verifyLog } from '../../src/audit/test-support/verify.ts'
import { openPermit } from '../../src/consent/index.ts'
import type { Secret } from '../../src/kernel/index.ts'
import { bigintColumn, bytesColumn, systemRandom } from '../../src/platform/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { createErasureWorld } from '../setup/erasure-world.ts'
import type { ErasureWorld, LinkedCustomer } from '../setup/erasure-world.ts'
import { testPromises } from '../setup/test-promises.ts'
import { createTrustWorld } from '../setup/trust-world.ts'
import type { TrustWorld } from '../setup/trust-world.ts'

let database: TestDatabase
let world: TrustWorld
let erasing: ErasureWorld
let log: LogWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  erasing = createErasureWorld(database, world)
  log = await createLogWorld(database)
})
afterAll(async () => {
  await log.end()
  await world.end()
  await database.drop()
})

const looksEach = 120

async function look(customer: LinkedCustomer, times: number): Promise<void> {
  const answer = database.connect('answer', { poolMax: 1 })
  const deps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }
  for (let count = 0; count < times; count += 1) {
    const opened = await openPermit(deps, { ...customer.terms, dataClass: 'balance' })
    if (!opened.ok) throw new Error(opened.code)
  }
}

const entryShape = z.object({ seq: bigintColumn, fields: z.string(), salt: bytesColumn, commitment: bytesColumn })

/** What stays in the table: the fields in the open, the salt sealed. */
function entriesOf(customer: LinkedCustomer) {
  return database.admin.rows(
    entryShape,
    `SELECT e.seq, audit.fields(e) AS fields, e.salt_sealed AS salt, e.commitment FROM audit.entry e
     WHERE e.customer = $1 ORDER BY e.seq`,
    [customer.id],
  )
}

/** How many of a customer's leaves somebody with this key can prove to be theirs. */
function proven(
  entries: Awaited<ReturnType<typeof entriesOf>>,
  key: Secret<Uint8Array>,
  customer: LinkedCustomer,
): number {
  return entries.filter(({ fields, salt, commitment }) => {
    const opened = salts.open(key, salt, salts.context(customer.id))
    return Buffer.from(commitmentOf(opened.reveal(), fields)).equals(commitment)
  }).length
}

/**
 * Somebody who was told of half of the leaves whose they are and says it of the other half: by the nearest centre over all bits.
 * Gives the share that was right.
 */
function tellApart(ours: readonly Buffer[], theirs: readonly Buffer[]): number {
  const half = (all: readonly Buffer[], odd: boolean) => all.filter((_, index) => (index % 2 === 1) === odd)
  const centres = [half(ours, true), half(theirs, true)].map(centreOf)
  const sidedWith = (leaf: Buffer): number => {
    const [here = 0, there = 0] = centres.map((centre) => distance(bitsOf(leaf), centre))
    return here <= there ? 0 : 1
  }
  const right =
    half(ours, false).filter((leaf) => sidedWith(leaf) === 0).length +
    half(theirs, false).filter((leaf) => sidedWith(leaf) === 1).length
  return right / (half(ours, false).length + half(theirs, false).length)
}

function bitsOf(bytes: Buffer): readonly number[] {
  return [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1))
}

function centreOf(leaves: readonly Buffer[]): readonly number[] {
  const all = leaves.map(bitsOf)
  return (all[0] ?? []).map((_, bit) => all.reduce((sum, bits) => sum + (bits[bit] ?? 0), 0) / all.length)
}

function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + (value - (other[index] ?? 0)) ** 2, 0)
}

test('after both are erased nobody proves a leaf to be either’s, and guessing is chance; the log still verifies', async () => {
  const customers = [await erasing.addCustomer(), await erasing.addCustomer()] as const
  for (const customer of customers) await look(customer, looksEach)
  const [ours, theirs] = [await entriesOf(customers[0]), await entriesOf(customers[1])]
  await log.mergeUntil(theirs.at(-1)?.seq ?? 0n)
  for (let beat = 0; beat < 8; beat += 1) await log.writer().publish()

  // Control: while the keys live, their owner proves every single leaf.
  const keys = [
    await world.keys.answer.auditKey(customers[0].id),
    await world.keys.answer.auditKey(customers[1].id),
  ] as const
  expect(proven(ours, keys[0], customers[0])).toBe(ours.length)
  expect(proven(theirs, keys[1], customers[1])).toBe(theirs.length)

  for (const customer of customers) await erasing.follow(await erasing.begin(customer))

  // The keys are gone, so nothing that is left opens a salt.
  for (const customer of customers) {
    await expect(world.keys.centre.auditKey(customer.id)).rejects.toMatchObject({ code: 'keystore/no-such-customer' })
  }
  const foreign = await erasing.addCustomer()
  const foreignKey = await world.keys.centre.auditKey(foreign.id)
  expect(() => proven(ours, foreignKey, customers[0])).toThrow()
  // Knowing every field does not help without the salt: no guess at it gives a leaf.
  const published = new Set((await allLeaves(log.database)).map(({ commitment }) => commitment.toString('hex')))
  const guesses = [Buffer.alloc(32), Buffer.alloc(32, 0xff), ...ours.map(({ salt }) => salt.subarray(0, 32))]
  for (const { fields } of [...ours, ...theirs]) {
    for (const guess of guesses) {
      expect(published.has(Buffer.from(commitmentOf(guess, fields)).toString('hex'))).toBe(false)
    }
  }
  // With half of the answers given, the other half is guessed no better than by a coin (six standard deviations).
  const leaves = (entries: typeof ours): readonly Buffer[] => entries.map(({ commitment }) => commitment)
  const share = tellApart(leaves(ours), leaves(theirs))
  expect(Math.abs(share - 0.5)).toBeLessThan(6 * Math.sqrt(0.25 / looksEach))
  // The same judge tells leaves apart that say anything at all: sixty-four of 256 bits are so far that no chance hides them.
  const marked = leaves(theirs).map((leaf) => Buffer.concat([Buffer.alloc(8, 0xff), leaf.subarray(8)]))
  expect(tellApart(leaves(ours), marked)).toBeGreaterThan(0.95)

  expect(await verifyLog(log.source)).toMatchObject({ ok: true })
  expect(await findRowProblems(log.database)).toEqual([])
})
