import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../setup/eventually.ts'
import { ask, linkPerson, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'
import { waitUntilQuiet } from '../setup/wait-until-quiet.ts'

const longMs = 180_000
const quietWithinMs = 90_000
const healthy = { down: false, failStatus: null, halfClose: false, garbage: false, slowMs: 0 }
const troubles = [
  ['cuts every connection', { down: true }, /can't reach/],
  ['answers 503', { failStatus: 503 }, /can't reach/],
  ['cuts in the middle of its answer', { halfClose: true }, /can't re(ach|ad)/],
  ['answers garbage', { garbage: true }, /can't read/],
  ['answers after the deadline', { slowMs: 12_000 }, /can't reach/],
] as const

describe('a bank that misbehaves', () => {
  let parley: ParleyProcesses
  let person: TestPerson

  beforeAll(async () => {
    parley = await startParley()
    await parley.messengerControl.turn({ cutRate: 0, previews: false })
    // In full mode a guessed number would show in the chat.
    person = await linkPerson(parley, 'Full', { disclosure: 'full' })
  }, longMs)
  afterEach(async () => {
    await parley.bankControl.turn(healthy)
  })
  afterAll(async () => {
    await parley?.stop()
  }, longMs)

  test.each(troubles)(
    'that %s is told to the person, in words and without a number',
    async (_name, switches, words) => {
      await waitUntilQuiet(parley, quietWithinMs)
      await parley.bankControl.turn(switches)
      // The slow bank's answer would come: that it is not waited for shows in what is told.
      const told = await ask(parley, person, 'what is my balance?')
      expect(told.shown.text).toMatch(words)
      // "15 minutes" is a promise of ours; amounts have a point or a currency.
      expect(told.shown.text.replace('15 minutes', '')).not.toMatch(/\d|[$€£]/)
      await parley.bankControl.turn(healthy)
      await waitUntilQuiet(parley, quietWithinMs)
    },
    longMs,
  )

  test(
    'that was down is asked again by itself, and the answer comes once it is back',
    async () => {
      await waitUntilQuiet(parley, quietWithinMs)
      await parley.bankControl.turn({ down: true })
      const told = await ask(parley, person, 'what is my balance?')
      expect(told.shown.text).toMatch(/can't reach/)
      const before = (await repliesTo(parley, person)).length
      await parley.bankControl.turn(healthy)
      await eventually(
        'the answer after the retry',
        async () =>
          (await repliesTo(parley, person)).slice(before).some(({ shown }) => /\$[\d,]+\.\d\d/.test(shown.text)),
        quietWithinMs,
      )
      await waitUntilQuiet(parley, quietWithinMs)
      expect((await repliesTo(parley, person)).length - before).toBe(1)
    },
    longMs,
  )

  test(
    'is followed by the honest path: asked again, it answers at once',
    async () => {
      const answer = await ask(parley, person, 'what is my balance?')
      expect(answer.shown.text).toMatch(/\$[\d,]+\.\d\d/)
    },
    longMs,
  )
})
