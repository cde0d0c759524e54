import { expect, test } from 'vitest'
import { toInstant } from '../kernel/index.ts'
import { planReceipt } from './plan-receipt.ts'
import { nextDigest, quietUntil } from './quiet-hours.ts'

const at = (hour: number, minute = 0) => toInstant(Date.UTC(2026, 10, 22, hour, minute, 31))
const zone = { timeZone: 'UTC', lastInboundAt: undefined }

test('nobody is asked between ten at night and eight in the morning, where they are', () => {
  expect(quietUntil(at(12), zone)).toBeUndefined()
  expect(quietUntil(at(21, 59), zone)).toBeUndefined()
  expect(quietUntil(at(22), zone)).toBe(Date.UTC(2026, 10, 23, 8))
  expect(quietUntil(at(3, 30), zone)).toBe(Date.UTC(2026, 10, 22, 8))
  expect(quietUntil(at(3, 30), { ...zone, timeZone: 'Asia/Tokyo' })).toBeUndefined()
})

test('whoever wrote to us within half an hour is awake', () => {
  expect(quietUntil(at(3), { ...zone, lastInboundAt: toInstant(at(3) - 60_000) })).toBeUndefined()
  expect(quietUntil(at(3), { ...zone, lastInboundAt: toInstant(at(3) - 31 * 60_000) })).toBeDefined()
})

test('the digest comes in the evening; each receipt at once by day, in the morning by night; none when none is wanted', () => {
  expect(nextDigest(at(10), 'UTC')).toBe(Date.UTC(2026, 10, 22, 19))
  expect(nextDigest(at(19, 0), 'UTC')).toBe(Date.UTC(2026, 10, 23, 19))
  expect(planReceipt('each', at(10), 'UTC')).toBe(at(10))
  expect(planReceipt('each', at(2), 'UTC')).toBe(Date.UTC(2026, 10, 22, 8))
  expect(planReceipt('none', at(10), 'UTC')).toBeUndefined()
})
