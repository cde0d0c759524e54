import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerId, CutoffId } from '../kernel/index.ts'
import { createLogger, createMetrics } from '../platform/index.ts'
import type { Job, JobOutcome } from '../platform/index.ts'
import { cutoffs } from '../consent/index.ts'
import { addBareGrant } from '../../test/attacks/gate-scene.ts'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { addStaff, cutOff, liftTogether } from '../../test/setup/staff-people.ts'
import { beginStaffSession } from '../../test/setup/staff-session.ts'
import type { StaffPerson } from '../../test/setup/staff-people.ts'
import { banks, createTrustWorld } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import { followCutoff } from './follow-cutoff.ts'

let database: TestDatabase
let world: TrustWorld
let people: readonly [StaffPerson, StaffPerson]
beforeAll(async () => {
  database = await cloneDatabase()
  world = await createTrustWorld(database)
  people = [await addStaff(database, 'olivia'), await addStaff(database, 'omar')]
})
afterAll(async () => {
  await world.end()
  await database.drop()
})

type Told = { readonly customer: CustomerId; readonly news: 'stopped' | 'back' }

/** The job as the runner runs it, as often as it asks to come again; who was told is written down. */
function follower(): { readonly told: Told[]; run(id: CutoffId): Promise<JobOutcome> } {
  const told: Told[] = []
  const handlers = followCutoff({
    database: database.connect('consent', { poolMax: 2 }),
    tell: async (_tx, customer, { news }) => void told.push({ customer, news }),
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  })
  const run = async (id: CutoffId): Promise<JobOutcome> => {
    const job: Job = {
      id: 1n,
      kind: 'follow-cutoff',
      key: `cutoff:${id}`,
      payload: { cutoff: id },
      attempt: 1,
      createdAt: 0 as Job['createdAt'],
    }
    return await (handlers['follow-cutoff']?.(job) ?? Promise.reject(new Error('no handler')))
  }
  return { told, run }
}

test('a cut-off is followed in its own time: counted, told to whoever it reaches, and to the same when it is over', async () => {
  const reached = [await addBareGrant(database.admin, banks.north), await addBareGrant(database.admin, banks.north)]
  const ended = await addBareGrant(database.admin, banks.north, { revoked_at: 'clock_timestamp()' })
  await addBareGrant(database.admin, banks.south)
  const console = database.connect('console')
  const cutoff = await cutOff(console, people[0], { kind: 'institution', target: banks.north })
  const { told, run } = follower()
  // Not at once: looks that had begun are still ending.
  expect(await run(cutoff)).toHaveProperty('againAfterMs')
  expect(told).toEqual([])
  await database.admin.run(`UPDATE consent.cutoff SET cut_at = cut_at - interval '3 seconds' WHERE id = $1`, [cutoff])
  expect(await run(cutoff)).toEqual({ againAfterMs: 1_000 })
  expect(await run(cutoff)).toHaveProperty('finish')
  const both = reached.map(({ customer }) => customer).toSorted()
  expect(told.map(({ customer }) => customer).toSorted()).toEqual(both)
  expect(told.map(({ customer }) => customer)).not.toContain(ended.customer)
  const [shown] = await cutoffs.list(console, await beginStaffSession(console, people[0]))
  expect(shown?.reach).toMatchObject({ people: 2, told: 2, lastLookAt: undefined })
  await liftTogether(console, world.keys.console, people, cutoff)
  await run(cutoff)
  await run(cutoff)
  const back = told.filter(({ news }) => news === 'back').map(({ customer }) => customer)
  expect(back.toSorted()).toEqual(both)
  expect(await run(cutoff)).toHaveProperty('finish')
  expect(told).toHaveLength(4)
})

test('whoever was not told that it stopped is not told that it works again', async () => {
  await addBareGrant(database.admin, banks.south, { channel: `'web-chat'` })
  const console = database.connect('console')
  const cutoff = await cutOff(console, people[0], { kind: 'channel', target: 'web-chat' })
  await liftTogether(console, world.keys.console, people, cutoff)
  await database.admin.run(`UPDATE consent.cutoff SET cut_at = cut_at - interval '3 seconds' WHERE id = $1`, [cutoff])
  const { told, run } = follower()
  for (let times = 0; times < 3; times += 1) await run(cutoff)
  expect(told).toEqual([])
})
