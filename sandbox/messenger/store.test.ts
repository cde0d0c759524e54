import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyRecord } from './apply-record.ts'
import { nothingShown } from './check-message.ts'
import { openJournal, readJournal } from './journal.ts'
import type { JournalRecord } from './records.ts'
import { snapshotRecords } from './snapshot-records.ts'
import { emptyState, startSwitches, type State } from './state.ts'
import { openStore } from './store.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'messenger-store-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const template = {
  id: '9',
  name: 'ready',
  language: 'en',
  category: 'UTILITY',
  parameterFormat: 'POSITIONAL',
  header: '',
  body: 'Hello {{1}}',
  buttons: [{ kind: 'url', title: 'Open', url: 'https://x.example/{{1}}' }],
  components: [],
} satisfies Extract<JournalRecord, { k: 'template' }>['template']

/** A bit of everything: people, messages in every state, events, receipts, settings. */
const history: readonly JournalRecord[] = [
  { k: 'switches', at: 1, switches: { ...startSwitches, cutRate: 0.5 } },
  { k: 'subscription', at: 1, url: 'http://127.0.0.1:1/w', verified: true, subscribed: true, fields: ['messages'] },
  { k: 'profile', at: 1, profile: { get_started: { payload: 'GO' } } },
  { k: 'template', at: 1, template },
  { k: 'person', at: 2, psid: '1', name: 'Ana', locale: 'en_US' },
  { k: 'person', at: 2, psid: '2', name: 'Ben', locale: 'de_DE' },
  { k: 'event', at: 3, id: 1, psid: '1', field: 'messages', event: { a: 'ü' }, delayMs: 0, mid: 'm1' },
  {
    k: 'message',
    at: 3,
    psid: '1',
    mid: 'm1',
    from: 'person',
    kind: 'message',
    carried: { a: 1 },
    shown: { ...nothingShown, text: 'hi' },
    eventId: 1,
  },
  { k: 'tried', at: 4, ids: [1], delivery: 1, attempt: 1, status: 500, ms: 3 },
  { k: 'tried', at: 5, ids: [1], delivery: 1, attempt: 2, status: 200, ms: 3 },
  {
    k: 'message',
    at: 6,
    psid: '1',
    mid: 'm2',
    from: 'page',
    kind: 'message',
    carried: { b: 1 },
    shown: { ...nothingShown, text: 'answer' },
    metadata: 'o1',
    replyTo: 'm1',
    cut: true,
  },
  {
    k: 'preview',
    at: 6,
    psid: '1',
    mid: 'm2',
    url: 'https://x.example/',
    status: 200,
    title: 'X',
    description: '',
    site: 'x',
  },
  { k: 'reaction', at: 7, psid: '1', mid: 'm2', emoji: '❤' },
  { k: 'delivered', at: 7, psid: '1', watermark: 7 },
  { k: 'read', at: 8, psid: '1', watermark: 8 },
  { k: 'seen', at: 8, psid: '1' },
  { k: 'edit', at: 9, psid: '1', mid: 'm1', text: 'hello', numEdit: 1 },
  {
    k: 'message',
    at: 9,
    psid: '2',
    mid: 'm3',
    from: 'person',
    kind: 'postback',
    carried: {},
    shown: { ...nothingShown, text: 'GO' },
  },
  { k: 'event', at: 10, id: 2, psid: '2', field: 'messages', event: {}, delayMs: 5, mid: 'm4' },
  {
    k: 'message',
    at: 10,
    psid: '2',
    mid: 'm4',
    from: 'person',
    kind: 'message',
    carried: {},
    shown: { ...nothingShown, text: 'late' },
    eventId: 2,
  },
  { k: 'link-token', at: 11, psid: '2', token: 't' },
  { k: 'linked', at: 11, psid: '2', linked: true },
  { k: 'window-closed', at: 12, psid: '2' },
  { k: 'blocked', at: 12, psid: '2', blocked: true },
]

function fold(records: Iterable<JournalRecord>): State {
  const state = emptyState()
  for (const record of records) applyRecord(state, record)
  return state
}

test('a shortened journal gives the same state, but for the list of past attempts', () => {
  const state = fold(history)
  const again = fold(snapshotRecords(state))
  expect({ ...again, attempts: [] }).toEqual({ ...state, attempts: [] })
  expect(again.threads.get('1')?.byMid.get('m1')).toMatchObject({
    webhook: 'acknowledged',
    acknowledgedAt: 5,
    attempts: 2,
  })
  expect(again.events.size).toBe(1)
})

test('a store opened again holds what was flushed, and a torn last line does no harm', async () => {
  const store = openStore(dir)
  store.commit(...history)
  await store.flushed()
  const path = join(dir, 'journal.ndjson')
  const whole = readFileSync(path, 'utf8')
  appendFileSync(path, '{"k":"person","at":99,"psid":"torn')
  const again = openStore(dir)
  expect(again.state).toEqual(store.state)
  expect(readFileSync(path, 'utf8')).toBe(whole)
  again.commit({ k: 'person', at: 13, psid: '3', name: 'Cleo', locale: 'en_US' })
  await Promise.all([again.close(), store.close()])
  const third = openStore(dir)
  expect([...third.state.threads.keys()]).toEqual(['1', '2', '3'])
  await third.close()
})

test('a journal larger than one read comes back line for line, whatever the letters', async () => {
  const path = join(dir, 'long.ndjson')
  const journal = openJournal(path)
  const lines = Array.from({ length: 300 }, (_, n) => `${n}:${'äß€🙂x'.repeat(n * 7)}`)
  for (const line of lines) journal.append(line)
  await journal.close()
  expect(statSync(path).size).toBeGreaterThan(2 * 1024 * 1024)
  expect([...readJournal(path)]).toEqual(lines)
})
