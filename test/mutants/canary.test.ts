// The search itself must find what it is for, in every form; otherwise its silence elsewhere means nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { formatMoney } from '../../src/kernel/index.ts'
import { cloneDatabase } from '../setup/database.ts'
import { moneyNeedles, searchBytes, searchFolder, searchTables, textNeedles } from '../setup/canary.ts'

const money = { minor: 7391628457n, currency: 'USD' }
const needles = moneyNeedles(money)

function hidden(secret: Buffer | string): Buffer {
  return Buffer.concat([randomBytes(5_001), Buffer.from(secret), randomBytes(4_000)])
}

function bigint(little: boolean): Buffer {
  const bytes = Buffer.alloc(8)
  if (little) bytes.writeBigInt64LE(money.minor)
  else bytes.writeBigInt64BE(money.minor)
  return bytes
}

test.each<[string, Buffer | string]>([
  ['minor units', '7391628457'],
  ['major units', '{"amount":73916284.57}'],
  ...['en', 'es', 'fr', 'de', 'pt'].map((language): [string, string] => [
    `as ${language} writes it`,
    formatMoney(money, language),
  ]),
  ['with plain spaces', '73 916 284,57'],
  ['a big-endian bigint', bigint(false)],
  ['a little-endian bigint', bigint(true)],
  ['UTF-16', Buffer.from('$73,916,284.57', 'utf16le')],
  ['base64 at the first place', Buffer.from('73916284.57').toString('base64')],
  ['base64 at the second place', Buffer.from('x73916284.57y').toString('base64')],
  ['base64 at the third place', Buffer.from('xx73,916,284.57yy').toString('base64url')],
  ['hex', Buffer.from('balance 73916284.57').toString('hex')],
  ['a JSON escape', JSON.stringify(formatMoney(money, 'fr')).replaceAll('\u202f', '\\u202f')],
  ['a zlib stream', deflateSync(Buffer.from(`${'page '.repeat(300)}73916284.57${' end'.repeat(300)}`))],
  ['a gzip stream', gzipSync(JSON.stringify({ minor: '7391628457', filler: 'x'.repeat(2_000) }))],
])('the search finds %s in a heap of noise', (_form, secret) => {
  expect(searchBytes('noise', hidden(secret), needles).length).toBeGreaterThan(0)
})

test('the search finds nothing in noise, nor another amount', () => {
  const noise = Buffer.concat([randomBytes(8 * 1024 * 1024), Buffer.from('73916284.58 73,916,285.57')])
  expect(searchBytes('noise', noise, needles)).toEqual([])
})

test('the search finds a secret on the border of two pieces of a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-canary-'))
  await writeFile(join(folder, 'big'), Buffer.concat([Buffer.alloc(16 * 1024 * 1024 - 5), Buffer.from('73916284.57')]))
  expect((await searchFolder(folder, needles)).map((finding) => finding.where)).toContain('big')
  await rm(folder, { recursive: true })
})

test('the search of tables sees through compression and bytea', async () => {
  const database = await cloneDatabase()
  await database.admin.run('CREATE TABLE public.leak (note text, raw bytea, amount numeric)')
  await database.admin.run(`INSERT INTO public.leak VALUES (repeat('word ', 5000) || 'grüße', '\\x00ff', 73916284.57)`)
  await database.admin.run(`INSERT INTO public.leak (raw) VALUES (int8send(7391628457))`)
  expect((await searchTables(database.admin, textNeedles('grüße')))[0]?.where).toContain('leak')
  expect((await searchTables(database.admin, needles)).length).toBeGreaterThanOrEqual(2)
  await database.drop()
})
