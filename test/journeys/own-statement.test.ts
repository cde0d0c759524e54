import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStatementsAsBalance } from '../setup/statement-journey.ts'

test('a statement file becomes the first person’s account, and its balance is what the sealed page shows', async () => {
  const page = await readStatementsAsBalance([join(import.meta.dirname, 'own-statement.ofx')])
  expect(page).toContain('$6,073.28')
  expect(page).toContain('$6,173.29')
})
