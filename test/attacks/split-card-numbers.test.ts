// A card number that somebody types in pieces, over several messages: none of it may be kept, whoever reads the database, its files or the
// logs, and whatever restarts in between.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { ids } from '../../src/channels/id-columns.ts'
import { openIncoming } from '../../src/channels/sealed-message.ts'
import { Secret } from '../../src/kernel/index.ts'
import { dyingKeyMs, dyingSlotMs } from '../../src/keystore/dying-keys.ts'
import { bytesColumn, removePostgres } from '../../src/platform/index.ts'
import { searchFolder, searchTables, textNeedles } from '../setup/canary.ts'
import type { TestDatabase } from '../setup/database.ts'
import {
  type MessengerHarness,
  personEvent,
  startMessenger,
  textMessage,
  webhookBody,
} from '../setup/messenger-harness.ts'
import { makePasswords, openOwnDatabase } from '../setup/own-database.ts'
import { startKillablePostgres } from '../setup/running-postgres.ts'
import { type TrustWorld, createTrustWorld } from '../setup/trust-world.ts'

const linkSecret = new Secret<Uint8Array>(Buffer.alloc(32, 3))
const number = '4539578763621486'

let base: string
let postgres: Awaited<ReturnType<typeof startKillablePostgres>>
let database: TestDatabase
let world: TrustWorld
let gateway: MessengerHarness
let other: MessengerHarness
let lines = ''
const logTo = { write: (line: string) => void (lines += line) }

const start = (): Promise<MessengerHarness> =>
  startMessenger(database, { keystore: world.keys.channel, linkSecret, logTo })

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'parley-split-'))
  chmodSync(base, 0o755)
  postgres = await startKillablePostgres(join(base, 'postgres'))
  database = await openOwnDatabase(postgres.admin, makePasswords())
  world = await createTrustWorld(database)
  gateway = await start()
  other = await start()
})
beforeEach(() => database.admin.run('TRUNCATE channels.conversation, platform.job, platform.outbox CASCADE'))
afterAll(async () => {
  await gateway.close()
  await other.close()
  await world.end()
  await database.drop()
  await postgres.stop()
  await removePostgres(join(base, 'postgres'))
  rmSync(base, { recursive: true, force: true })
})

const rowShape = z.object({ id: ids.message, conversation: ids.conversation, sealed: bytesColumn.nullable() })

/** What is kept of every message, opened with the conversation's own key, in the order in which it was sent. */
async function storedTexts(): Promise<readonly string[]> {
  const rows = await database.admin.rows(
    rowShape,
    'SELECT id, conversation, sealed FROM channels.inbound_message ORDER BY sent_at',
  )
  return Promise.all(
    rows.map(async ({ id, conversation, sealed }) => {
      const key = await world.keys.channel.conversationKey(conversation)
      return sealed === null ? '' : openIncoming(key, { conversation, id }, sealed).text
    }),
  )
}

let clockMs = Date.now()
const message = (text: string, mid?: string): object =>
  personEvent('77', { ...textMessage(text, mid), timestamp: (clockMs += 1_000) })
const post = async (at: MessengerHarness, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) expect((await at.post(webhookBody([message(text)]))).status).toBe(200)
}

const count = async (table: string): Promise<number> =>
  Number((await database.admin.one(z.object({ count: z.bigint() }), `SELECT count(*) FROM ${table}`)).count)

test.each([
  ['two messages', ['my card is 4539 5787', '6362 1486 thanks'], ['my card is ••••', '•••• 1486 thanks']],
  ['three messages', ['4539 57', '8763 62', '1486'], ['••••', '••••', '•••• 1486']],
  ['scripts and separators', ['card ٤٥٣٩ ٥٧٨٧', '６３６２', '᠑᠔-᠘᠖ 12/29'], ['card ••••', '••••', '•••• 1486 ••••']],
  [
    'words between',
    ['4539578763', 'sorry, typing on my phone', '621486'],
    ['••••', 'sorry, typing on my phone', '•••• 1486'],
  ],
])('%s: every piece is masked where it is stored', async (_name, texts, wanted) => {
  await post(gateway, ...texts)
  expect(await storedTexts()).toEqual(wanted)
  expect(await count('channels.held_digits WHERE hides')).toBe(0)
})

test('before the next message comes, nothing of it is in the stored text, and what is held opens with no key of the database or of the disk', async () => {
  await post(gateway, 'my card is 4539 5787 63')
  expect(await storedTexts()).toEqual(['my card is ••••'])
  expect(await count('channels.held_digits WHERE hides')).toBe(1)
  const files = await searchFolder(world.folder, textNeedles('dying'))
  expect(files).toEqual([])
})

test('pieces through two gateways, and across a restart of one, come together', async () => {
  await post(gateway, '4539 5787')
  await gateway.close()
  gateway = await start()
  await post(other, '6362')
  await post(gateway, '1486')
  expect(await storedTexts()).toEqual(['••••', '••••', '•••• 1486'])
})

test('pieces that come at the same moment through two gateways, in the wrong order, or in one webhook, come together', async () => {
  for (let round = 0; round < 10; round += 1) {
    await database.admin.run('TRUNCATE channels.conversation, platform.job CASCADE')
    // The conversation is there already: two who begin it at once wait for each other anyway.
    await post(gateway, 'hello')
    // The second half alone is no beginning of a number: only beside the first one does it show what it is.
    const bodies = [webhookBody([message('4539 5787 63')]), webhookBody([message('621486 ok')])]
    const turns = round % 2 === 0 ? [gateway, other] : [other, gateway]
    await Promise.all(turns.map((one, index) => one.post(bodies[index] ?? '')))
    expect((await storedTexts()).slice(-2)).toEqual(['••••', '•••• 1486 ok'])
  }
  await database.admin.run('TRUNCATE channels.conversation, platform.job CASCADE')
  const [first, second] = [message('4539 5787'), message('6362 1486')]
  await gateway.post(webhookBody([second]))
  await gateway.post(webhookBody([first]))
  expect((await storedTexts()).join()).not.toMatch(/4539|5787|6362/)
  await database.admin.run('TRUNCATE channels.conversation, platform.job CASCADE')
  await gateway.post(webhookBody([message('4539 5787'), message('6362'), message('1486')]))
  expect(await storedTexts()).toEqual(['••••', '••••', '•••• 1486'])
})

test('a repeated delivery changes nothing and is not put beside itself', async () => {
  const first = webhookBody([message('45395787', 'm_first')])
  const second = webhookBody([message('63621486', 'm_second')])
  for (const body of [first, first, second, first, second]) expect((await gateway.post(body)).status).toBe(200)
  expect(await storedTexts()).toEqual(['••••', '•••• 1486'])
  const again = webhookBody([message('4539578763', 'm_third')])
  for (const body of [again, again, again]) await gateway.post(body)
  expect((await storedTexts()).at(-1)).toBe('••••')
})

test('what is none of a card number is given back, after digits and after words alike', async () => {
  await post(gateway, 'ref 4539578763', 'thanks')
  expect(await storedTexts()).toEqual(['ref 4539578763', 'thanks'])
  await post(gateway, 'and 4539578760', '+49 1512 3456789')
  expect((await storedTexts()).slice(-2)).toEqual(['and 4539578760', '+49 1512 3456789'])
  expect(await count('platform.job')).toBeGreaterThanOrEqual(4)
})

test('a keystore that restarted has no key any more: what was held is lost, and in doubt the next digits are hidden', async () => {
  await post(gateway, '4539 5787 63')
  await world.restart()
  await post(gateway, '62 1486 is the rest')
  expect(await storedTexts()).toEqual(['••••', '•••• is the rest'])
})

test('a day later nothing of it is anywhere: tables, files of the database with its WAL, the keystore’s folder, the logs', async () => {
  await post(gateway, 'card 4539 5787', '6362 1486')
  await post(gateway, '4539578763', '621486')
  await database.admin.run('CHECKPOINT')
  const needles = [number, '4539 5787', '6362 1486', '45395787', '4539578763', '63621486'].flatMap((text) =>
    textNeedles(text),
  )
  expect(await searchTables(database.admin, needles)).toEqual([])
  expect(await searchFolder(join(base, 'postgres'), needles)).toEqual([])
  expect(await searchFolder(world.folder, needles)).toEqual([])
  // Six digits stand in a random id by chance, so ids are left out.
  expect(lines.replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '')).not.toMatch(
    /4539\D?5787|6362\D?1486|453957|636214/,
  )
  // The search can find: a careless table would be seen.
  await database.admin.run(`CREATE TABLE public.careless AS SELECT 'my card is 4539 5787' AS text`)
  expect(await searchTables(database.admin, needles)).not.toEqual([])
  await database.admin.run('DROP TABLE public.careless')
})

test('a key lives for two minutes at most, and what is begun is begun anew every half minute', () => {
  expect(dyingKeyMs).toBe(120_000)
  expect(dyingSlotMs).toBeLessThan(dyingKeyMs)
})
