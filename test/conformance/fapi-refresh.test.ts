import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Banks } from '../../src/banks/index.ts'
import { testPermit } from '../../src/banks/test-support/test-permit.ts'
import { tokenRecordText } from '../../src/banks/token-record.ts'
import { toInstant } from '../../src/kernel/index.ts'
import { startLinkedSandbox } from './fapi-sandbox.ts'
import type { LinkedSandbox } from './fapi-sandbox.ts'

// A bank that rotates refresh tokens: whoever uses the old one again, past its grace, loses the link.

let sandbox: LinkedSandbox
beforeAll(async () => {
  sandbox = await startLinkedSandbox()
})
afterAll(async () => await sandbox.stop())

beforeEach(async () => {
  await sandbox.control.turn({ refreshGraceSeconds: 0 })
  await sandbox.link()
})

test('looks in two processes at once refresh once', async () => {
  endAccessToken()
  const stores = sandbox.vault.stores
  const looks = [sandbox.banks, sandbox.otherBanks].flatMap((banks) => Array.from({ length: 10 }, () => look(banks)))
  expect((await Promise.all(looks)).filter((code) => code !== 'ok')).toEqual([])
  expect(sandbox.vault.stores).toBe(stores + 1)
})

test('refreshed tokens that could not be stored are stored by the next look, without another refresh', async () => {
  endAccessToken()
  const before = sandbox.record().refreshToken
  sandbox.vault.failNextStore('break')
  await expect(look(sandbox.banks)).rejects.toThrow('the database is gone')
  expect(sandbox.record().refreshToken).toBe(before)
  expect(await look(sandbox.banks)).toBe('ok')
  expect(sandbox.record().refreshToken).not.toBe(before)
  expect(await look(sandbox.otherBanks)).toBe('ok')
})

test('a crash between refresh and store is survived while the bank still takes the predecessor', async () => {
  await sandbox.control.turn({ refreshGraceSeconds: 600 })
  const before = endAccessToken()
  expect(await look(sandbox.banks)).toBe('ok')
  sandbox.vault.replace(tokenRecordText(before))
  expect(await look(sandbox.otherBanks)).toBe('ok')
})

test('past the grace the link is over, and said to be', async () => {
  const before = endAccessToken()
  expect(await look(sandbox.banks)).toBe('ok')
  sandbox.vault.replace(tokenRecordText(before))
  expect(await look(sandbox.otherBanks)).toBe('banks/link-expired')
})

test('a new link ends the consent that it replaces, and no other', async () => {
  const statuses = async (): Promise<readonly string[]> =>
    (await sandbox.control.consents()).map(({ status }) => status)
  await sandbox.link()
  expect((await statuses()).filter((status) => status === 'ACTIVE')).toHaveLength(1)
  expect(await look(sandbox.banks)).toBe('ok')
})

test('a link is not shown to a bank whose issuer was configured anew', async () => {
  sandbox.vault.replace(tokenRecordText({ ...sandbox.record(), issuer: 'https://another-bank.example' }))
  const lines = (await sandbox.control.accessLog()).length
  expect(await look(sandbox.banks)).toBe('banks/link-expired')
  expect(await sandbox.control.accessLog()).toHaveLength(lines)
})

function endAccessToken(): ReturnType<LinkedSandbox['record']> {
  const record = { ...sandbox.record(), accessExpiresAt: toInstant(Date.now()) }
  sandbox.vault.replace(tokenRecordText(record))
  return record
}

async function look(banks: Banks): Promise<string> {
  const report = await banks.bank.fetchBalances(testPermit('balance', { institution: sandbox.institution }))
  return report.ok ? 'ok' : report.code
}
