// Threat row 20: what nobody wrote down, nobody erases. Every table and every kind of key record has its row.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { keyRecord } from '../../src/keystore/key-records.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(async () => {
  await database.drop()
})

const page = readFileSync(fileURLToPath(new URL('../../docs/retention.md', import.meta.url)), 'utf8')
const rows = [...page.matchAll(/^\| `([a-z_.]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
  name,
  cells: rest.split(' | ').map((cell) => cell.trim()),
}))

test('every table has one row in docs/retention.md, and no row is of a table that is gone', async () => {
  const tables = await database.admin.rows(
    z.object({ name: z.string() }),
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migrations')
     ORDER BY 1`,
  )
  const written = rows.map((row) => row.name).filter((name) => name.includes('.'))
  expect(written.toSorted()).toEqual(tables.map((table) => table.name))
})

test('every kind of record in the key files has one row', () => {
  const kinds = keyRecord.options.map((option) => option.shape.is.value)
  const written = rows.map((row) => row.name).filter((name) => !name.includes('.'))
  expect(written.toSorted()).toEqual(kinds.toSorted())
})

test('every row says what, whose, whether sealed and until when', () => {
  for (const { name, cells } of rows) {
    expect(cells.length, name).toBe(5)
    for (const cell of cells.slice(0, 4)) expect(cell, name).not.toBe('')
  }
})
