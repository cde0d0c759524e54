import { randomUUID } from 'node:crypto'
import { appendFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import { systemClock, systemRandom } from '../platform/index.ts'
import { recordsOf, withoutBank, withoutCustomer } from './key-records.ts'
import type { KeyRecord } from './key-records.ts'
import { createRootFiles } from './root-files.ts'
import type { RootKey } from './root-key.ts'
import { openShard } from './shard-file.ts'
import type { ShardPlace } from './shard-file.ts'

let folder: string
let root: RootKey

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-shard-'))
  root = await createRootFiles(folder, { random: systemRandom, clock: systemClock }).make(1)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function newPlace(): ShardPlace {
  return { path: join(folder, `${randomUUID()}.keys`), name: '7f', roots: [root] }
}

function conversationRecord(key = 'a2V5'): KeyRecord {
  return { is: 'conversation', conversation: randomUUID() as ConversationId, key }
}

test('what append has answered is there when the file is read again', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  const records = Array.from({ length: 200 }, () => conversationRecord())
  await Promise.all(records.map((record) => shard.append(() => [record])))
  await shard.close()
  const again = await openShard(place)
  expect(recordsOf(again.state())).toEqual(records)
  await again.close()
})

test('appends that come together share a line, so one sync serves them all', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  await Promise.all(Array.from({ length: 200 }, () => shard.append(() => [conversationRecord()])))
  await shard.close()
  const lines = (await readFile(place.path, 'utf8')).trimEnd().split('\n')
  expect(lines.length).toBeLessThan(10)
})

test('a last line cut at any byte is dropped, and the file goes on from there', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  const kept = conversationRecord()
  await shard.append(() => [kept])
  const before = (await stat(place.path)).size
  await shard.append(() => [conversationRecord()])
  await shard.close()
  const whole = await readFile(place.path)
  for (let length = before; length < whole.length; length += 1) {
    await writeFile(place.path, whole.subarray(0, length))
    const again = await openShard(place)
    expect(recordsOf(again.state())).toEqual([kept])
    const next = conversationRecord()
    await again.append(() => [next])
    await again.close()
    const third = await openShard(place)
    expect(recordsOf(third.state())).toEqual([kept, next])
    await third.close()
  }
})

test('a changed byte in any line but a torn last one is refused, and the file is left as it is', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  await shard.append(() => [conversationRecord()])
  await shard.append(() => [conversationRecord()])
  await shard.close()
  const whole = await readFile(place.path)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ flip
      await writeFile(place.path, changed)
      const isTornEnd = at > whole.indexOf(0x0a) && changed[at] === 0
      if (isTornEnd) return
      await expect(openShard(place)).rejects.toMatchObject({ code: 'keystore/shard-corrupt' })
      expect((await readFile(place.path)).equals(changed)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('a line of another shard, or one written without the root key, is refused', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  await shard.append(() => [conversationRecord()])
  await shard.close()
  await expect(openShard({ ...place, name: '7e' })).rejects.toMatchObject({ code: 'keystore/shard-corrupt' })
  await appendFile(place.path, `1 ${'A'.repeat(22)} [{"is":"erased","hash":"x"}]\n`)
  await expect(openShard(place)).rejects.toMatchObject({ code: 'keystore/shard-corrupt' })
})

test('a rewrite leaves no byte of what it forgets, and a leftover of a broken rewrite counts for nothing', async () => {
  const place = newPlace()
  const shard = await openShard(place)
  const gone = randomUUID() as CustomerId
  const stays = randomUUID() as CustomerId
  const bank = 'north-bank' as InstitutionId
  await shard.append(() => [
    { is: 'customer', customer: gone, key: 'Z29uZS1rZXk' },
    { is: 'bank', customer: gone, institution: bank, key: 'Z29uZS1iYW5r' },
    { is: 'customer', customer: stays, key: 'c3RheXM' },
    { is: 'bank', customer: stays, institution: bank, key: 'c3RheXMtYmFuaw' },
  ])
  await shard.rewrite((state) => withoutCustomer(state, gone))
  await shard.rewrite((state) => withoutBank(state, stays, bank))
  await shard.append(() => [conversationRecord()])
  await shard.close()
  const text = await readFile(place.path, 'utf8')
  for (const secret of [gone, 'Z29uZS1rZXk', 'Z29uZS1iYW5r', 'c3RheXMtYmFuaw']) expect(text).not.toContain(secret)

  await writeFile(`${place.path}.new`, 'half of a rewrite')
  const again = await openShard(place)
  expect(again.state().customers.get(stays)?.key).toBe('c3RheXM')
  expect(again.state().customers.get(gone)).toBeUndefined()
  expect(again.state().erased.size).toBe(1)
  expect(again.state().conversations.size).toBe(1)
  expect(await readdir(folder)).not.toContain(`${place.path}.new`)
  await again.close()
})
