import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { parseCheckpoint, verifyConsistency } from '../kernel/index.ts'
import { bigintColumn } from '../platform/index.ts'
import { createLogProver } from './prove-entry.ts'
import { sha256 } from './sha256.ts'
import { createLogWorld, textOf } from './test-support/log-world.ts'
import type { LogWorld } from './test-support/log-world.ts'
import { verifyReceipt } from './test-support/verify.ts'

let clone: TestDatabase
let log: LogWorld
beforeAll(async () => {
  clone = await cloneDatabase()
  log = await createLogWorld(clone)
})
afterAll(async () => {
  await log.end()
  await clone.drop()
})

const ticketRow = z.object({ ticket: bigintColumn })
const fieldsRow = z.object({ fields: z.string() })

/** A look whose salt the test keeps, as only the customer's key would. */
async function lookWithSalt(salt: Uint8Array): Promise<bigint> {
  const { customer, institution, conversation, dataClass } = log.grant
  const open = 'SELECT ticket FROM gate.open($1, $2, $3, $4, $5, $6)'
  const values = [customer, institution, conversation, dataClass, salt, randomBytes(60)]
  return (await log.answer.one(ticketRow, open, values)).ticket
}

test('an entry’s receipt waits for the beat, and then proves what the entry said', async () => {
  const prover = createLogProver(log.database)
  const salt = randomBytes(32)
  const ticket = await lookWithSalt(salt)
  expect(await prover.proveEntry(ticket)).toBe('waiting')
  await log.mergeUntil(ticket)
  expect(await prover.proveEntry(ticket)).toBe('waiting')
  await log.writer().publish()
  for (let beat = 0; beat < 6; beat += 1) {
    const proof = await prover.proveEntry(ticket)
    const { fields } = await clone.admin.one(
      fieldsRow,
      'SELECT audit.fields(e) AS fields FROM audit.entry e WHERE e.seq = $1',
      [ticket],
    )
    if (proof === 'waiting') throw new Error('not proven')
    const receipt = { v: 1 as const, fields, salt: salt.toString('base64'), proof: proof.text }
    expect(verifyReceipt(receipt, log.key.noteKey)).toMatchObject({ ok: true, index: proof.index })
    const other = { ...receipt, fields: fields.replace('balance', 'card-bill') }
    expect(verifyReceipt(other, log.key.noteKey)).toMatchObject({ ok: false, problem: 'not-in-tree' })
    await log.writer().publish()
  }
})

test('what makes proofs quick is trusted by nobody: changed behind our back, a proof is made from the hashes and holds', async () => {
  const salt = randomBytes(32)
  const ticket = await lookWithSalt(salt)
  await log.mergeUntil(ticket)
  // Six beats of 64: the tile that the entry is in becomes full.
  for (let beat = 0; beat < 6; beat += 1) await log.writer().publish()
  const quick = await createLogProver(log.database).proveEntry(ticket)
  const { changed } = await clone.admin.one(
    z.object({ changed: z.string() }),
    `WITH spoilt AS (UPDATE log.tile SET nodes = decode(repeat('00', 512), 'hex') WHERE level = 0 RETURNING 1)
     SELECT count(*)::text AS changed FROM spoilt`,
  )
  expect(Number(changed)).toBeGreaterThan(0)
  const slow = await createLogProver(log.database).proveEntry(ticket)
  await clone.admin.run('UPDATE log.tile SET nodes = NULL')
  const old = await createLogProver(log.database).proveEntry(ticket)
  expect(quick).not.toBe('waiting')
  expect(slow).toEqual(quick)
  expect(old).toEqual(quick)
})

const noteRow = z.object({ note: z.string() })

test('each published tree is proven to continue the one before', async () => {
  const prover = createLogProver(log.database)
  const rows = await log.database.rows(noteRow, 'SELECT note FROM log.checkpoint ORDER BY size')
  const trees = rows.map(({ note }) => parseCheckpoint(textOf(note)))
  expect(trees.length).toBeGreaterThan(5)
  for (const [at, second] of trees.entries()) {
    const first = trees[at - 1]
    if (first === undefined || second === undefined) continue
    const proof = await prover.consistency(first.size, second.size)
    const claim = {
      firstSize: first.size,
      firstRoot: first.root,
      secondSize: second.size,
      secondRoot: second.root,
      proof,
    }
    expect(verifyConsistency(sha256, claim)).toBe(true)
  }
})
