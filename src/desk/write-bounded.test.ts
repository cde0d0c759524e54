import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { writeBounded } from './write-bounded.ts'

test('a browser that does not read is cut off before a megabyte more waits for it, and one that reads never is', () => {
  const news = 'x'.repeat(10_000)
  const stuck = new Writable({ write: () => undefined })
  for (let at = 0; at < 1_000 && !stuck.destroyed; at += 1) writeBounded(stuck, news)
  expect(stuck.destroyed).toBe(true)
  expect(stuck.writableLength).toBeLessThan(1_020_000)

  const reading = new Writable({ write: (_chunk, _encoding, done) => done() })
  for (let at = 0; at < 1_000; at += 1) writeBounded(reading, news)
  expect(reading.destroyed).toBe(false)
})
