import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyEd25519 } from '../audit/ed25519.ts'
import { readLogKey } from '../audit/log-key.ts'
import { Secret, openReceipt } from '../kernel/index.ts'
import type { CustomerId } from '../kernel/index.ts'
import { systemRandom } from '../platform/index.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { refusalOf } from '../../test/attacks/gate-scene.ts'
import { newId } from '../../test/setup/trust-world.ts'
import { createReceipts } from './create-receipts.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(async () => {
  await database.drop()
})

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const key = readLogKey(new Secret(pem), 'log.test/parley/receipt')
const tree = { size: 128n, hash: new Uint8Array(32).fill(7) }
const receipts = createReceipts({ key, published: async () => tree, random: systemRandom })

test('a receipt can be checked by anybody with the key, and pins what the log showed', async () => {
  const consent = database.connect('consent')
  const customer = newId<CustomerId>()
  const id = await receipts.issue(consent, { customer, kind: 'unlink', facts: { institution: 'north-bank' } })
  const stored = await receipts.load(consent, { customer, id })
  const opened = openReceipt(stored?.note ?? '', key.noteKey, verifyEd25519)
  if (!opened.ok) throw new Error(opened.code)
  expect(opened.value).toMatchObject({
    id,
    kind: 'unlink',
    institution: 'north-bank',
    checkpoint: { size: 128, hash: Buffer.from(tree.hash).toString('base64') },
  })
  expect(openReceipt((stored?.note ?? '').replace('north', 'south'), key.noteKey, verifyEd25519).ok).toBe(false)
})

test('a receipt exists exactly when what it says was done: a rolled back one was never there', async () => {
  const consent = database.connect('consent')
  const customer = newId<CustomerId>()
  const undone = new Error('undone on purpose')
  const rolledBack = consent.transaction(async (tx) => {
    await receipts.issue(tx, { customer, kind: 'unlink', facts: {} })
    throw undone
  })
  await expect(rolledBack).rejects.toBe(undone)
  expect(await receipts.list(consent, customer)).toEqual([])
})

test('a customer gets only their own receipts, newest first; no login changes or deletes one', async () => {
  const consent = database.connect('consent')
  const [customer, other] = [newId<CustomerId>(), newId<CustomerId>()]
  const first = await receipts.issue(consent, { customer, kind: 'unlink', facts: {} })
  const second = await receipts.issue(consent, { customer, kind: 'revocation', facts: {} })
  expect((await receipts.list(consent, customer)).map(({ id }) => id)).toEqual([second, first])
  expect(await receipts.load(consent, { customer: other, id: first })).toBeUndefined()
  for (const login of ['consent', 'revoker', 'answer', 'channel', 'inspector'] as const) {
    const tx = database.connect(login)
    expect(await refusalOf(tx.run(`UPDATE receipts.receipt SET note = ''`)), login).toBe('42501')
    expect(await refusalOf(tx.run('DELETE FROM receipts.receipt')), login).toBe('42501')
  }
})

test('facts without a canonical form are refused, so nothing is signed that could be read in two ways', async () => {
  const issue = receipts.issue(database.connect('consent'), {
    customer: undefined,
    kind: 'unlink',
    facts: { amount: 0.5 },
  })
  await expect(issue).rejects.toBeInstanceOf(RangeError)
})
