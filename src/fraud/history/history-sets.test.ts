import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readHistory } from '../evaluate/read-history.ts'
import { UnreadableFile } from '../evaluate/unreadable-file.ts'
import { setFiles } from './history-manifest.ts'
import { historySets } from './history-sets.ts'

const nowMs = Date.UTC(2026, 10, 22)
const dayMs = 86_400_000
const number = '4111111111111111'
const header = 'reference,card_number,at,amount,currency,merchant,terminal,country,device,fraud,reported_at'
const rows = [
  `ref-1,4111 1111 1111 1111,2026-09-01T10:00:00Z,42.10,USD,m-100,t-1,US,phone-7,0,`,
  `ref-2,${number},2026-09-02T10:00:00+02:00,900,JPY,m-200,,JP,phone-8,1,2026-09-03T09:00:00Z`,
]
const event = { v: 1, reference: 'ref-3', kind: 'authorization', cardNumber: number, at: '2026-09-04T10:00:00Z', amount: '9.50', currency: 'USD', merchant: { id: 'm-100' }, presence: 'online' } // prettier-ignore

let folder = ''
let keyFile = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-sets-'))
  keyFile = join(folder, 'key')
  await historySets.writeKey(keyFile, new Uint8Array(32).fill(7))
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
function write(lines: readonly string[]): string {
  count += 1
  const file = join(folder, `file-${count}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

async function make(
  files: readonly string[],
  more: { readonly labels?: readonly string[]; readonly key?: string } = {},
) {
  count += 1
  const into = join(folder, `set-${count}`)
  const key = await historySets.readKey(more.key ?? keyFile)
  const wish = { files, labels: more.labels ?? [], into, key, keepDays: 30 }
  const manifest = await historySets.import({ nowMs, onProgress: () => undefined }, wish)
  return { into, manifest, text: gunzipSync(readFileSync(join(into, setFiles.uses))).toString() }
}

async function troubleOf(work: Promise<unknown>): Promise<UnreadableFile> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof UnreadableFile) return thrown
  throw new Error('it was done', { cause: thrown })
}

const read = (files: readonly string[], at = nowMs) => readHistory({ files, labels: [], nowMs: at }, () => undefined)

describe('an imported set', () => {
  it('names no card, no payment and no device, and a card of two files is one', async () => {
    const { manifest, text } = await make([write([header, ...rows]), write([JSON.stringify(event)])])
    expect(manifest).toMatchObject({ uses: 3, cards: 1, frauds: 1, unlabelled: 1, keepUntil: '2026-12-22' })
    for (const told of [number, number.slice(-4), 'ref-', 'phone-', 'acct']) expect(text).not.toContain(told)
    expect(text).toContain('m-100')
    expect(text.trim().split('\n')).toHaveLength(3)
  })

  it('is read as its files would be, but for the names', async () => {
    const files = [write([header, ...rows])]
    const [own, kept] = [(await read(files)).history, (await read([(await make(files)).into])).history]
    expect(kept.length).toBe(own.length)
    for (let row = 0; row < own.length; row += 1) {
      const [before, after] = [own.useAt(row), kept.useAt(row)]
      expect({ ...after, id: '', customer: '', device: '' }).toEqual({ ...before, id: '', customer: '', device: '' })
      expect([kept.truth(row), kept.knownAtMs(row)]).toEqual([own.truth(row), own.knownAtMs(row)])
    }
  })

  it('has the same names under the same key, and others under another', async () => {
    const other = join(folder, 'other-key')
    await historySets.writeKey(other, new Uint8Array(32).fill(9))
    const file = write([header, ...rows])
    const [one, same, another] = [await make([file]), await make([file]), await make([file], { key: other })]
    expect(same.text).toBe(one.text)
    expect(another.text).not.toBe(one.text)
    expect(another.manifest.key).not.toBe(one.manifest.key)
  })

  it('takes labels from a file beside it', async () => {
    const labels = write(['reference,fraud,reported_at', 'ref-3,1,2026-09-05T08:00:00Z'])
    const { manifest } = await make([write([JSON.stringify(event)])], { labels: [labels] })
    expect(manifest).toMatchObject({ uses: 1, frauds: 1, unlabelled: 0 })
  })
})

describe('what a set may hold', () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['a card number with letters', rows[0]?.replace('4111 1111', '4111 11x1') ?? '', 'card_number'],
    ['an amount of another form', rows[0]?.replace('42.10', '42.1.5') ?? '', 'amount'],
    ['a comma too many', rows[0]?.replace('42.10', '42,10') ?? '', 'fields'],
    ['a time without its zone', rows[0]?.replace('10:00:00Z', '10:00:00') ?? '', 'at is not a time'],
    ['a reference that came before', rows[1]?.replace('ref-2', 'ref-1') ?? '', 'read before'],
    ['a verdict that is none', rows[1]?.replace(',1,', ',yes,') ?? '', 'fraud is neither'],
  ]
  it.each(wrong)(
    '%s is told with its line and without its value, and nothing is imported',
    async (_what, row, words) => {
      const before = readdirSync(folder).length
      const file = write([header, ...(row.startsWith('ref-1,') && !row.includes('JPY') ? [] : [rows[0] ?? '']), row])
      const trouble = await troubleOf(make([write([JSON.stringify(event)]), file]))
      expect(trouble.file).toBe(file)
      expect(trouble.line).toBe(readFileSync(file, 'utf8').trim().split('\n').length)
      expect(trouble.message).toContain(words)
      for (const value of row.split(',').filter((one) => one.length > 4)) expect(trouble.message).not.toContain(value)
      expect(readdirSync(folder).length).toBe(before + 2)
    },
  )

  it('a folder that is there already stays as it is', async () => {
    const { into, text } = await make([write([header, ...rows])])
    const wish = { files: [write([JSON.stringify(event)])], labels: [], into, key: await historySets.readKey(keyFile), keepDays: 30 } // prettier-ignore
    const trouble = await troubleOf(historySets.import({ nowMs, onProgress: () => undefined }, wish))
    expect(trouble.code).toBe('fraud/history-exists')
    expect(gunzipSync(readFileSync(join(into, setFiles.uses))).toString()).toBe(text)
  })
})

describe('how long', () => {
  it('is read on its last day and on none after it; deleting leaves nothing', async () => {
    const { into, manifest } = await make([write([header, ...rows])])
    expect((await read([into], nowMs + 30 * dayMs)).history.length).toBe(2)
    const late = nowMs + 31 * dayMs
    expect(historySets.isExpired(manifest, late)).toBe(true)
    expect((await troubleOf(read([into], late))).code).toBe('fraud/history-expired')
    await historySets.delete(into)
    expect(existsSync(into)).toBe(false)
  })

  it('a set that was changed, or is none, is not read', async () => {
    const { into } = await make([write([header, ...rows])])
    writeFileSync(join(into, setFiles.uses), '')
    expect((await troubleOf(read([into]))).code).toBe('fraud/history-damaged')
    expect((await troubleOf(read([folder]))).code).toBe('fraud/history-damaged')
    expect((await troubleOf(historySets.delete(folder))).code).toBe('fraud/history-damaged')
  })
})

describe('the key', () => {
  it('is its owner’s alone, and never replaced', async () => {
    expect(statSync(keyFile).mode & 0o077).toBe(0)
    expect((await troubleOf(historySets.writeKey(keyFile, new Uint8Array(32)))).code).toBe('fraud/file-unwritable')
    const shared = join(folder, 'shared-key')
    await historySets.writeKey(shared, new Uint8Array(32).fill(3))
    chmodSync(shared, 0o644)
    expect((await troubleOf(historySets.readKey(shared))).code).toBe('fraud/key-unusable')
    expect((await troubleOf(historySets.readKey(write(['short'])))).code).toBe('fraud/key-unusable')
  })
})
