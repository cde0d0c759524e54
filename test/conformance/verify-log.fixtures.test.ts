// A log that somebody else made (transparency-dev/tessera): `parley verify` derives it, saves it, and finds what is changed.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runVerify } from '../../src/verify/index.ts'

const source = join(process.env['PARLEY_FIXTURES'] ?? '', 'audit-log/tessera-log')
const keys = ['example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx']
const folder = mkdtempSync(join(tmpdir(), 'parley-others-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function verify(what: string, options: { readonly save?: string } = {}) {
  let said = ''
  const args = { what: [what], keys, anyLeaves: true, json: false, ...options }
  return { code: await runVerify({ write: (text) => (said += text) }, args), said }
}

const holds = {
  code: 0,
  said: 'The log example.com/log/testdata holds: all 15 entries were derived anew and agree with each of its 8 signed checkpoints.\n',
}

test('it holds, is saved as one file, and holds from there', async () => {
  const saved = join(folder, 'log.tar')
  expect(await verify(source, { save: saved })).toEqual(holds)
  expect(await verify(saved)).toEqual(holds)
})

test('each byte of each entry matters', async () => {
  const copy = join(folder, 'copy')
  cpSync(source, copy, { recursive: true })
  const file = join(copy, 'tile/entries/000.p/15')
  const honest = readFileSync(file)
  for (let at = 0; at < honest.length; at += 1) {
    writeFileSync(file, honest.map((byte, place) => (place === at ? byte ^ 1 : byte)), { mode: 0o644 }) // prettier-ignore
    expect(await verify(copy), String(at)).toMatchObject({ code: 1 })
  }
})

test('what does not hold is not saved', async () => {
  const copy = join(folder, 'broken')
  cpSync(source, copy, { recursive: true })
  writeFileSync(join(copy, 'checkpoint'), 'none')
  const saved = join(folder, 'broken.tar')
  expect(await verify(copy, { save: saved })).toMatchObject({ code: 1 })
  expect(() => readFileSync(saved)).toThrow(/ENOENT/)
  expect(() => readFileSync(`${saved}.part`)).toThrow(/ENOENT/)
})
