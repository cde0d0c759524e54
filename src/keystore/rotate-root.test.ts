import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import type { ConversationId, CustomerId, InstitutionId } from '../kernel/index.ts'
import { systemClock, systemRandom } from '../platform/index.ts'
import { openKeyRing } from './key-ring.ts'
import type { KeyRing } from './key-ring.ts'
import { createRootFiles } from './root-files.ts'
import type { RootKeySource } from './root-key.ts'
import { createRootRotation, lastCopyAt } from './rotate-root.ts'
import type { RootRotation } from './rotate-root.ts'

const dayMs = 24 * 60 * 60 * 1000
const bank = 'north-bank' as InstitutionId
let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'parley-rotate-'))
})
afterEach(async () => {
  await rm(base, { recursive: true, force: true })
})

type Open = { readonly ring: KeyRing; readonly rotation: RootRotation; readonly versions: number }

/** What the keystore does at its start. */
async function open(folder: string, change: (source: RootKeySource) => RootKeySource = (same) => same): Promise<Open> {
  await mkdir(join(folder, 'shards'), { recursive: true, mode: 0o700 })
  const source = change(createRootFiles(folder, { random: systemRandom, clock: systemClock }))
  const known = await source.load()
  const roots = known.length > 0 ? known : [await source.make(1)]
  const ring = await openKeyRing(join(folder, 'shards'), roots, systemRandom)
  await source.tidy()
  const rotation = createRootRotation(
    { source, ring, clock: systemClock, rotationMs: dayMs, backupMs: 7 * dayMs },
    roots,
  )
  return { ring, rotation, versions: roots.length }
}

const hex = (key: Buffer | undefined): string | undefined => key?.toString('hex')

/** A customer with a key for a bank, and a conversation. */
async function addPerson(ring: KeyRing) {
  const customer = randomUUID() as CustomerId
  const conversation = randomUUID() as ConversationId
  await ring.pin({
    is: 'passkey',
    customer,
    id: Buffer.from(customer).toString('base64url'),
    publicKey: 'a2V5',
    signCount: 0,
    transports: [],
    pinnedAt: toInstant(0),
    effectiveAt: toInstant(0),
  })
  return { customer, conversation, keys: await keysOf(ring, { customer, conversation }) }
}

async function keysOf(ring: KeyRing, of: { customer: CustomerId; conversation: ConversationId }) {
  return {
    customer: hex(ring.customerKey(of.customer)),
    bank: hex(await ring.bankKey(of.customer, bank)),
    conversation: hex(await ring.conversationKey(of.conversation)),
    passkeys: ring.passkeys(of.customer).length,
  }
}

const rootsIn = async (folder: string) => (await readdir(folder)).filter((name) => name !== 'shards').toSorted()

test('a rotation keeps every key, under one new version, and leaves nothing of the old one', async () => {
  const first = await open(base)
  const people = await Promise.all(Array.from({ length: 50 }, () => addPerson(first.ring)))
  await first.rotation.rotate()
  for (const person of people) expect(await keysOf(first.ring, person)).toEqual(person.keys)
  expect(await rootsIn(base)).toEqual(['hold-2.key', 'root-2.key'])
  for (const name of await readdir(join(base, 'shards'))) {
    const text = await readFile(join(base, 'shards', name), 'utf8')
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('2 '))).toEqual([])
  }
  await first.ring.close()
  const again = await open(base)
  for (const person of people) expect(await keysOf(again.ring, person)).toEqual(person.keys)
  await again.ring.close()
})

test('under load no key is lost: keys are made, read and erased while two rotations go by', async () => {
  const { ring, rotation } = await open(base)
  let isRotating = true
  const people: Awaited<ReturnType<typeof addPerson>>[] = []
  const load = async () => {
    while (isRotating) {
      const person = await addPerson(ring)
      const gone = await addPerson(ring)
      await ring.eraseCustomer(gone.customer)
      await ring.forgetConversation(gone.conversation)
      expect(await keysOf(ring, person)).toEqual(person.keys)
      people.push(person)
    }
  }
  const working = Promise.all(Array.from({ length: 3 }, load))
  for (let count = 0; count < 2; count += 1) await rotation.rotate()
  isRotating = false
  await working
  await ring.close()
  expect(people.length).toBeGreaterThan(3)
  const again = await open(base)
  expect(again.rotation.current().version).toBe(3)
  for (const person of people) expect(await keysOf(again.ring, person)).toEqual(person.keys)
  await again.ring.close()
})

test('interrupted at every step, the next start has every key and finishes', async () => {
  const first = await open(base)
  const people = await Promise.all(Array.from({ length: 20 }, () => addPerson(first.ring)))
  await first.ring.close()
  const steps = [
    'make:before',
    'make:after',
    'shard:0',
    'shard:1',
    'shard:128',
    'shard:255',
    'destroy:before',
    'destroy:half',
  ]
  for (const step of steps) {
    const folder = join(base, `at-${step.replace(':', '-')}`)
    await mkdir(folder, { mode: 0o700 })
    for (const name of ['root-1.key', 'hold-1.key', 'shards']) {
      await cp(join(base, name), join(folder, name), { recursive: true })
    }
    const broken = await open(folder, (source) => breakAt(source, folder, step))
    const shardsLeft = { count: step.startsWith('shard:') ? Number(step.slice(6)) : Infinity }
    const ring: KeyRing = {
      ...broken.ring,
      shards: broken.ring.shards.map((shard) => ({
        ...shard,
        async rewrap(root, change) {
          if (shardsLeft.count-- <= 0) throw new Error('crash')
          await shard.rewrap(root, change)
        },
      })),
    }
    const source = breakAt(createRootFiles(folder, { random: systemRandom, clock: systemClock }), folder, step)
    const rotation = createRootRotation(
      { source, ring, clock: systemClock, rotationMs: dayMs, backupMs: 0 },
      await source.load(),
    )
    await expect(rotation.rotate(), step).rejects.toThrow('crash')
    await broken.ring.close()

    const again = await open(folder)
    for (const person of people) expect(await keysOf(again.ring, person), step).toEqual(person.keys)
    const newest = again.rotation.current().version
    if (again.versions > 1) await again.rotation.rotate()
    expect(await rootsIn(folder), step).toEqual([`hold-${newest}.key`, `root-${newest}.key`])
    for (const person of people) expect(await keysOf(again.ring, person), step).toEqual(person.keys)
    await again.ring.close()
  }
})

function breakAt(source: RootKeySource, folder: string, step: string): RootKeySource {
  return {
    ...source,
    async make(version) {
      if (step === 'make:before') throw new Error('crash')
      const made = await source.make(version)
      if (step === 'make:after') throw new Error('crash')
      return made
    },
    async destroy(version) {
      if (step === 'destroy:before') throw new Error('crash')
      if (step === 'destroy:half') {
        await rename(join(folder, `root-${version}.key`), join(folder, `root-${version}.dying`))
        throw new Error('crash')
      }
      await source.destroy(version)
    },
  }
}

test('a copy of yesterday’s files opens with nothing of today', async () => {
  const first = await open(base)
  const person = await addPerson(first.ring)
  await cp(join(base, 'shards'), join(base, 'kept-shards'), { recursive: true })
  await first.ring.eraseCustomer(person.customer)
  await first.rotation.rotate()
  await first.ring.close()
  await rm(join(base, 'shards'), { recursive: true })
  await cp(join(base, 'kept-shards'), join(base, 'shards'), { recursive: true })
  await expect(open(base)).rejects.toMatchObject({ code: 'keystore/shard-corrupt' })
})

test('a forgotten conversation never gets a key again', async () => {
  const { ring } = await open(base)
  const { conversation } = await addPerson(ring)
  await ring.forgetConversation(conversation)
  await ring.forgetConversation(conversation)
  await expect(ring.conversationKey(conversation)).rejects.toMatchObject({ code: 'keystore/erased' })
  await ring.close()
})

test('a held record’s key is the same until its time, survives rotations, and goes with the first one after', async () => {
  const { ring, rotation } = await open(base)
  const [kept, overdue] = [randomUUID(), randomUUID()]
  const inAYear = toInstant(Date.now() + 365 * dayMs)
  const key = hex(await ring.holdKey(kept, inAYear))
  await ring.holdKey(overdue, toInstant(Date.now() - 1))
  await rotation.rotate()
  expect(hex(await ring.holdKey(kept, inAYear))).toBe(key)
  const held = ring.shards.flatMap((shard) => [...shard.state().held.keys()])
  expect(held).toEqual([kept])
  await ring.close()
})

test('a missing hold key is never replaced, and a missing root key destroys nothing', async () => {
  const { ring } = await open(base)
  await addPerson(ring)
  await ring.close()
  const whole = await readFile(join(base, 'hold-1.key'))
  await rm(join(base, 'hold-1.key'))
  await expect(open(base)).rejects.toMatchObject({ code: 'keystore/root-missing' })
  await writeFile(join(base, 'hold-1.key'), whole, { mode: 0o600 })
  await (await open(base)).ring.close()
})

test('the last copy is never promised earlier than a rotation and the backups can make it true', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000_000_000 }),
      fc.integer({ min: 0, max: 40 * dayMs }),
      fc.integer({ min: 1_000, max: dayMs }),
      fc.integer({ min: 0, max: 7 * dayMs }),
      (madeAt, ageMs, rotationMs, backupMs) => {
        const now = toInstant(madeAt + ageMs)
        const last = lastCopyAt({ now, madeAt: toInstant(madeAt), rotationMs, backupMs })
        expect(last).toBeGreaterThanOrEqual(now + backupMs)
        expect(last).toBeGreaterThanOrEqual(madeAt + rotationMs + backupMs)
        expect(last).toBeLessThanOrEqual(Math.max(now, madeAt + rotationMs) + backupMs + 3_600_000)
      },
    ),
  )
})
