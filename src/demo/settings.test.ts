import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseLogins, keystoreCallers } from '../config.ts'
import { openDemoFolder } from './settings.ts'
import { verifierKeyOf } from './verifier-keys.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parley-settings-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

test('a data folder that an older Parley made opens: what is missing is made, what is there stays', () => {
  const { folder, secrets } = openDemoFolder(dataDir)
  const older = {
    ...secrets,
    passwords: { parley_answer: secrets.passwords['parley_answer'] },
    keystore: { answer: secrets.keystore['answer'] },
    staff: undefined,
  }
  writeFileSync(folder.secrets, JSON.stringify(older))
  rmSync(folder.log, { recursive: true })
  rmSync(folder.witness, { recursive: true })
  const { secrets: filled } = openDemoFolder(dataDir)
  expect(filled.passwords['parley_answer']).toBe(secrets.passwords['parley_answer'])
  expect(Object.keys(filled.passwords).toSorted()).toEqual([...databaseLogins].toSorted())
  expect(Object.keys(filled.keystore).toSorted()).toEqual([...keystoreCallers].toSorted())
  // And once more it is the same.
  expect(openDemoFolder(dataDir).secrets).toEqual(filled)
})

test('the keys of the log and of the witness are made once, for their owner alone', () => {
  const { folder } = openDemoFolder(dataDir)
  const files = [folder.logKey, folder.promiseKey, folder.receiptKey, folder.witnessKey]
  const made = files.map((file) => readFileSync(file, 'utf8'))
  for (const file of files) expect(statSync(file).mode & 0o777, file).toBe(0o600)
  openDemoFolder(dataDir)
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(made)
  expect(new Set(made).size).toBe(4)
  expect(verifierKeyOf(folder.witnessKey, 'localhost/witness', 'cosignature')).toMatch(
    /^localhost\/witness\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/,
  )
})
