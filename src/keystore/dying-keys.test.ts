import { expect, test } from 'vitest'
import type { ConversationId } from '../kernel/index.ts'
import { toInstant } from '../kernel/index.ts'
import { systemRandom } from '../platform/index.ts'
import { createDyingKeys, dyingKeyMs, dyingSlotMs } from './dying-keys.ts'

const conversation = '11111111-1111-4111-8111-111111111111' as ConversationId
const another = '22222222-2222-4222-8222-222222222222' as ConversationId

/** A clock that stands still until it is moved, and then rings what is due. */
function makeClock() {
  let now = 1_800_000_000_000
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => toInstant(now),
    after(delayMs: number, run: () => void) {
      const timer = { at: now + delayMs, run }
      timers.push(timer)
      return () => void (timers = timers.filter((one) => one !== timer))
    },
    sleep: async () => undefined,
    move(byMs: number) {
      now += byMs
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { run } of due) run()
    },
  }
}

test('a key is the same for its conversation while it lives, another for another one, and gone two minutes after it was begun', () => {
  const clock = makeClock()
  const keys = createDyingKeys({ clock, random: systemRandom })
  const [first] = keys.keysOf(conversation)
  expect(keys.keysOf(conversation)[0]).toEqual(first)
  expect(keys.keysOf(another)[0]?.key).not.toEqual(first?.key)
  clock.move(dyingKeyMs - 1)
  expect(keys.keysOf(conversation).some(({ slot }) => slot === first?.slot)).toBe(true)
  clock.move(1)
  expect(keys.keysOf(conversation).some(({ slot }) => slot === first?.slot)).toBe(false)
  keys.stop()
})

test('a new key is begun every half minute, the newest first; they die by the clock, not when somebody asks', () => {
  const clock = makeClock()
  const buried: Uint8Array[] = []
  const random = {
    ...systemRandom,
    bytes: (length: number) => (buried.push(systemRandom.bytes(length)), buried.at(-1) ?? new Uint8Array()),
  }
  const keys = createDyingKeys({ clock, random })
  const slots = new Set<string>()
  for (let turn = 0; turn < 4; turn += 1) {
    slots.add(keys.keysOf(conversation)[0]?.slot ?? '')
    clock.move(dyingSlotMs)
  }
  expect(slots.size).toBe(4)
  clock.move(dyingKeyMs)
  expect(buried.filter((bytes) => bytes.length === 32).every((bytes) => bytes.every((byte) => byte === 0))).toBe(true)
})

test('stopping destroys them', () => {
  const clock = makeClock()
  const keys = createDyingKeys({ clock, random: systemRandom })
  const [first] = keys.keysOf(conversation)
  keys.stop()
  expect(keys.keysOf(conversation).map(({ slot }) => slot)).not.toContain(first?.slot)
  keys.stop()
})
