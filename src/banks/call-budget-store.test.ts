import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { newId } from '../../test/setup/trust-world.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import { countCall } from './call-budget-store.ts'
import { listInstitutions, loadInstitution, saveInstitution } from './institutions-store.ts'
import type { Institution } from './institutions-store.ts'

const bank: Institution = {
  id: 'budget-bank' as InstitutionId,
  name: 'Budget Bank',
  issuer: 'https://bank.example',
  fdxUrl: 'https://api.bank.example/fdx/v6/',
  clientId: 'parley',
  callsPerDay: 5,
}
let database: TestDatabase

beforeAll(async () => {
  database = await cloneDatabase()
  await saveInstitution(database.admin, bank)
})
afterAll(async () => await database.drop())

test('forty calls at once take exactly the five that the budget has', async () => {
  const answer = database.connect('answer', { poolMax: 8 })
  const customer = newId<CustomerId>()
  const counted = await Promise.all(Array.from({ length: 40 }, () => countCall(answer, customer, bank)))
  expect(counted.filter(Boolean)).toHaveLength(5)
  expect(await countCall(answer, newId<CustomerId>(), bank)).toBe(true)
})

test('a bank without a budget is not counted', async () => {
  const answer = database.connect('answer')
  const customer = newId<CustomerId>()
  expect(await countCall(answer, customer, { ...bank, callsPerDay: 0 })).toBe(true)
  expect(await answer.run('SELECT FROM institutions.call_count WHERE customer = $1', [customer])).toBe(0)
})

test('a bank comes back as it was saved, without a slash at the end of its address', async () => {
  const answer = database.connect('answer')
  const saved = { ...bank, fdxUrl: 'https://api.bank.example/fdx/v6' }
  expect(await loadInstitution(answer, bank.id)).toEqual(saved)
  expect(await listInstitutions(answer)).toContainEqual(saved)
  expect(await loadInstitution(answer, 'no-such-bank' as InstitutionId)).toBeUndefined()
})

test('a purpose login cannot move a bank to another address', async () => {
  const answer = database.connect('answer')
  await expect(saveInstitution(answer, { ...bank, issuer: 'https://evil.example' })).rejects.toThrow()
  expect((await loadInstitution(answer, bank.id))?.issuer).toBe(bank.issuer)
})
