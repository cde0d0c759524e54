import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handbookLines } from '../sandbox/bank/payments/handbook-lines.ts'
import { generateHandbookWorld } from '../sandbox/bank/payments/handbook-world.ts'
import { fraudHistory } from './fraud-history-process.ts'
import { fraud } from './fraud-process.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-history-command-'))
  const world = generateHandbookWorld({ seed: 'history', customers: 150, terminals: 300, days: 60 })
  writeFileSync(join(folder, 'world.csv'), [...handbookLines(world, Date.UTC(2018, 3, 1))].join(''))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(command: (deps: Parameters<typeof fraudHistory.key>[0]) => Promise<number>) {
  const heard = { written: '', said: '' }
  const code = await command({
    write: (text) => void (heard.written += text),
    say: (text) => void (heard.said += text),
    isWatched: false,
  })
  return { code, ...heard }
}

test('a history is imported, measured exactly as its own file is, shown and deleted', async () => {
  const [file, key, into] = [join(folder, 'world.csv'), join(folder, 'key'), join(folder, 'set')]
  expect((await run((deps) => fraudHistory.key(deps, key, { json: false }))).code).toBe(0)
  const flags = { files: [file], into, key, keepDays: '90', json: true }
  const imported = await run((deps) => fraudHistory.import(deps, flags))
  expect(imported.code).toBe(0)
  expect(JSON.parse(imported.written)).toMatchObject({ set: into, cards: 126, unlabelled: 0 })
  const measure = async (path: string) => {
    const days = { trainStart: '2018-05-01', trainDays: '10', delayDays: '5', testDays: '7', threads: '1', json: true }
    const { written } = await run((deps) => fraud.evaluate(deps, { ...days, files: [path] }))
    return { ...(JSON.parse(written) as object), seconds: 0 }
  }
  const own = await measure(file)
  expect(own).toHaveProperty('average_precision')
  expect(await measure(into)).toEqual(own)
  const { written: name } = await run((deps) => fraudHistory.name(deps, '1', { key, json: false }))
  const why = { files: [into], use: name.trim(), delayDays: '7', json: true }
  expect(JSON.parse((await run((deps) => fraud.explain(deps, why))).written)).toMatchObject({ reference: name.trim() })
  expect((await run((deps) => fraudHistory.show(deps, [into], { json: false }))).written).toContain('126 cards')
  const expired = await run((deps) => fraudHistory.delete(deps, [into], { json: true, expired: true }))
  expect(JSON.parse(expired.written)).toEqual({ set: into, outcome: 'kept' })
  expect((await run((deps) => fraudHistory.delete(deps, [into], { json: false, expired: false }))).code).toBe(0)
  const gone = await run((deps) => fraudHistory.show(deps, [into], { json: true }))
  expect(gone.code).toBe(3)
  expect(JSON.parse(gone.written)).toMatchObject({ error: { code: 'fraud/history-damaged' } })
})

test('nothing is imported from a file with a line that cannot be read; the line is told', async () => {
  const [file, key, into] = [join(folder, 'bad.csv'), join(folder, 'key-2'), join(folder, 'none')]
  await run((deps) => fraudHistory.key(deps, key, { json: true }))
  writeFileSync(
    file,
    'reference,account,at,amount,currency,merchant\nr1,a1,2026-01-01T00:00:00Z,1.00,USD,m\nr2,a1,today,1.00,USD,m\n',
  )
  const flags = { files: [file], into, key, keepDays: '90', json: false }
  const { code, said } = await run((deps) => fraudHistory.import(deps, flags))
  expect(code).toBe(3)
  expect(said).toContain('bad.csv, line 3: at is not a time')
  expect((await run((deps) => fraudHistory.show(deps, [into], { json: true }))).code).toBe(3)
})
