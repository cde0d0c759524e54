import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFolder } from '../setup/build-folder.ts'

const MAIN = join(buildFolder(), 'src', 'main.js')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-sandbox-programs-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function parley(...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [MAIN, 'sandbox', ...words])).stdout
}

test('every program of the sandboxes gets its own words from the command line', async () => {
  const [bank, messenger, generator] = await Promise.all(
    ['bank', 'messenger', 'generate'].map((name) => parley(name, '--help')),
  )
  expect(bank).toContain('--client-config')
  expect(messenger).toContain('--webhook-url')
  expect(generator).toContain('--world handbook')
})

test('payments are invented, and the answer key lies beside them', async () => {
  const out = join(folder, 'events.ndjson')
  const said: unknown = JSON.parse(
    await parley('generate', '--world', 'lives', '--customers', '20', '--days', '30', '--out', out, '--json'),
  )
  expect(said).toMatchObject({ world: 'lives', customers: 20, days: 30 })
  const [events, labels] = await Promise.all([
    readFile(out, 'utf8'),
    readFile(join(folder, 'events.labels.csv'), 'utf8'),
  ])
  expect(labels.trimEnd().split('\n')).toHaveLength(events.trimEnd().split('\n').length + 1)
})
