import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createDeskWorld } from '../../test/setup/desk-world.ts'
import type { DeskWorld } from '../../test/setup/desk-world.ts'
import { createErasureWorld } from '../../test/setup/erasure-world.ts'
import type { ErasureWorld, LinkedCustomer } from '../../test/setup/erasure-world.ts'
import { banks, createTrustWorld } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { countOf } from '../../test/attacks/gate-scene.ts'
import type { PlacesHeard, PlacesReport, ReportPlaces } from '../answers/index.ts'
import { Secret } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { bytesColumn, systemRandom } from '../platform/index.ts'
import { agentsDesk, createPlaceReports } from './index.ts'
import type { OpenHandover } from './index.ts'

let database: TestDatabase
let world: TrustWorld
let people: ErasureWorld
let desk: DeskWorld
let reportPlaces: ReportPlaces
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  people = createErasureWorld(database, world)
  desk = createDeskWorld(database, world)
  reportPlaces = createPlaceReports({ keystore: world.keys.answer, random: systemRandom })
  await desk.addAgent('priya', { institutions: [banks.north] })
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

const report = async (
  { id, conversation }: LinkedCustomer,
  places: readonly string[],
  change: Partial<PlacesReport> = {},
): Promise<PlacesHeard> => {
  const tell = await reportPlaces({
    link: '9b2f7d0e-6a51-4b8e-9d43-6f8a1c2b3d4e',
    customer: id,
    conversation,
    language: 'en',
    institution: banks.north,
    places: new Secret(places),
    ...change,
  })
  return await desk.answer.transaction((tx) => tell(tx))
}
const take = async (): Promise<OpenHandover> => {
  const taken = await agentsDesk.take(desk.deps, { agent: 'priya', handover: undefined, name: 'Priya' })
  if (!taken.ok) throw new Error(taken.code)
  return taken.value
}
const placesOf = ({ conversation }: LinkedCustomer): string => `desk.handover WHERE conversation = '${conversation}'`

test('wrong places wait for a person of the bank that named them, sealed, and the chat hears nothing of it', async () => {
  const maya = await people.addCustomer()
  const { lookBy } = await report(maya, ['Lyon, France', 'Austin, TX, United States'])
  expect(lookBy).toBeDefined()
  const listed = await agentsDesk.list(desk.deps, 'priya')
  expect(listed.ok && listed.value).toMatchObject([{ because: 'wrong-place', institution: banks.north }])
  const { question_sealed: sealed } = await database.admin.one(
    z.object({ question_sealed: bytesColumn }),
    `SELECT question_sealed FROM ${placesOf(maya)}`,
  )
  expect(sealed.toString('latin1')).not.toMatch(/Lyon|Austin/)
  expect(await desk.told(maya.conversation)).toEqual([])
  // No job comes at its time either, which would tell the chat that nobody came.
  expect(await countOf(database.admin, `platform.job WHERE kind = 'desk.late'`)).toBe(0)
  const open = await take()
  expect(open.question.reveal()).toBe(
    'These places where my cards were used are wrong: “Lyon, France”, “Austin, TX, United States”.',
  )
  // Who takes it joins the conversation as always, and says nothing of the places there.
  const told = await desk.told(maya.conversation)
  expect(told).toHaveLength(1)
  expect(told[0]?.text).toMatch(/^Priya from north-bank has joined/)
  expect(told[0]?.text).not.toMatch(/Lyon|Austin|place/i)
})

test('the same report is heard once, however often it is sent; another one joins the place that waits', async () => {
  const maya = await people.addCustomer()
  for (const places of [['Lyon'], ['Lyon'], ['Lyon', 'Austin'], ['Austin', 'Lyon']]) await report(maya, places)
  expect(await countOf(database.admin, placesOf(maya))).toBe(1)
  expect(await countOf(database.admin, `desk.message WHERE conversation = '${maya.conversation}'`)).toBe(1)
  await take()
})

test('where nobody answers for the bank nothing is promised, and the place is kept', async () => {
  const maya = await people.addCustomer()
  const { lookBy } = await report(maya, ['Lyon'], { institution: 'south-bank' as InstitutionId })
  expect(lookBy).toBeUndefined()
  expect(await countOf(database.admin, placesOf(maya))).toBe(1)
})

test('nobody sends places into the conversation of somebody else', async () => {
  const [maya, noor] = [await people.addCustomer(), await people.addCustomer()]
  await expect(report(maya, ['Lyon'], { conversation: noor.conversation })).rejects.toThrow()
  expect(await countOf(database.admin, placesOf(noor))).toBe(0)
})

test('sixty places in the longest letters fit, in every language', async () => {
  const maya = await people.addCustomer()
  for (const language of ['en', 'es', 'fr', 'de', 'pt'] as const) {
    const places = Array.from({ length: 60 }, (_, index) => `${index}${'𝔄'.repeat(58)}`)
    await report(maya, places, { language })
  }
  expect((await take()).question.reveal()).toContain('59𝔄')
})

test('an erasure takes it along', async () => {
  const maya = await people.addCustomer()
  await report(maya, ['Lyon'])
  await report(maya, ['Austin'])
  await people.follow(await people.begin(maya))
  expect(await countOf(database.admin, placesOf(maya))).toBe(0)
  expect(await countOf(database.admin, `desk.message WHERE conversation = '${maya.conversation}'`)).toBe(0)
})
