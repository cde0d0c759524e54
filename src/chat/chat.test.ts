import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type TestDatabase, cloneDatabase } from '../../test/setup/database.ts'
import { eventually } from '../../test/setup/eventually.ts'
import {
  type GraphBody,
  type MessengerHarness,
  startMessenger,
  textMessage,
} from '../../test/setup/messenger-harness.ts'
import {
  type EnrolledCustomer,
  type TrustWorld,
  agree,
  banks,
  createTrustWorld,
  enrolCustomer,
  newId,
  sharingTerms,
  signTerms,
} from '../../test/setup/trust-world.ts'
import type { BalanceReport, Bank, BankRefusal } from '../banks/index.ts'
import { sentMessages } from '../channels/index.ts'
import { endings, lowerDisclosure, signedTerms } from '../consent/index.ts'
import { hashLinkCode } from '../linking/confirm-code.ts'
import { type ConversationId, type Disclosure, type TermsId, Secret, refusal, success } from '../kernel/index.ts'
import {
  type Database,
  type JobRunner,
  createJobRunner,
  createLogger,
  createMetrics,
  systemClock,
  systemRandom,
} from '../platform/index.ts'
import { type ChatJobs, createChat } from './create-chat.ts'
import { testPromises } from '../../test/setup/test-promises.ts'

const linkSecret = new Secret<Uint8Array>(randomBytes(32))
const publicUrl = 'http://localhost:1'

let clone: TestDatabase
let answer: Database
let consent: Database
let world: TrustWorld
let gateway: MessengerHarness
let chat: ChatJobs
let runner: JobRunner
let fetchBalances: Bank['fetchBalances']

beforeAll(async () => {
  clone = await cloneDatabase()
  answer = clone.connect('answer', { poolMax: 6 })
  consent = clone.connect('consent', { poolMax: 1 })
  world = await createTrustWorld(clone)
})
beforeEach(async () => {
  await clone.admin.run('TRUNCATE channels.conversation, platform.job, platform.job_claim, platform.outbox CASCADE')
  gateway = await startMessenger(clone, { linkSecret, keystore: world.keys.channel })
  fetchBalances = async () => success(report('1842.17'))
  const deps = {
    database: answer,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger({ role: 'test', level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
  }
  const bank = {
    fetchBalances: (permit: Parameters<Bank['fetchBalances']>[0]) => fetchBalances(permit),
    fetchTransactions: async () => refusal('banks/unreadable'),
    fetchCardBills: async () => refusal('banks/unreadable'),
    fetchCards: async () => refusal('banks/unreadable'),
    fetchAccountDetails: async () => refusal('banks/unreadable'),
    changeCard: async () => refusal('banks/unreadable'),
  } as const
  chat = createChat(
    { ...deps, bank, keystore: world.keys.answer, promises: testPromises },
    { publicUrl, linkSecret, timeZone: 'UTC' },
  )
  const retry = { baseMs: 10, maxMs: 20, failuresMax: 3 }
  runner = createJobRunner(deps, { handlers: chat.handlers, concurrency: 4, onDead: chat.giveUp, retry })
  await runner.start()
  await gateway.startSender()
})
afterEach(async () => {
  await runner.stop()
  await gateway.close()
})
afterAll(async () => {
  await world.end()
  await clone.drop()
})

function report(amount: string, name = 'Everyday Checking'): BalanceReport {
  const [whole = '0', cents = '00'] = amount.split('.')
  const money = { minor: BigInt(whole + cents), currency: 'USD' }
  const balance = { kind: 'available', amount: new Secret(money), asOf: undefined } as const
  const account = {
    id: 'account-1',
    name: new Secret(name),
    lastDigits: new Secret('4821'),
    category: 'deposit',
    kind: 'CHECKING',
    balances: [balance],
  } as const
  return { accounts: [account], complete: true }
}

const said = (psid: string): readonly GraphBody[] =>
  gateway.graph.messages().filter(({ recipient }) => recipient?.id === psid)
const textOf = ({ message }: GraphBody): string => message?.text ?? message?.attachment?.payload.text ?? ''
const urlOf = ({ message }: GraphBody): string => message?.attachment?.payload.buttons[0]?.url ?? ''

/** Writes, and gives back what was said in answer (as many messages as expected). */
async function ask(psid: string, text: string, replies = 1): Promise<readonly GraphBody[]> {
  return hear(psid, () => gateway.write(psid, textMessage(text)), replies)
}

async function hear(psid: string, act: () => Promise<unknown>, replies = 1): Promise<readonly GraphBody[]> {
  const before = said(psid).length
  await act()
  await eventually(`${replies} replies`, () => said(psid).length >= before + replies)
  return said(psid).slice(before)
}

const only = (bodies: readonly GraphBody[]): GraphBody => {
  expect(bodies).toHaveLength(1)
  return bodies[0] ?? {}
}

const idShape = z.object({ id: z.string() })

async function conversationOf(psid: string): Promise<ConversationId> {
  await ask(psid, 'hi')
  const row = await clone.admin.one(idShape, 'SELECT id FROM channels.conversation ORDER BY created_at DESC LIMIT 1')
  return row.id as ConversationId
}

/** A person whose conversation is linked and confirmed, as the pages and the code would have done it. */
async function link(
  psid: string,
  disclosure: Disclosure,
): Promise<{ conversation: ConversationId; customer: EnrolledCustomer }> {
  const conversation = await conversationOf(psid)
  const customer = await enrolCustomer(world.keys.consent)
  await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await clone.admin.run('UPDATE channels.conversation SET customer = $2, linked_at = now() WHERE id = $1', [
    conversation,
    customer.id,
  ])
  await agree(consent, customer, sharingTerms(customer.id, { conversation, disclosure }))
  return { conversation, customer }
}

const dueNow = (kind: string): Promise<number> =>
  clone.admin.run(`UPDATE platform.job SET due_at = clock_timestamp() WHERE kind = $1`, [kind])
const countShape = z.object({ count: z.bigint() })
const countOf = async (from: string): Promise<number> =>
  Number((await clone.admin.one(countShape, `SELECT count(*) FROM ${from}`)).count)

test('the first message says that this is automated, so does one after a day of silence, and none in between', async () => {
  expect(textOf(only(await ask('1', 'hi')))).toContain('automated assistant')
  expect(textOf(only(await ask('1', 'what can you do?')))).not.toContain('automated assistant')
  await clone.admin.run(`UPDATE chat.state SET spoke_at = clock_timestamp() - interval '25 hours'`)
  expect(textOf(only(await ask('1', 'what can you do?')))).toContain('automated assistant')
  expect(textOf(only(await ask('2', 'thanks')))).toContain('automated assistant')
})

test('a balance without a linked bank is kept sealed, a single-use link is offered, and the confirmed link answers it', async () => {
  const psid = '3'
  const conversation = await conversationOf(psid)
  const offer = only(await ask(psid, "what's my balance?"))
  expect(urlOf(offer)).toMatch(/^http:\/\/localhost:1\/link\/[\w-]{43}$/)
  expect(await countOf('chat.state WHERE pending_sealed IS NOT NULL')).toBe(1)

  const customer = await enrolCustomer(world.keys.consent)
  const terms = sharingTerms(customer.id, { conversation, disclosure: 'sealed' })
  await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await signedTerms.record(consent, signTerms(customer.passkey, terms), { unconfirmed: true })
  await markSigned(conversation, customer, terms.id)

  expect(textOf(only(await ask(psid, '999 999')))).toContain("don't match")
  const [confirmed, answer] = await ask(psid, '123 456', 2)
  expect(textOf(confirmed ?? {})).toContain('asking your bank now')
  expect(urlOf(answer ?? {})).toMatch(/^http:\/\/localhost:1\/a\/[\w-]{43}$/)
  expect(await countOf('chat.state WHERE pending_sealed IS NOT NULL')).toBe(0)
})

/** What the link's pages leave behind when the person has signed there. */
async function markSigned(conversation: ConversationId, customer: EnrolledCustomer, terms: TermsId): Promise<void> {
  const { id } = await clone.admin.one(idShape, 'SELECT id FROM linking.link WHERE conversation = $1', [conversation])
  await clone.admin.run(
    `UPDATE linking.link SET step = 'signed', customer = $2, terms = $3, code_hash = $4 WHERE id = $1`,
    [id, customer.id, terms, hashLinkCode(linkSecret, id, '123456')],
  )
}

test('three wrong codes void the link, and the right one then confirms nothing', async () => {
  const conversation = await conversationOf('4')
  await ask('4', 'link my bank')
  const customer = await enrolCustomer(world.keys.consent)
  await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await markSigned(conversation, customer, newId<TermsId>())
  await ask('4', '000000')
  await ask('4', '000001')
  expect(textOf(only(await ask('4', '000002')))).toContain('wrong three times')
  expect(textOf(only(await ask('4', '123456')))).toContain('No link is waiting')
})

test('two people with different balances who use the same words get the same bytes in sealed mode', async () => {
  await link('10', 'sealed')
  await link('11', 'sealed')
  const answersBefore = await countOf('vault.sealed_answer')
  const words = ["what's my balance?", 'balance of my savings', 'how much is in the yacht fund']
  const transcripts: string[][] = []
  for (const [psid, amount, name] of [
    ['10', '1842.17', 'Savings'],
    ['11', '-3.00', 'Everyday'],
  ] as const) {
    fetchBalances = async () => success(report(amount, name))
    const lines: string[] = []
    for (const text of words) lines.push(...(await ask(psid, text)).map(({ message }) => JSON.stringify(message)))
    transcripts.push(lines.map((line) => line.replace(/\/a\/[\w-]{43}/, '/a/…').replace(/[0-9a-f-]{36}/, '…')))
  }
  expect(transcripts[0]).toHaveLength(3)
  expect(transcripts[1]).toEqual(transcripts[0])
  expect(transcripts[0]?.join('')).not.toMatch(/1842|1,842|17|savings|yacht/i)
  expect(await countOf('vault.sealed_answer')).toBe(answersBefore + 6)
})

test('sealed mode says the same whether the bank gave figures, ended the link or answered nonsense', async () => {
  await link('12', 'sealed')
  const texts = new Set<string>()
  const refusals: readonly (BankRefusal | undefined)[] = [
    undefined, 'banks/link-expired', 'banks/consent-ended', 'banks/unreadable',
  ] // prettier-ignore
  for (const code of refusals) {
    fetchBalances = async () => (code === undefined ? success(report('5.00')) : refusal(code))
    texts.add(textOf(only(await ask('12', 'balance'))))
  }
  expect(texts.size).toBe(1)
})

test('rounded and full carry what the customer chose and nothing finer', async () => {
  await link('13', 'rounded')
  await link('14', 'full')
  const rounded = textOf(only(await ask('13', 'balance')))
  expect(rounded).toContain('Everyday Checking: about $1,800 available')
  expect(rounded).not.toMatch(/1,842|\.17/)
  expect(textOf(only(await ask('14', 'balance')))).toContain('Everyday Checking: $1,842.17 available')
  expect(textOf(only(await ask('14', 'balance of my yacht fund')))).toContain('no account of that name')
})

test('"stop" ends the sharing at once: an answer under way does not arrive, and the next question asks for leave', async () => {
  const { conversation } = await link('15', 'full')
  fetchBalances = async () => {
    await answer.transaction((tx) => endings.stopAnswers(tx, conversation))
    return success(report('1842.17'))
  }
  const reply = textOf(only(await ask('15', 'balance')))
  expect(reply).toContain('stopped before I could answer')
  expect(reply).not.toContain('1,842')

  await link('16', 'full')
  const done = only(await ask('16', 'stop'))
  expect(textOf(done)).toMatch(/^Done at /)
  expect(JSON.stringify(done)).toContain(`${publicUrl}/me/receipts`)
  expect(JSON.stringify(done)).toContain(`${publicUrl}/me#looks`)
  // A second time is answered as calmly; somebody who never linked is told that nothing is shared.
  expect(textOf(only(await ask('16', 'stop')))).toContain('Nothing is shared from this chat any more')
  expect(textOf(only(await ask('16b', 'stop')))).toContain('nothing to stop')
  const looks = only(await ask('16', 'who looked at my data?'))
  expect(textOf(looks)).toContain('Every look at your data is listed')
  expect(JSON.stringify(looks)).toContain(`${publicUrl}/me#looks`)
  expect(urlOf(only(await ask('16', 'balance')))).toContain('/link/')
})

test('what the customer lowers on the page while the bank is being asked counts for this very answer', async () => {
  const { conversation } = await link('30', 'full')
  fetchBalances = async () => {
    await consent.transaction((tx) => lowerDisclosure(tx, conversation, 'sealed'))
    return success(report('1842.17'))
  }
  const reply = only(await ask('30', 'balance'))
  expect(urlOf(reply)).toContain('/a/')
  expect(textOf(reply)).not.toContain('1,842')
})

test('"stop" overtakes an answer that a slow bank is holding up', async () => {
  await link('29', 'full')
  fetchBalances = async () => {
    await gateway.write('29', textMessage('stop'))
    return success(report('1842.17'))
  }
  const [first, second] = await ask('29', 'balance', 2)
  expect(textOf(first ?? {})).toContain('stopped before I could answer')
  expect(textOf(second ?? {})).toMatch(/^Done at /)
  expect(said('29').map(textOf).join()).not.toContain('1,842')
})

test('unlinking at the messenger stops the sharing too', async () => {
  await link('17', 'full')
  const unlinked = { account_linking: { status: 'unlinked' } }
  expect(textOf(only(await hear('17', () => gateway.write('17', unlinked))))).toMatch(/^Done at /)
})

test('words lower what the chat may show at once; anything fuller is a link to the page', async () => {
  await link('18', 'full')
  expect(textOf(only(await ask('18', 'round numbers please')))).toContain('only rounded numbers')
  expect(textOf(only(await ask('18', 'balance')))).toContain('about $1,800')
  expect(urlOf(only(await ask('18', 'show me the exact numbers')))).toContain('/link/')
  expect(textOf(only(await ask('18', 'hide the numbers')))).toContain('no numbers')
  expect(urlOf(only(await ask('18', 'balance')))).toContain('/a/')
  expect(urlOf(only(await ask('18', 'rounded numbers')))).toContain('/link/')
  expect(textOf(only(await ask('18', 'hide the numbers')))).toContain('already')
})

test('a bank that is down is told at once, later messages are not held back, and the question is answered once it is up', async () => {
  await link('19', 'full')
  fetchBalances = async () => refusal('banks/unreachable')
  const told = only(await ask('19', 'balance of my everyday checking'))
  expect(textOf(told)).toContain(`I can't reach ${banks.north} right now`)
  expect(textOf(only(await ask('19', 'help')))).toContain('look up your balances')
  await dueNow('chat.retry')
  await eventually('a try that changed nothing', async () => (await countOf(`platform.job WHERE attempt > 0`)) === 1)
  fetchBalances = async () => success(report('7.00'))
  const answer = only(await hear('19', () => dueNow('chat.retry')))
  expect(textOf(answer)).toContain('$7.00 available')
  await eventually('no job is left', async () => (await countOf(`platform.job WHERE kind LIKE 'chat.%'`)) === 0)
  expect(await countOf('channels.inbound_message WHERE sealed IS NOT NULL')).toBe(0)
})

test('the retrying ends after a quarter of an hour with a word', async () => {
  await link('20', 'sealed')
  fetchBalances = async () => refusal('banks/unreachable')
  await ask('20', 'balance')
  await clone.admin.run(
    `UPDATE platform.job SET payload = payload || jsonb_build_object('since', ((payload->>'since')::bigint - 901000)::text),
       due_at = clock_timestamp() WHERE kind = 'chat.retry'`,
  )
  await eventually('the last word', () => said('20').some((body) => textOf(body).includes('stopped trying')))
  await eventually('no job is left', async () => (await countOf(`platform.job WHERE kind LIKE 'chat.%'`)) === 0)
})

test('a question whose sharing was stopped while the bank was down is dropped without another look', async () => {
  await link('21', 'full')
  fetchBalances = async () => refusal('banks/unreachable')
  await ask('21', 'balance')
  await ask('21', 'stop')
  const looks = await countOf('audit.entry')
  await dueNow('chat.retry')
  await eventually('no job is left', async () => (await countOf(`platform.job WHERE kind LIKE 'chat.%'`)) === 0)
  expect(await countOf('audit.entry')).toBe(looks)
})

test('each trouble of a bank has its sentence and a next step', async () => {
  await link('22', 'full')
  const sentences: readonly (readonly [BankRefusal, string])[] = [
    ['banks/over-budget', 'lets me ask only so often'],
    ['banks/link-expired', 'has run out'],
    ['banks/consent-ended', 'ended the sharing'],
    ['banks/unreadable', "can't read"],
  ]
  for (const [code, sentence] of sentences) {
    fetchBalances = async () => refusal(code)
    const reply = only(await ask('22', 'balance'))
    expect(textOf(reply)).toContain(sentence)
    const steps = [...(reply.message?.quick_replies ?? []), ...(reply.message?.attachment?.payload.buttons ?? [])]
    expect(steps.length).toBeGreaterThan(0)
  }
})

test('whatever breaks, the person hears of it with a reference, and the next message is answered', async () => {
  await link('23', 'full')
  fetchBalances = async () => {
    throw new Error('a bug')
  }
  expect(textOf(only(await ask('23', 'balance')))).toMatch(/Something broke on our side.*reference: \d+/)
  fetchBalances = async () => success(report('1.00'))
  expect(textOf(only(await ask('23', 'balance')))).toContain('$1.00')
})

test('a message is answered once, however often its job runs', async () => {
  await ask('24', 'hi')
  const { id } = await clone.admin.one(idShape, 'SELECT id FROM channels.inbound_message')
  const conversation = await clone.admin.one(idShape, 'SELECT id FROM channels.conversation')
  const job = {
    id: 1n,
    kind: 'chat.handle',
    key: conversation.id,
    payload: { message: id },
    attempt: 2,
    createdAt: systemClock.now(),
  }
  const outcome = await chat.handlers['chat.handle']?.(job)
  if (outcome === undefined || !('finish' in outcome)) throw new Error('the job did not end')
  await answer.transaction(outcome.finish)
  expect(await countOf('platform.outbox')).toBe(1)
})

test('"is this message from you?" is answered by the message that was replied to, else by our latest times', async () => {
  await ask('61', 'hi')
  const conversation = await conversationOf('61')
  await sentMessages.note(gateway.database, [{ conversation, carrierId: 'm_ours' }])
  const reply = async (mid: string): Promise<string> => {
    const message = {
      message: { mid: `m_${randomBytes(8).toString('hex')}`, text: 'Is this from you?', reply_to: { mid } },
    }
    return textOf(only(await hear('61', () => gateway.write('61', message))))
  }
  expect(await reply('m_ours')).toMatch(/^Yes, that message is from me/)
  expect(await reply('m_somebody_elses')).toMatch(/^No, I did not send that message/)
  const unnamed = only(await ask('61', 'is this message from you?'))
  expect(textOf(unnamed)).toContain('My latest messages here are of')
  expect(textOf(unnamed)).toContain('never ask for a code')
})

test('"stop fraud alerts" begins a day and ends nothing; one word keeps them', async () => {
  expect(textOf(only(await ask('62', 'stop fraud alerts')))).toContain('no fraud alerts')
  const conversation = await conversationOf('62')
  const customer = await enrolCustomer(world.keys.consent)
  await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
  await clone.admin.run('UPDATE channels.conversation SET customer = $2 WHERE id = $1', [conversation, customer.id])
  await agree(
    consent,
    customer,
    sharingTerms(customer.id, { conversation, purposes: { 'fraud-alerts': ['card-events'] } }),
  )
  expect(textOf(only(await ask('62', 'stop fraud alerts')))).toContain('one more day')
  expect(await countOf(`consent.grant_ WHERE conversation = '${conversation}' AND revoked_at IS NULL`)).toBe(1)
  expect(await countOf(`platform.job WHERE kind LIKE 'revocation.alerts-%'`)).toBe(2)
  expect(textOf(only(await ask('62', 'stop fraud alerts')))).toContain('already end')
  expect(textOf(only(await ask('62', 'stop')))).toContain('Fraud alerts go on')
  expect(textOf(only(await ask('62', 'keep the fraud alerts')))).toContain('go on')
  expect(textOf(only(await ask('62', 'turn on fraud alerts')))).toContain('are on in this chat')
  expect(await countOf('consent.alerts_ending WHERE cancelled_at IS NOT NULL')).toBe(1)
})

test('"warn me about card fraud" turns nothing on by words: it leads to the passkey, or first to linking', async () => {
  const before = only(await ask('63', 'warn me about card fraud'))
  expect(textOf(before)).toContain('Fraud alerts come with a linked bank')
  expect(JSON.stringify(before)).toContain('/link/')
  const { conversation } = await link('63', 'sealed')
  const offered = only(await ask('63', 'warn me about card fraud'))
  expect(textOf(offered)).toContain('Your passkey turns them on')
  expect(JSON.stringify(offered)).toContain('/me/alerts')
  expect(await countOf(`consent.grant_ WHERE conversation = '${conversation}' AND purpose = 'fraud-alerts'`)).toBe(0)
})

test('pictures, cards and danger have their own words; a person is always understood; two misses offer one', async () => {
  const picture = { message: { mid: 'm_p', attachments: [{ type: 'image', payload: { url: 'https://x' } }] } }
  expect(textOf(only(await hear('25', () => gateway.write('25', picture))))).toContain('I read only text')
  expect(textOf(only(await ask('25', 'my card is 4111 1111 1111 1111')))).toContain('I hid a card number')
  expect(textOf(only(await ask('25', 'my wallet was stolen')))).toContain('the number on the back of your card')
  expect(textOf(only(await ask('25', 'can I speak to a human')))).toContain("can't bring a person")
  await ask('25', 'qwertz asdf')
  expect(textOf(only(await ask('25', 'zxcv qwertz')))).toContain("still don't follow")
})

test('people are answered in their own language from their first words on', async () => {
  expect(textOf(only(await ask('26', '¿cuál es mi saldo?')))).toContain('llave de acceso')
  expect(textOf(only(await ask('26', 'balance')))).toContain('llave de acceso')
  expect(textOf(only(await ask('27', 'Wie ist mein Kontostand?')))).toContain('Passkey')
})

test('every look has an opened entry and a disclosed one that says what went where', async () => {
  const { conversation } = await link('28', 'sealed')
  await ask('28', 'balance')
  fetchBalances = async () => refusal('banks/unreachable')
  await ask('28', 'balance')
  const entries = await clone.admin.rows(
    z.object({ event: z.string(), level: z.string().nullable(), place: z.string().nullable() }),
    `SELECT e.event, e.level, e.place FROM audit.entry e JOIN consent.grant_ g ON g.id = e.grant_id
     WHERE g.conversation = $1 ORDER BY e.seq`,
    [conversation],
  )
  expect(entries).toEqual([
    { event: 'opened', level: null, place: null },
    { event: 'disclosed', level: 'sealed', place: 'messenger' },
    { event: 'opened', level: null, place: null },
    { event: 'disclosed', level: 'nothing', place: 'messenger' },
  ])
})

test('an answer leaves a trace for totals only where the customer lets themselves be counted: a week and a kind', async () => {
  const counted = await link('70', 'full')
  await link('71', 'full')
  await clone.admin.run(
    `INSERT INTO consent.grant_ (terms, customer, institution, channel, conversation, data_class, purpose, disclosure, expires_at)
     SELECT terms, customer, institution, channel, conversation, 'service-use', 'service-statistics', disclosure, expires_at
     FROM consent.grant_ WHERE conversation = $1 LIMIT 1`,
    [counted.conversation],
  )
  for (const psid of ['70', '70', '71']) expect(textOf(only(await ask(psid, 'what is my balance?')))).toContain('1,842')
  const rows = await clone.admin.rows(
    z.object({ is_own: z.boolean(), measure: z.string(), cell: z.string(), platform: z.string() }),
    'SELECT customer = $1 AS is_own, measure, cell, platform FROM statistics.contribution',
    [counted.customer.id],
  )
  expect(rows).toEqual([{ is_own: true, measure: 'asked', cell: 'balances', platform: 'meta' }])
  // "Stop" ends being counted with everything else.
  await ask('70', 'stop')
  expect(await countOf(`consent.grant_ WHERE purpose = 'service-statistics' AND revoked_at IS NULL`)).toBe(0)
})
