import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The program as a person runs it, from its source.
const HOOKS = join(import.meta.dirname, '../../../scripts/run-typescript.mjs')
const PROGRAM = join(import.meta.dirname, 'main.ts')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-generate-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs it; resolves with exit code and what it said. */
async function generate(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = ['--import', HOOKS, PROGRAM, ...words]
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args)) }
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error
    const { code, stdout, stderr } = { stdout: '', stderr: '', ...error }
    return { code: Number(code), stdout, stderr }
  }
}

describe('parley sandbox generate', () => {
  test('writes a compressed CSV of the handbook’s world and says what is in it', async () => {
    const out = join(folder, 'payments.csv.gz')
    const made = await generate(
      ...['--world', 'handbook', '--customers', '50', '--terminals', '100', '--days', '20', '--out', out, '--json'],
    )
    expect(made.code).toBe(0)
    const said: unknown = JSON.parse(made.stdout)
    const lines = gunzipSync(await readFile(out))
      .toString()
      .trimEnd()
      .split('\n')
    expect(said).toMatchObject({
      world: 'handbook',
      seed: '1',
      start: '2018-04-01',
      files: [out],
      rows: lines.length - 1,
    })
  })

  test('writes the events of lives, and the answer key beside them', async () => {
    const out = join(folder, 'events.ndjson')
    const made = await generate('--world', 'lives', '--customers', '20', '--days', '20', '--out', out)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const [events, labels] = await Promise.all([
      readFile(out, 'utf8'),
      readFile(join(folder, 'events.labels.csv'), 'utf8'),
    ])
    expect(labels.split('\n').length).toBe(events.split('\n').length + 1)
  })

  test('a command line that cannot be followed is one line and exit code 2; nothing is written', async () => {
    const before = await readdir(folder)
    const wrong = [
      ['--world', 'moon', '--out', join(folder, 'a')],
      ['--world', 'lives'],
      ['--world', 'lives', '--terminals', '5', '--out', join(folder, 'a')],
      ['--world', 'handbook', '--start', '2018-02-31', '--out', join(folder, 'a')],
      ['--world', 'handbook', '--days', '0', '--out', join(folder, 'a')],
    ]
    for (const { code, stderr } of await Promise.all(wrong.map((words) => generate(...words)))) {
      expect(code).toBe(2)
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    }
    const unwritable = await generate('--world', 'lives', '--customers', '5', '--out', join(folder, 'none', 'a'))
    expect(unwritable.code).toBe(1)
    expect(await readdir(folder)).toEqual(before)
  })
})
