import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../test/setup/database.ts'
import type { TestDatabase } from '../test/setup/database.ts'
import { banks, createTrustWorld } from '../test/setup/trust-world.ts'
import type { TrustWorld } from '../test/setup/trust-world.ts'
import { compareBanks } from './fraud-compare-process.ts'

let database: TestDatabase
let world: TrustWorld
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

test('a trial is told in words and as JSON; a bank without one is told so, with an exit code of its own', async () => {
  await database.admin.run(
    `INSERT INTO alerts.model_trial (id, institution, champion, challenger) VALUES ('5f0c6b0e-7d44-4c0e-9d3a-0d8f6b1f7a01', $1, 'old', 'new')`,
    [banks.north],
  )
  await database.admin.run(
    `INSERT INTO alerts.model_count (trial, model, band, asked, uses, frauds, fraud_minor, genuine)
     SELECT '5f0c6b0e-7d44-4c0e-9d3a-0d8f6b1f7a01', * FROM (VALUES ('champion', 5, false, 90, 1, 700, 0), ('champion', 80, true, 10, 1, 300, 6),
       ('challenger', 5, false, 94, 0, 0, 0), ('challenger', 90, true, 6, 2, 1000, 3)) v`,
  )
  let said = ''
  const write = (text: string): void => void (said += text)
  const fraud = database.connect('fraud')
  const north = [{ institution: banks.north, scorers: [] }]
  expect(await compareBanks(fraud, north, { json: false, write })).toBe(0)
  expect(said).toMatch(/100 uses, 2 frauds known, worth 1000/)
  expect(said).toMatch(/average precision +0\.060 +0\.333/)
  expect(said).toMatch(/false questions +6 +3/)
  said = ''
  expect(await compareBanks(fraud, north, { json: true, write })).toBe(0)
  expect(JSON.parse(said)).toMatchObject({ champion: 'old', uses: 100, challenger_figures: { caught_minor: '1000', unanswered: 1 } }) // prettier-ignore
  said = ''
  expect(await compareBanks(fraud, [{ institution: banks.south, scorers: [] }], { json: false, write })).toBe(4)
  expect(said).toContain('nothing was compared yet')
})
