import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildHistory } from './card-history.ts'
import { readHandbookCsv } from './read-handbook-csv.ts'
import { UnreadableFile } from './unreadable-file.ts'

const header = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD'
/** The two rows of the test below, packed by xz. */
const packedByXz =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ACgAHtdACoUhCVcfBgWcRlSR9A/vnupD9Ik9yja1scZiF3uINYrSW1CE9Myih3sKP1qC58DQd9i/eoAy30b7txneM8kPoa6MnpzvFJ3throuTkEdmTI9RV8a7oOXR6WH+K7KuOT9aq0u/BzmYM3rU8FZ2xrtHNR6Z7yG+mBaTd+AAAA/nMn3QfIT3AAAZcBoQEAAMHPQwqxxGf7AgAAAAAEWVo='
const good = '0,2018-04-01 00:00:31,596,3156,57.16,0'
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-csv-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

async function read(...files: readonly string[]) {
  const history = buildHistory()
  for (const file of files) await readHandbookCsv(history, file)
  return history.finish()
}

async function complaintAbout(content: string | Buffer, name = 'bad.csv'): Promise<UnreadableFile> {
  const thrown: unknown = await read(write(name, content)).catch((error: unknown) => error)
  if (!(thrown instanceof UnreadableFile)) throw new Error('it was read', { cause: thrown })
  return thrown
}

describe('a file with the handbook’s columns', () => {
  it('is read wherever its columns stand, times taken as UTC, amounts in hundredths', async () => {
    const text = `,TX_FRAUD,TX_AMOUNT,"TERMINAL_ID",TX_FRAUD_SCENARIO,TX_DATETIME,CUSTOMER_ID,TRANSACTION_ID\r\n7,1,1.1,"3,156",2,2018-04-01 00:00:31,596,x1\r\n`
    const history = await read(write('moved.csv', text))
    expect(history.length).toBe(1)
    expect(history.truth(0)).toBe('fraud')
    expect(history.useAt(0)).toEqual({
      id: 'x1',
      kind: 'authorization',
      customer: '596',
      merchant: '3,156',
      terminal: '3,156',
      atMs: Date.UTC(2018, 3, 1, 0, 0, 31),
      amountMinor: 110,
      category: '',
      country: '',
      presence: 'unknown',
    })
  })

  it('is the same plain, gzipped and packed with xz, told by its bytes and not by its name', async () => {
    const text = `${header}\n${good}\n1,2018-04-01T00:02:10Z,4961,3412,81.51000000000001,1`
    const files = [write('a.csv', text), write('b.txt', gzipSync(text))]
    if (hasXz()) files.push(write('c', Buffer.from(packedByXz, 'base64')))
    const histories = await Promise.all(files.map((file) => read(file)))
    for (const history of histories) {
      expect([history.length, history.useAt(1).amountMinor, history.truth(1)]).toEqual([2, 8151, 'fraud'])
    }
  })

  it('is put in the order of time across files', async () => {
    const later = write('later.csv', `${header}\n5,2018-04-02 10:00:00,1,1,1,0\n6,2018-04-02 10:00:00,1,1,1,0\n`)
    const earlier = write('earlier.csv', `${header}\n4,2018-04-01 10:00:00,1,1,1,0\n`)
    const history = await read(later, earlier)
    expect([0, 1, 2].map((row) => history.useAt(row).id)).toEqual(['4', '5', '6'])
  })

  it.each([
    ['fraud/column-missing', 1, 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TX_AMOUNT\n', 'TERMINAL_ID, TX_FRAUD'],
    ['fraud/column-missing', 1, `${header},TX_FRAUD\n`, 'TX_FRAUD is there twice'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-02-31 00:00:00,1,1,1,0\n`, 'TX_DATETIME'],
    ['fraud/value-wrong', 3, `${header}\n${good}\n1,01.04.2018,1,1,1,0\n`, 'TX_DATETIME'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-04-01 00:00:31,1,1,-5,0\n`, 'TX_AMOUNT'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-04-01 00:00:31,1,1,1e9,0\n`, 'TX_AMOUNT'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-04-01 00:00:31,1,1,5,2\n`, 'TX_FRAUD'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-04-01 00:00:31,,1,5,0\n`, 'CUSTOMER_ID'],
    ['fraud/value-wrong', 2, `${header}\n0,2018-04-01 00:00:31,1\n`, 'TERMINAL_ID'],
    ['fraud/value-wrong', 2, `${header}\n"0,2018-04-01 00:00:31,1,1,5,0\n`, 'quote'],
    ['fraud/payment-twice', 4, `${header}\n${good}\n\n${good}\n`, 'TRANSACTION_ID'],
    ['fraud/file-empty', 0, '', 'empty'],
    ['fraud/line-too-long', 1, 'x'.repeat(200_000), 'too long'],
  ])('is refused with %s at line %i', async (code, line, content, words) => {
    const complaint = await complaintAbout(content)
    expect(complaint).toMatchObject({ code, line, file: join(folder, 'bad.csv') })
    expect(complaint.message).toContain(words)
    expect(complaint.message).not.toContain('2018-02-31')
  })

  it('is refused when it is not there, is a folder, is cut short or is not text', async () => {
    const code = async (file: string) =>
      await read(file).then(
        () => 'read',
        (error: unknown) => (error instanceof UnreadableFile ? error.code : error),
      )
    expect(await code(join(folder, 'none.csv'))).toBe('fraud/file-missing')
    expect(await code(folder)).toBe('fraud/file-missing')
    const lines = Array.from({ length: 5000 }, (_, at) => `${at},2018-04-01 00:00:31,${at},1,${at},0`)
    const text = [header, ...lines].join('\n')
    expect(await code(write('short.gz', gzipSync(text).subarray(0, 5000)))).toBe('fraud/file-damaged')
    expect(await code(write('latin.csv', Buffer.from([0x54, 0xe9, 0x0a])))).toBe('fraud/file-damaged')
  })

  it('packed with xz needs the program xz, and without it says what to do', async () => {
    const whole = Buffer.from(packedByXz, 'base64')
    const complaints = [await complaintAbout(whole.subarray(0, 60), 'short.xz')]
    const path = process.env['PATH']
    process.env['PATH'] = folder
    try {
      complaints.push(await complaintAbout(whole, 'whole.xz'))
    } finally {
      process.env['PATH'] = path
    }
    expect(complaints.map(({ code }) => code)).toEqual([hasXz() ? 'fraud/file-damaged' : 'fraud/xz-missing', 'fraud/xz-missing']) // prettier-ignore
    expect(complaints[1]?.message).toContain('xz-utils')
  })
})

function hasXz(): boolean {
  return spawnSync('xz', ['--version']).status === 0
}
