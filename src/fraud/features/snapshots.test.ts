import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../../kernel/index.ts'
import type { CardUse, FraudLabel } from '../card-use.ts'
import { createFeatureEngine, type FeatureEngine } from './create-feature-engine.ts'
import { featureNames } from './feature-names.ts'

const hourMs = 3_600_000
const begin = Date.UTC(2026, 0, 5)

function use(number: number, changes: Partial<CardUse> = {}): CardUse {
  return {
    id: `u${number}`,
    kind: 'authorization',
    customer: 'anna',
    merchant: `m${number % 5}`,
    terminal: `t${number % 5}`,
    atMs: begin + number * 5 * hourMs,
    amountMinor: 1_000 + ((number * 37) % 900),
    category: '5411',
    country: 'US',
    presence: 'online',
    ...changes,
  }
}

function label(number: number, changes: Partial<FraudLabel> = {}): FraudLabel {
  const arrivedAtMs = begin + number * 5 * hourMs + hourMs
  return { use: `u${number}`, arrivedAtMs, isFraud: true, informed: true, source: 'bank', by: 'anna', ...changes }
}

function featuresOf(engine: FeatureEngine, next: CardUse): Readonly<Record<string, number>> {
  const given = engine.observe(next) ?? new Float64Array()
  return Object.fromEntries(featureNames.map((name, at) => [name, given[at] ?? 0]))
}

describe('snapshots', () => {
  let engine: FeatureEngine
  beforeEach(() => {
    engine = createFeatureEngine()
    for (let number = 0; number < 60; number += 1) engine.observe(use(number))
    engine.advanceTo(begin + 60 * 5 * hourMs)
    engine.label(label(7, { isFraud: false }))
    engine.label(label(9))
  })

  test('an evicted card comes back with its snapshot and a replay of what came since, and merchants count nothing twice', () => {
    const early = engine.snapshotCard('anna')
    const since = [60, 61, 62].map((number) => use(number))
    for (const one of since) engine.observe(one)
    const again = createFeatureEngine()
    again.restoreMerchants(engine.snapshotMerchants())
    again.restoreCard('anna', early)
    for (const one of since) again.replayCard(one)
    again.replayCard(label(58))
    engine.label(label(58, { arrivedAtMs: begin }))
    const next = use(70, { terminal: 'elsewhere' })
    expect(featuresOf(again, next)).toEqual(featuresOf(engine, next))
    const beside = use(71, { customer: 'bea', terminal: 't0', id: 'beside' })
    expect(featuresOf(again, beside)['t_count_30d']).toBe(featuresOf(engine, beside)['t_count_30d'])
  })

  test('ids of a restored card are refused a second time', () => {
    const bytes = engine.snapshotCard('anna')
    engine.evictCard('anna')
    expect(engine.holdsCard('anna')).toBe(false)
    engine.restoreCard('anna', bytes)
    expect(engine.observe(use(59))).toBeUndefined()
    expect(engine.snapshotCard('anna')).toEqual(bytes)
  })

  test('damaged bytes are refused by a typed fault, and nothing changes', () => {
    const card = engine.snapshotCard('anna')
    const merchants = engine.snapshotMerchants()
    const damage = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean())
    fc.assert(
      fc.property(damage, fc.boolean(), ([at, change, isCut], isCard) => {
        const bytes = Uint8Array.from(isCard ? card : merchants)
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ change
        const damaged = isCut ? bytes.subarray(0, place) : bytes
        const restore = (): void => (isCard ? engine.restoreCard('anna', damaged) : engine.restoreMerchants(damaged))
        expect(restore).toThrow(new Fault('fraud/snapshot-malformed', { retry: 'never' }))
      }),
    )
    expect(engine.snapshotCard('anna')).toEqual(card)
    expect(engine.snapshotMerchants()).toEqual(merchants)
  })

  test('bytes that were made up and carry a right check are refused or restored, and never crash', () => {
    fc.assert(
      fc.property(fc.constantFrom('PfCW', 'PfMW'), fc.uint8Array({ maxLength: 300 }), (kind, body) => {
        const bytes = withCheck(Uint8Array.from([...new TextEncoder().encode(kind), 1, ...body]))
        try {
          if (kind === 'PfCW') engine.restoreCard('anna', bytes)
          else engine.restoreMerchants(bytes)
        } catch (cause) {
          expect(cause).toBeInstanceOf(Fault)
          expect(cause).toMatchObject({ code: 'fraud/snapshot-malformed' })
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a card that is not held has no snapshot', () => {
    expect(() => engine.snapshotCard('bea')).toThrow('fraud/card-not-held')
  })
})

/** CRC-32, written apart from the product's: bit by bit. */
function withCheck(body: Uint8Array): Uint8Array {
  let crc = 0xffff_ffff
  for (const byte of body) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb8_8320 : 0)
  }
  const check = new DataView(new ArrayBuffer(4))
  check.setUint32(0, ~crc, true)
  return Uint8Array.from([...body, ...new Uint8Array(check.buffer)])
}
