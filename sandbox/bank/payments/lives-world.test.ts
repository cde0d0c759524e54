import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SCENARIOS } from './event-rows.ts'
import type { EventRow } from './event-rows.ts'
import { labelLines, livesLines } from './lives-lines.ts'
import { generateLivesWorld } from './lives-world.ts'
import type { LivesWorld } from './lives-world.ts'
import { roughKm, TOWNS } from './towns.ts'

const START_MS = Date.parse('2026-01-01T00:00:00Z')
const WORLD = generateLivesWorld({ seed: '1', customers: 400, days: 120, startMs: START_MS })
const AWAY_KM = 150
const BEYOND_AIRCRAFT_KMH = 1_000

function events({ rows }: LivesWorld): EventRow[] {
  return Array.from(rows.order(), (row) => rows.at(row))
}

function place({ shops }: LivesWorld, event: EventRow) {
  const { latitude = 0, longitude = 0 } = shops.all[event.shop] ?? {}
  return { latitude, longitude }
}

function fromHomeKm(world: LivesWorld, event: EventRow): number {
  const home = TOWNS[world.people[event.person]?.holders[0]?.home ?? 0]
  return home === undefined ? 0 : roughKm(home, place(world, event))
}

/** What share of them is fraud. */
function fraudShare(some: readonly EventRow[]): number {
  return some.filter(({ scenario }) => scenario !== 'genuine').length / some.length
}

describe('the world of lives', () => {
  const all = events(WORLD)
  const asked = all.filter(({ kind }) => kind === 'authorization')
  const inPerson = asked.filter(({ presence }) => presence === 'in-person')

  test('every kind of fraud happens, and together they are rare', () => {
    for (const scenario of SCENARIOS) expect(all.some((event) => event.scenario === scenario)).toBe(true)
    expect(fraudShare(all)).toBeGreaterThan(0.004)
    expect(fraudShare(all)).toBeLessThan(0.014)
  })

  test('place alone does not tell: far from home and abroad nearly everybody is on a journey', () => {
    const away = inPerson.filter((event) => fromHomeKm(WORLD, event) > AWAY_KM)
    const abroad = inPerson.filter(({ shop }) => WORLD.shops.all[shop]?.country !== 'US')
    expect(away.length / inPerson.length).toBeGreaterThan(0.03)
    expect(fraudShare(away)).toBeLessThan(0.1)
    expect(fraudShare(abroad)).toBeLessThan(0.15)
    // And most of the fraud is not far away at all.
    const fraud = asked.filter(({ scenario }) => scenario !== 'genuine')
    expect(
      fraud.filter((event) => event.presence === 'in-person' && fromHomeKm(WORLD, event) > AWAY_KM).length,
    ).toBeLessThan(fraud.length / 2)
  })

  test('speed alone does not tell either: two who share an account are in two places', () => {
    const last = new Map<number, EventRow>()
    const impossible = inPerson.filter((event) => {
      const before = last.get(event.person)
      last.set(event.person, event)
      if (before === undefined) return false
      const hours = (event.seconds - before.seconds) / 3_600 + 0.1
      return roughKm(place(WORLD, before), place(WORLD, event)) / hours > BEYOND_AIRCRAFT_KMH
    })
    expect(impossible.some(({ scenario }) => scenario === 'impossible-travel')).toBe(true)
    expect(fraudShare(impossible)).toBeLessThan(0.5)
  })

  test('a high amount alone does not tell', () => {
    expect(fraudShare(asked.filter(({ amountMinor }) => amountMinor > 22_000))).toBeLessThan(0.2)
  })

  test('completions, reversals and refunds come after what they belong to, at the same merchant', () => {
    const belonging = all.filter(({ of }) => of !== undefined)
    expect(new Set(belonging.map(({ kind }) => kind))).toEqual(new Set(['completion', 'reversal', 'refund']))
    const strange = belonging.filter((event) => {
      const origin = WORLD.rows.at(event.of ?? 0)
      const same =
        [event.person, event.shop, event.scenario].join() === [origin.person, origin.shop, origin.scenario].join()
      return !same || event.seconds <= origin.seconds || !['authorization', 'advice'].includes(origin.kind)
    })
    expect(strange).toEqual([])
  })

  test('what is sent says nothing of the answer; the key has a line for each event', () => {
    const world = generateLivesWorld({ seed: '1', customers: 60, days: 60, startMs: START_MS })
    const lines = [...livesLines(world)].join('').trimEnd().split('\n')
    const labels = [...labelLines(world)].join('').trimEnd().split('\n')
    expect(lines).toHaveLength(world.rows.length)
    expect(labels).toHaveLength(world.rows.length + 1)
    const known = 'v,reference,kind,of,account,cardLast4,at,amount,currency,merchant,presence,device,outcome'.split(',')
    const references = lines.map((line) => {
      const event: unknown = JSON.parse(line)
      if (typeof event !== 'object' || event === null || !('reference' in event)) throw new Error(line)
      expect(Object.keys(event).filter((key) => !known.includes(key))).toEqual([])
      return String(event.reference)
    })
    expect(labels.slice(1).map((line) => line.split(',')[0])).toEqual(references)
    expect(labels.filter((line) => /,1,/.test(line))).toHaveLength(
      events(world).filter(({ scenario }) => scenario !== 'genuine').length,
    )
  })

  test('it is frozen: a model was trained on it, and its numbers hold for these bytes', () => {
    const world = generateLivesWorld({ seed: '1', customers: 60, days: 60, startMs: START_MS })
    const hash = (pieces: Iterable<string>): string =>
      createHash('sha256')
        .update([...pieces].join(''))
        .digest('hex')
    expect(hash(livesLines(world))).toBe('cb9da19181d46ddce2eb7250584f0706eee5e942365ce176524f5507f9331e9d')
    expect(hash(labelLines(world))).toBe('83581a498b71d040aef4da718d8627e74b456703320c854128047503397fde4e')
  })

  test('the same seed gives the same bytes, another seed another world', () => {
    const size = { customers: 30, days: 30, startMs: START_MS }
    const text = (seed: string): string => [...livesLines(generateLivesWorld({ seed, ...size }))].join('')
    expect(text('a')).toBe(text('a'))
    expect(text('a')).not.toBe(text('b'))
  })
})
