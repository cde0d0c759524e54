import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHistory } from './read-history.ts'
import { UnreadableFile } from './unreadable-file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-history-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, lines: readonly string[]): string {
  const file = join(folder, name)
  writeFileSync(file, lines.join('\n'))
  return file
}

const event = {
  v: 1,
  reference: 'r1',
  kind: 'authorization',
  account: 'acct-7',
  cardLast4: '4821',
  at: '2026-11-22T18:03:11.123Z',
  amount: '42.10',
  currency: 'USD',
  merchant: { id: 'm-100', category: '5411', terminal: 't-1', country: 'US', latitude: 37.3, longitude: -121.9 },
  presence: 'in-person',
}
const later = { ...event, reference: 'r2', kind: 'reversal', of: 'r1', at: '2026-11-22T19:03:11+00:00', currency: 'JPY', amount: '42' } // prettier-ignore

async function read(events: readonly unknown[], labels?: readonly string[]) {
  const files = [
    write(
      'events.ndjson',
      events.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
    ),
  ]
  const { history } = await readHistory({ files, labels: labels === undefined ? [] : [write('labels.csv', labels)], nowMs: 0 }, () => undefined) // prettier-ignore
  return history
}

async function complaint(...wish: Parameters<typeof read>): Promise<UnreadableFile> {
  const thrown: unknown = await read(...wish).catch((error: unknown) => error)
  if (!(thrown instanceof UnreadableFile)) throw new Error('it was read', { cause: thrown })
  return thrown
}

describe('a bank’s own history', () => {
  it('is card events as they come over the wire: a key for each card, terminals within their merchant', async () => {
    const history = await read([later, event, ''])
    expect(history.length).toBe(2)
    expect(history.useAt(0)).toEqual({
      id: 'r1',
      kind: 'authorization',
      customer: 'acct-7/4821',
      merchant: 'm-100',
      terminal: 'm-100/t-1',
      atMs: Date.UTC(2026, 10, 22, 18, 3, 11, 123),
      amountMinor: 4_210,
      category: '5411',
      country: 'US',
      latitude: 37.3,
      longitude: -121.9,
      presence: 'in-person',
    })
    expect(history.useAt(1)).toMatchObject({ id: 'r2', kind: 'reversal', of: 'r1', amountMinor: 42 })
    expect(history.truth(0)).toBe('unknown')
  })

  it('has labels beside it, with the time they came where the bank knows it', async () => {
    const labels = ['fraud,scenario,reported_at,reference', '1,x,2026-11-23T08:00:00Z,r1', '0,x,,r2']
    const history = await read([event, later], labels)
    expect([history.truth(0), history.knownAtMs(0)]).toEqual(['fraud', Date.UTC(2026, 10, 23, 8)])
    expect([history.truth(1), history.knownAtMs(1)]).toEqual(['genuine', undefined])
  })

  it.each([
    ['fraud/value-wrong', 2, 'JSON', [event, '{"v":1'], undefined],
    ['fraud/value-wrong', 1, 'merchant.id', [{ ...event, merchant: {} }], undefined],
    ['fraud/value-wrong', 1, 'amount', [{ ...event, amount: '-1.00' }], undefined],
    ['fraud/value-wrong', 1, 'amount', [{ ...event, amount: '1.001' }], undefined],
    ['fraud/value-wrong', 1, 'look at v', [{ ...event, v: 2 }], undefined],
    ['fraud/payment-twice', 2, 'reference', [event, event], undefined],
    ['fraud/file-empty', 0, 'empty', [''], undefined],
    ['fraud/column-missing', 1, 'reference and fraud', [event], ['id,fraud']],
    ['fraud/value-wrong', 2, 'neither 0 nor 1', [event], ['reference,fraud', 'r1,yes']],
    ['fraud/value-wrong', 2, 'reported_at', [event], ['reference,fraud,reported_at', 'r1,1,yesterday']],
    ['fraud/label-unknown', 3, 'no use', [event], ['reference,fraud', 'r1,0', 'r9,1']],
  ])('is refused with %s at line %i: %s', async (code, line, words, events, labels) => {
    const thrown = await complaint(events, labels)
    expect(thrown).toMatchObject({ code, line })
    expect(thrown.message).toContain(words)
  })
})
