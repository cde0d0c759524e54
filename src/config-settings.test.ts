import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainSettings } from './config.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const inFile = {
  messenger: { appSecret: 'a-secret-of-the-app', graphUrl: 'https://graph.test' },
  database: { passwords: { parley_answer: 'a-password' } },
  institutions: [
    { id: 'north-bank', name: 'North', cardEvents: { secret: 'whsec_one', formerSecrets: ['whsec_two'] } },
  ],
}
const config = { ...inFile, workers: 32 }

test('every value has its provenance, and no secret its value', () => {
  const file = join(folder, 'gateway.json')
  writeFileSync(file, JSON.stringify(inFile))
  const settings = explainSettings(config, inFile, file)
  const of = (path: string) => settings.find((setting) => setting.path === path)
  expect(of('workers')).toMatchObject({ value: '32', from: 'default', since: undefined })
  expect(of('messenger.graphUrl')).toMatchObject({ value: 'https://graph.test', from: 'file' })
  expect(of('institutions.0.name')).toMatchObject({ value: 'North', institution: 'north-bank' })
  const secrets = ['messenger.appSecret', 'database.passwords.parley_answer', 'institutions.0.cardEvents.secret', 'institutions.0.cardEvents.formerSecrets.0'] // prettier-ignore
  for (const path of secrets) {
    expect([path, of(path)?.value, of(path)?.from, of(path)?.since === undefined]).toEqual([path, undefined, 'file', false]) // prettier-ignore
  }
  expect(of('metricsToken')).toMatchObject({ value: undefined, from: 'default' })
  expect(of('institutions.0.pushSecret')).toMatchObject({
    value: undefined,
    from: 'default',
    institution: 'north-bank',
  })
  expect(JSON.stringify(settings)).not.toMatch(/a-secret|a-password|whsec/)
})
