import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cloneDatabase } from '../../test/setup/database.ts'
import type { TestDatabase } from '../../test/setup/database.ts'
import { createEndingWorld } from '../../test/setup/ending-world.ts'
import type { EndingWorld } from '../../test/setup/ending-world.ts'
import { createTrustWorld, newId } from '../../test/setup/trust-world.ts'
import type { TrustWorld } from '../../test/setup/trust-world.ts'
import type { ConversationId } from '../kernel/index.ts'
import { remindOfExpiry } from './expiry-reminders.ts'

let database: TestDatabase
let trust: TrustWorld
let world: EndingWorld

beforeAll(async () => {
  database = await cloneDatabase()
  trust = await createTrustWorld(database)
  world = createEndingWorld(database, trust)
})
beforeEach(async () => {
  await database.admin.run('TRUNCATE platform.job, consent.grant_ CASCADE')
  await database.admin.run(
    `UPDATE consent.reminder_mark SET upto = clock_timestamp() - interval '400 days', terms = '00000000-0000-0000-0000-000000000000'`,
  )
})
afterAll(async () => {
  await trust.end()
  await database.drop()
})

/** Sharing that was agreed to so many days ago and ends in so many. */
async function sharing(days: { readonly since: number; readonly left: number }): Promise<ConversationId> {
  const conversation = newId<ConversationId>()
  await world.link({ conversation })
  await database.admin.run(
    `UPDATE consent.grant_ SET starts_at = now() - make_interval(hours => $2),
       expires_at = now() + make_interval(hours => $3) WHERE conversation = $1`,
    [conversation, days.since * 24, days.left * 24],
  )
  return conversation
}

/** As if so many days went by for everything. */
async function pass(days: number): Promise<void> {
  await database.admin.run(
    `UPDATE consent.grant_ SET starts_at = starts_at - make_interval(days => $1), expires_at = expires_at - make_interval(days => $1)`,
    [days],
  )
  await database.admin.run('UPDATE consent.reminder_mark SET upto = upto - make_interval(days => $1)', [days])
}

const noticeRow = z.object({ kind: z.string() })
const told = async (): Promise<readonly string[]> =>
  (
    await database.admin.rows(
      noticeRow,
      `SELECT payload ->> 'kind' AS kind FROM platform.job WHERE kind = 'notices.tell' ORDER BY id`,
    )
  ).map(({ kind }) => kind)

test('sharing of ninety days is reminded of thirty days and three days before its end, once each', async () => {
  await sharing({ since: 50, left: 40 })
  await remindOfExpiry(world.revoker)
  expect(await told()).toEqual([])
  for (const step of [9, 2, 20, 6, 1, 1]) {
    await pass(step)
    await remindOfExpiry(world.revoker)
    await remindOfExpiry(world.revoker)
  }
  expect(await told()).toEqual(['sharingEndsInMonth', 'sharingEndsInDays'])
})

test('sharing that was chosen for a short time is not reminded of what was chosen yesterday', async () => {
  await sharing({ since: 1, left: 29 })
  await sharing({ since: 2, left: 2 })
  await remindOfExpiry(world.revoker)
  expect(await told()).toEqual([])
  await pass(27)
  await remindOfExpiry(world.revoker)
  expect(await told()).toEqual(['sharingEndsInDays'])
})

test('what was stopped or is over is not reminded of, and many at once come round after round, each once', async () => {
  const stopped = await sharing({ since: 60, left: 20 })
  await database.admin.run(
    "UPDATE consent.grant_ SET revoked_at = clock_timestamp(), revoked_because = 'customer-in-chat' WHERE conversation = $1",
    [stopped],
  )
  await sharing({ since: 90, left: -1 })
  await Promise.all(Array.from({ length: 12 }, () => sharing({ since: 60, left: 20 })))
  // All of the same moment, as after a campaign.
  await database.admin.run(
    `UPDATE consent.grant_ SET expires_at = (SELECT max(expires_at) FROM consent.grant_) WHERE revoked_at IS NULL AND expires_at > clock_timestamp()`,
  )
  const rounds: number[] = []
  for (let round = 0; round < 4; round += 1) {
    const taken = await world.revoker.rows(
      z.object({ terms: z.uuid() }),
      'SELECT terms FROM consent.take_reminders(30, 5)',
    )
    rounds.push(taken.length)
  }
  // The one that is over takes a place in a round and is not told.
  expect(rounds).toEqual([4, 5, 3, 0])
})

test('two processes at the same time give each reminder once, and one that dies gives none', async () => {
  await sharing({ since: 60, left: 20 })
  const [one, two] = await Promise.all([remindOfExpiry(world.revoker), remindOfExpiry(database.connect('revoker'))])
  expect(one + two).toBe(1)
  expect(await told()).toHaveLength(1)

  await sharing({ since: 60, left: 25 })
  await expect(
    world.revoker.transaction(async (tx) => {
      expect(
        await tx.rows(z.object({ terms: z.uuid() }), 'SELECT terms FROM consent.take_reminders(3, 5)'),
      ).toHaveLength(0)
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
})
