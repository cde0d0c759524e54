import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HandoverId } from './handover-id.ts'
import { readDeskWord, tellDesk } from './tell-desk.ts'

test('what is announced is read back as the id it was, in letters alone', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const said: string[] = []
      tellDesk({ announce: (topic, about) => void said.push(topic, about ?? '') }, id as HandoverId)
      expect(said[0]).toBe('desk')
      expect(said[1]).toMatch(/^[a-z]{33}$/)
      expect(readDeskWord(said[1] ?? '')).toBe(id)
    }),
  )
  for (const other of ['', 'desk', 'w', 'send.answer']) expect(readDeskWord(other)).toBeUndefined()
})
