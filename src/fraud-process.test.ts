import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handbookLines } from '../sandbox/bank/payments/handbook-lines.ts'
import { generateHandbookWorld } from '../sandbox/bank/payments/handbook-world.ts'
import { ConfigFault } from './config.ts'
import { type EvaluateFlags, type TrainFlags, fraud } from './fraud-process.ts'

let folder = ''
let history = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-fraud-'))
  history = join(folder, 'world.csv')
  const world = generateHandbookWorld({ seed: 'process', customers: 250, terminals: 500, days: 90 })
  writeFileSync(history, [...handbookLines(world, Date.UTC(2018, 3, 1))].join(''))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a command writes and says, and its exit code. */
function listener() {
  const heard = { written: '', said: '' }
  const deps = {
    write: (text: string) => void (heard.written += text),
    say: (text: string) => void (heard.said += text),
    isWatched: false,
  }
  return { heard, deps }
}

const evaluateFlags: Omit<EvaluateFlags, 'files'> = {
  trainStart: '2018-05-30',
  trainDays: '14',
  delayDays: '7',
  testDays: '7',
  threads: '1',
  json: true,
}

describe('parley fraud evaluate', () => {
  let found: Record<string, number> = {}

  it('prints one JSON object with the three measures of the handbook, and what they were measured on', async () => {
    const { heard, deps } = listener()
    expect(await fraud.evaluate(deps, { ...evaluateFlags, files: [history] })).toBe(0)
    const printed = JSON.parse(heard.written) as Record<string, number>
    found = printed
    expect(heard.written.trim().split('\n')).toHaveLength(1)
    for (const name of ['auc_roc', 'average_precision', 'card_precision_100']) {
      expect(printed[name]).toBeGreaterThan(0)
      expect(printed[name]).toBeLessThanOrEqual(1)
    }
    expect(printed).toMatchObject({ delay_days: 7, train: { from: '2018-05-30', days: 14 }, test: { from: '2018-06-20', days: 7 } }) // prettier-ignore
  })

  it('tells people the same numbers in words, for the same payments in several packed files', async () => {
    const [header = '', ...rows] = readFileSync(history, 'utf8').trimEnd().split('\n')
    const files = [rows.slice(15_000), rows.slice(0, 15_000)].map((part, at) => {
      const file = join(folder, `part-${at}.csv.gz`)
      writeFileSync(file, gzipSync([header, ...part].join('\n')))
      return file
    })
    const { heard, deps } = listener()
    expect(await fraud.evaluate(deps, { ...evaluateFlags, json: false, files })).toBe(0)
    expect(heard.written).toContain(`average precision          ${found['average_precision']?.toFixed(3)}`)
    expect(heard.written).toContain(`area under the ROC curve   ${found['auc_roc']?.toFixed(3)}`)
  })

  it('answers a file that cannot be read with 3, an empty period with 2, and names the place', async () => {
    const missing = listener()
    expect(await fraud.evaluate(missing.deps, { ...evaluateFlags, files: [join(folder, 'none.csv')] })).toBe(3)
    expect(missing.heard.said).toContain('fraud/file-missing')
    const broken = join(folder, 'broken.csv')
    writeFileSync(broken, 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n1,tomorrow,1,1,1,0\n')
    const wrong = listener()
    expect(await fraud.evaluate(wrong.deps, { ...evaluateFlags, files: [broken] })).toBe(3)
    expect(JSON.parse(wrong.heard.written)).toMatchObject({
      error: { code: 'fraud/value-wrong', file: broken, line: 2 },
    })
    const late = listener()
    expect(await fraud.evaluate(late.deps, { ...evaluateFlags, trainStart: '2031-01-01', files: [history] })).toBe(2)
    expect(late.heard.said).toContain('fraud/period-empty')
  })

  it.each([
    { trainStart: '2018-02-30' },
    { trainStart: '25.07.2018' },
    { trainDays: '0' },
    { delayDays: '-1' },
    { testDays: '1.5' },
    { threads: '99' },
  ])('refuses %j before it reads anything', async (wrong) => {
    const { deps } = listener()
    await expect(fraud.evaluate(deps, { ...evaluateFlags, ...wrong, files: ['never-read'] })).rejects.toThrow(
      ConfigFault,
    )
  })
})

describe('parley fraud train and explain', () => {
  const flags: Omit<TrainFlags, 'files' | 'out'> = {
    name: 'test',
    about: 'a small world of the simulator',
    delayDays: '7',
    reportedShare: '0.2',
    warmUpDays: '5',
    settledDays: '45',
    portable: true,
    threads: '1',
    json: true,
  }

  it('make a model with a card, and say why a use has its score under it', async () => {
    const out = join(folder, 'own.bin')
    const made = listener()
    expect(await fraud.train(made.deps, { ...flags, files: [history], out })).toBe(0)
    const card = readFileSync(join(folder, 'own-card.md'), 'utf8')
    expect(card).toContain('a small world of the simulator')
    expect(card).toMatch(/average precision \| 0\.\d{3}/)

    const large = readFileSync(history, 'utf8').trim().split('\n').findLast((line) => line.endsWith(',1,1')) ?? '' // prettier-ignore
    const use = large.split(',')[0] ?? ''
    const said = listener()
    expect(await fraud.explain(said.deps, { files: [history], use, model: out, delayDays: '7', json: false })).toBe(0)
    expect(said.heard.written).toContain('the amount is unusual for this card')
    const none = listener()
    expect(await fraud.explain(none.deps, { files: [history], use: 'x', model: out, delayDays: '7', json: true })).toBe(
      4,
    )
    expect(JSON.parse(none.heard.written)).toMatchObject({ error: { code: 'fraud/not-there' } })
  })

  it('answer with 3 where a model or a place to write is not there', async () => {
    const { deps } = listener()
    const explain = { files: [history], use: '1', delayDays: '7', json: false }
    expect(await fraud.explain(deps, { ...explain, model: join(folder, 'none.bin') })).toBe(3)
    expect(await fraud.train(deps, { ...flags, files: [history], out: join(folder, 'no', 'where.bin') })).toBe(3)
  })
})
