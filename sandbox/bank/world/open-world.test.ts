import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StateStore } from '../state/state-store.ts'
import type { AccountBook, Entry, World } from './book.ts'
import { openWorld } from './open-world.ts'

const DAY_MS = 86_400_000
/** Eight invented years of seven people, on a machine with other work to do. */
const STORY_MS_MAX = 60_000
const TODAY = Date.parse('2026-03-10T15:00:00Z')

/** A store that keeps things in memory: the world only needs to remember where it began. */
function memoryStore(): StateStore {
  const kept = new Map<string, unknown>()
  return {
    get: (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
    close: async () => undefined,
  }
}

function worldAt(ms: number, seed = 'tests', store = memoryStore()): Promise<World> {
  return openWorld({ seed, empty: false, ofxFiles: [], store, now: () => ms })
}

function books(world: World): readonly AccountBook[] {
  return world
    .people()
    .flatMap((person) => world.accountsOf(person.id).flatMap((account) => world.book(account.id) ?? []))
}

/** Everything but the moment of the snapshot, comparable as text. */
function flat(entries: readonly Entry[]): string {
  return JSON.stringify(entries, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

describe('the people of the sandbox bank', () => {
  test(
    'balances are the sum of the booked history, and pending payments narrow what is available, for any seed and day',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ maxLength: 12 }), fc.integer({ min: 0, max: 2_000 }), async (seed, days) => {
          for (const book of books(await worldAt(TODAY + days * DAY_MS, seed))) {
            const card = book.account.kind === 'CREDITCARD'
            const sum = (entries: readonly Entry[]): bigint =>
              entries.reduce(
                (total, each) => total + ((each.direction === 'DEBIT') === card ? each.amountMinor : -each.amountMinor),
                0n,
              )
            const posted = book.entries.filter((entry) => entry.status === 'POSTED')
            const pendingDebits = book.entries.filter(
              (entry) => entry.status === 'PENDING' && entry.direction === 'DEBIT',
            )
            expect(book.currentMinor).toBe(sum(posted))
            const left = card ? (book.account.creditLineMinor ?? 0n) - book.currentMinor : book.currentMinor
            const held = sum(pendingDebits)
            expect(book.availableMinor).toBe(card ? left - held : left + held)
          }
        }),
        { numRuns: 8 },
      )
    },
    STORY_MS_MAX,
  )

  test('the same seed and day tell the same story, another seed another one', async () => {
    const [one, two, other] = await Promise.all([worldAt(TODAY), worldAt(TODAY), worldAt(TODAY, 'another')])
    const story = (world: World): string =>
      books(world)
        .map((book) => flat(book.entries))
        .join()
    expect(story(one)).toBe(story(two))
    expect(story(one)).not.toBe(story(other))
  })

  test('a later day adds to the story and rewrites nothing that was booked', async () => {
    const store = memoryStore()
    const before = books(await worldAt(TODAY, 'tests', store))
    const later = await worldAt(TODAY + 40 * DAY_MS, 'tests', store)
    for (const book of before) {
      const after = new Map(later.book(book.account.id)?.entries.map((entry) => [entry.id, entry]))
      const posted = book.entries.filter((entry) => entry.status === 'POSTED')
      expect(
        posted.every((entry) => flat([entry]) === flat([after.get(entry.id) ?? entry]) && after.has(entry.id)),
      ).toBe(true)
      const pending = book.entries.filter((entry) => entry.status === 'PENDING')
      const references = new Set([...after.values()].map((entry) => entry.referenceId))
      expect(pending.every((entry) => !after.has(entry.id) && references.has(entry.id))).toBe(true)
    }
  })

  test('a bank that runs over midnight goes on with the next day', async () => {
    let now = TODAY
    const store = memoryStore()
    const world = await openWorld({ seed: 'tests', empty: false, ofxFiles: [], store, now: () => now })
    const [first] = books(world)
    now += 3 * DAY_MS
    const grown = world.book(first?.account.id ?? '')
    const retold = (await worldAt(now, 'tests', store)).book(first?.account.id ?? '')
    expect(flat(grown?.entries ?? [])).toBe(flat(retold?.entries ?? []))
    expect(grown?.entries.length).toBeGreaterThan(first?.entries.length ?? 0)
  })

  test('nothing lies in the future', async () => {
    for (const book of books(await worldAt(Date.parse('2026-03-10T05:00:01Z')))) {
      const times = book.entries.flatMap((entry) => [entry.authorizedAt, entry.postedAt ?? entry.authorizedAt])
      expect(times.every((time) => Date.parse(time) <= Date.parse('2026-03-10T05:00:01Z'))).toBe(true)
    }
  })

  test('there is something to ask about: every kind of event happens within the year', async () => {
    const all = books(await worldAt(TODAY))
    const entries = all.flatMap((book) => book.entries)
    const has = (test: (entry: Entry) => boolean): boolean => entries.some(test)
    expect(all.length).toBeGreaterThanOrEqual(18)
    const types = [
      'DIRECTDEPOSIT',
      'CHECK',
      'BILLPAYMENT',
      'ATMWITHDRAWAL',
      'TRANSFER',
      'INTEREST',
      'FEE',
      'PAYMENT',
      'PURCHASE',
    ]
    expect(types.filter((type) => !has((entry) => entry.transactionType === type))).toEqual([])
    expect(has((entry) => entry.description.startsWith('REFUND'))).toBe(true)
    expect(has((entry) => entry.foreign !== undefined)).toBe(true)
    expect(has((entry) => entry.payee?.place?.latitude !== undefined)).toBe(true)
    expect(has((entry) => entry.description.endsWith('ONLINE') && entry.payee?.place === undefined)).toBe(true)
    expect(has((entry) => entry.status === 'PENDING')).toBe(true)
    expect(all.some((book) => book.declines.length > 0)).toBe(true)
    expect(all.filter((book) => book.account.kind === 'CREDITCARD').every((book) => book.bill !== undefined)).toBe(true)
  })

  test('somebody was charged twice: same shop, same amount, minutes apart', async () => {
    const twice = books(await worldAt(TODAY)).flatMap((book) => {
      const seen = new Map<string, string>()
      return book.entries.filter((entry) => {
        const key = `${entry.description}|${entry.amountMinor}`
        const other = seen.get(key)
        seen.set(key, entry.authorizedAt)
        return other !== undefined && Math.abs(Date.parse(other) - Date.parse(entry.authorizedAt)) < 300_000
      })
    })
    expect(twice.length).toBeGreaterThan(5)
  })

  test('subscriptions go up during the year', async () => {
    const prices = books(await worldAt(TODAY))
      .flatMap((book) => book.entries)
      .filter((entry) => entry.description === 'LUMEN STREAMING RECURRING')
      .map((entry) => entry.amountMinor)
    expect(new Set(prices).size).toBeGreaterThan(1)
  })

  test('ids are unique, and a foreign amount times its rate is the amount in dollars', async () => {
    for (const book of books(await worldAt(TODAY))) {
      expect(new Set(book.entries.map((entry) => entry.id)).size).toBe(book.entries.length)
      for (const entry of book.entries) {
        if (entry.foreign === undefined) continue
        const yen = entry.foreign.currency === 'JPY' ? 100 : 1
        const dollars = Math.round(Number(entry.foreign.amountMinor) * yen * Number(entry.foreign.rate))
        expect(Math.abs(dollars - Number(entry.amountMinor))).toBeLessThanOrEqual(1)
      }
    }
  })

  test('without a seed the accounts are there and empty', async () => {
    const world = await openWorld({ seed: 'tests', empty: true, ofxFiles: [], store: memoryStore(), now: () => TODAY })
    expect(books(world).every((book) => book.currentMinor === 0n && book.entries.length === 0)).toBe(true)
    expect(world.people()).toHaveLength(7)
  })
})
