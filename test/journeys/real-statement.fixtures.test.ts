import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStatementsAsBalance } from '../setup/statement-journey.ts'

test('a real bank’s export, read as it is, shows that file’s balances on the sealed page', async () => {
  const folder = join(process.env['PARLEY_FIXTURES'] ?? '', 'ofx')
  const page = await readStatementsAsBalance([
    join(folder, 'ofxparse', 'tests_fixtures_checking.ofx'),
    join(folder, 'ofx-js', 'test_data_credit-card.qfx'),
  ])
  expect(page).toContain('$75.99')
  expect(page).toContain('$100.99')
  expect(page).toContain('904.53')
})
