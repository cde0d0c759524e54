import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OfxError } from './ofx-error.ts'
import { readOfxAccounts } from './read-ofx-accounts.ts'

const folder = join(process.env['PARLEY_FIXTURES'] ?? '', 'ofx')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[oq]fx$/i.test(name))

test('the outside statement files are there', () => {
  expect(files.length).toBeGreaterThanOrEqual(15)
})

test.each(files)('%s is read or refused with a reason', async (name) => {
  const outcome = await readOfxAccounts([join(folder, name)], 'person').catch((error: unknown) => error)
  if (outcome instanceof OfxError) return expect(outcome.message).toContain(outcome.reason)
  expect(outcome).toSatisfy((books: unknown) => Array.isArray(books) && books.length > 0)
})
