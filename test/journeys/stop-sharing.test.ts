// P5 and P10 over real processes: "stop" in the chat, the real bank told over its real protocol, also when it was down, also when
// the gateway dies meanwhile.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readFileSync } from 'node:fs'
import { Secret, openReceipt } from '../../src/kernel/index.ts'
import { readLogKey } from '../../src/audit/log-key.ts'
import { verifyEd25519 } from '../../src/audit/ed25519.ts'
import { eventually } from '../setup/eventually.ts'
import { ask, linkIn, linkPerson, openSealed, repliesTo } from '../setup/link-person.ts'
import type { TestPerson } from '../setup/link-person.ts'
import { startParley } from '../setup/parley-processes.ts'
import type { ParleyProcesses } from '../setup/parley-processes.ts'

let parley: ParleyProcesses

beforeAll(async () => {
  parley = await startParley()
})
afterAll(async () => {
  await parley.stop()
})

const withinMs = 60_000
const endingRow = z.object({
  id: z.string(),
  customer: z.string(),
  bank: z.string().nullable(),
  is_done: z.boolean(),
  is_destroyed: z.boolean(),
})

/** The newest ending. */
async function newestEnding(): Promise<z.infer<typeof endingRow>> {
  return await parley.admin.one(
    endingRow,
    `SELECT n.id::text, n.customer::text, n.bank, n.done_at IS NOT NULL AS is_done, n.key_destroyed_at IS NOT NULL AS is_destroyed
     FROM consent.ending n WHERE n.because = 'customer-in-chat' ORDER BY n.at DESC LIMIT 1`,
  )
}

async function untilDone(): Promise<z.infer<typeof endingRow>> {
  await eventually('the ending is followed', async () => (await newestEnding()).is_done, withinMs)
  return await newestEnding()
}

/** What a customer's receipts say, oldest first, checked with the log's receipt key. */
async function receiptsOf(customer: string) {
  const key = readLogKey(new Secret(readFileSync(parley.folder.receiptKey, 'utf8')), 'localhost/log/receipt')
  const rows = await parley.admin.rows(
    z.object({ note: z.string() }),
    'SELECT note FROM receipts.receipt WHERE customer = $1 ORDER BY at',
    [customer],
  )
  return rows.map(({ note }) => {
    const opened = openReceipt(note, key.noteKey, verifyEd25519)
    if (!opened.ok) throw new Error(opened.code)
    return opened.value
  })
}

async function stop(person: TestPerson): Promise<string> {
  const reply = await ask(parley, person, 'stop sharing', ({ shown }) => shown.text.startsWith('Done at'))
  expect(reply.shown.buttons.map(({ url }) => new URL(url ?? '').pathname)).toEqual(['/me/receipts', '/me'])
  return reply.shown.text
}

const liveConsents = async () =>
  (await parley.bankControl.consents()).filter(({ status }) => status === 'ACTIVE').length

test('"stop" ends the sharing, the bank takes its tokens back, the key is destroyed, and a signed receipt says so', async () => {
  const person = await linkPerson(parley, 'Ada')
  const answer = await ask(parley, person, 'what is my balance?', ({ shown }) => shown.buttons.length > 0)
  const before = await liveConsents()
  await stop(person)
  const done = await untilDone()
  expect(done).toMatchObject({ bank: 'revoked', is_destroyed: true })
  expect(await liveConsents()).toBe(before - 1)
  expect(await receiptsOf(done.customer)).toMatchObject([{ kind: 'revocation', bank: 'taken-back', keys: 'destroyed' }])
  // The link that was sent before opens nothing any more, and the page says why.
  const page = await openSealed(person, linkIn(answer, '/a/'))
  expect(page.status).toBe(403)
  expect(page.text).not.toContain('$')
  // A second time is as calm; the next question asks for leave.
  expect((await ask(parley, person, 'stop')).shown.text).toContain('Nothing is shared')
  expect(linkIn(await ask(parley, person, 'balance?', ({ shown }) => shown.buttons.length > 0), '/link/')).toBeDefined()
})

test('a bank that is down delays nothing: stopped at once, a receipt now, another when it is back', async () => {
  const person = await linkPerson(parley, 'Ben', { bankPerson: 1 })
  await parley.bank.kill()
  await stop(person)
  const { id, customer } = await newestEnding()
  await eventually('the first receipt', async () => (await receiptsOf(customer)).length === 1, withinMs)
  expect(await receiptsOf(customer)).toMatchObject([{ bank: 'bank-not-reached-yet', keys: 'kept-until-bank-answers' }])
  expect((await newestEnding()).is_done).toBe(false)
  await parley.bank.start()
  // Not in a minute but now.
  const hurry = `UPDATE platform.job SET due_at = clock_timestamp() WHERE kind = 'revocation.follow'`
  await eventually(
    'the ending is followed',
    async () => {
      await parley.admin.run(hurry)
      return (await newestEnding()).is_done
    },
    withinMs,
  )
  expect((await newestEnding()).id).toBe(id)
  expect(await receiptsOf(customer)).toMatchObject([
    { bank: 'bank-not-reached-yet' },
    { bank: 'taken-back', keys: 'destroyed' },
  ])
})

test('a gateway that dies right after "stop" loses nothing: once up again it finishes, with one receipt', async () => {
  const person = await linkPerson(parley, 'Cem', { bankPerson: 2 })
  await stop(person)
  await parley.gateway.kill()
  const { customer } = await newestEnding()
  await parley.gateway.start()
  const done = await untilDone()
  expect(done).toMatchObject({ customer, bank: 'revoked', is_destroyed: true })
  expect(await receiptsOf(customer)).toHaveLength(1)
  expect((await repliesTo(parley, person)).filter(({ shown }) => shown.text.startsWith('Done at'))).toHaveLength(1)
})
