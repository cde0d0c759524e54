import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { bankJobs } from '../../src/banks/index.ts'
import { instantColumn } from '../../src/platform/index.ts'
import { eventually } from '../setup/eventually.ts'
import { sandboxBank, startBankWorld } from './bank-world.ts'
import type { BankWorld, Sharer } from './bank-world.ts'

// Either side ends the sharing, and the other must not go on: with notices lost or doubled, tokens kept, the bank away.

const endedJob = 'banks.consent-ended'

let world: BankWorld
beforeAll(async () => {
  world = await startBankWorld({ pollMs: 1_000 })
})
afterEach(async () => {
  await world.control.turn({ dropNotices: false, duplicateNotices: false, down: false, slowMs: 0 })
})
afterAll(async () => await world?.stop())

test('a notice that was lost is fetched, and one that came twice ends once', async () => {
  const [lost, doubled] = [await world.link(), await world.link()]
  world.notices.start()
  await world.control.turn({ dropNotices: true })
  await world.control.revokeConsent(lost.consentId)
  await eventually('what was lost has been fetched', async () => !(await world.holds(lost)))
  await world.control.turn({ dropNotices: false, duplicateNotices: true })
  await world.control.revokeConsent(doubled.consentId)
  await eventually('what came twice has ended', async () => !(await world.holds(doubled)))
  expect([await world.endingsOf(lost), await world.endingsOf(doubled)]).toEqual([['bank'], ['bank']])
})

test('a bank that is asked before its notice arrives is understood, and everything that rests on the consent ends', async () => {
  const sharer = await world.link()
  await endQuietly(sharer)
  const permit = await world.permit(sharer, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  expect(await world.banks.bank.fetchBalances(permit)).toEqual({ ok: false, code: 'banks/consent-ended' })
  await runJobs(sharer)
  expect(await world.holds(sharer)).toBe(false)
})

test('what a bank said of an earlier consent does not end the link that was made since', async () => {
  const before = await world.link()
  await endQuietly(before)
  const permit = await world.permit(before, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  expect(await world.banks.bank.fetchBalances(permit)).toEqual({ ok: false, code: 'banks/consent-ended' })
  const now = await world.link(before)
  await runJobs(before)
  expect(await world.holds(now)).toBe(true)
})

test('a token that merely ran out at the bank ends nothing here', async () => {
  const sharer = await world.link()
  await world.control.turn({ expireTokens: true, revokeRefresh: true })
  const permit = await world.permit(sharer, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  expect(await world.banks.bank.fetchBalances(permit)).toEqual({ ok: false, code: 'banks/link-expired' })
  expect(await jobsOf(sharer)).toEqual([])
  expect(await world.holds(sharer)).toBe(true)
})

test('tokens that were given back open nothing at the bank, whoever kept a copy', async () => {
  const sharer = await world.link()
  const copy = await world.record(sharer)
  expect(await world.askWith(copy)).toBe(200)
  await world.end(sharer, 'customer-on-page')
  const revoked = await world.banksToTell.links.revoke(await world.revokingPermit(sharer))
  expect(revoked).toMatchObject({ outcome: 'revoked', version: 1 })
  expect(await world.askWith(copy)).toBe(401)
  expect(await statusAtBank(sharer)).toBe('REVOKED')
  expect(await consentsKnown(sharer)).toBe(0)
  // A crash before anything was written down repeats it.
  expect(await world.banksToTell.links.revoke(await world.revokingPermit(sharer))).toMatchObject({ outcome: 'unknown' })
})

test('a bank that is away is asked again later, and an access token that ran out does not keep the link alive', async () => {
  const sharer = await world.link()
  await world.end(sharer, 'customer-on-page')
  await world.control.turn({ down: true })
  expect(await world.banksToTell.links.revoke(await world.revokingPermit(sharer))).toMatchObject({
    outcome: 'unreachable',
  })
  expect(await consentsKnown(sharer)).toBe(1)
  await world.control.turn({ down: false, expireTokens: true })
  expect(await world.banksToTell.links.revoke(await world.revokingPermit(sharer))).toMatchObject({ outcome: 'revoked' })
  expect(await statusAtBank(sharer)).toBe('REVOKED')
})

test('tokens cannot be taken out to be given back while anything is shared', async () => {
  const sharer = await world.link()
  await expect(world.revokingPermit(sharer)).rejects.toThrow('consent/still-shared')
  const permit = await world.permit(sharer, 'balance')
  if (typeof permit === 'string') throw new Error(permit)
  expect((await world.banks.bank.fetchBalances(permit)).ok).toBe(true)
})

/** Ends a consent at the bank without a word to us; polling of an earlier test must not be quicker. */
async function endQuietly(sharer: Sharer): Promise<void> {
  await world.notices.stop()
  await world.control.turn({ dropNotices: true })
  await world.control.revokeConsent(sharer.consentId)
}

async function jobsOf({ id }: Sharer) {
  const row = z.object({
    id: z.bigint(),
    kind: z.string(),
    key: z.string(),
    payload: z.record(z.string(), z.string()),
    created_at: instantColumn,
  })
  const query = `SELECT id, kind, key, payload, created_at FROM platform.job WHERE kind = $1 AND payload ->> 'customer' = $2`
  return await world.database.admin.rows(row, query, [endedJob, id])
}

/** Does the jobs that the look queued, as the worker of login `parley_consent` does. */
async function runJobs(sharer: Sharer): Promise<void> {
  const jobs = await jobsOf(sharer)
  expect(jobs).toHaveLength(1)
  const consent = world.database.connect('consent')
  for (const { created_at: createdAt, ...job } of jobs) {
    const outcome = await bankJobs[endedJob]({ ...job, createdAt, attempt: 1 })
    if (!('finish' in outcome)) throw new Error('the job did not finish')
    await consent.transaction((tx) => outcome.finish(tx))
  }
}

async function statusAtBank({ consentId }: Sharer): Promise<string | undefined> {
  return (await world.control.consents()).find(({ id }) => id === consentId)?.status
}

async function consentsKnown({ id }: Sharer): Promise<number> {
  return await world.database.admin.run(
    'SELECT FROM institutions.bank_consent WHERE customer = $1 AND institution = $2',
    [id, sandboxBank],
  )
}
