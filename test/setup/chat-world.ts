import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { z } from 'zod'
import type { Bank } from '../../src/banks/index.ts'
import { createChat } from '../../src/chat/create-chat.ts'
import type { ChatDeps } from '../../src/chat/chat-deps.ts'
import type { ConversationId, DataClass, Disclosure } from '../../src/kernel/index.ts'
import { Secret, refusal } from '../../src/kernel/index.ts'
import {
  type Database,
  type JobRunner,
  createJobRunner,
  createLogger,
  createMetrics,
  systemClock,
  systemRandom,
} from '../../src/platform/index.ts'
import { type TestDatabase, cloneDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import {
  type GraphBody,
  type MessengerHarness,
  type MessengerWire,
  startMessenger,
  textMessage,
} from './messenger-harness.ts'
import { testPromises } from './test-promises.ts'
import {
  type EnrolledCustomer,
  type TrustWorld,
  agree,
  createTrustWorld,
  enrolCustomer,
  sharingTerms,
} from './trust-world.ts'

/** The bank as the chat sees it; a test replaces what it is about. */
export type ChatBank = { -readonly [Name in keyof ChatDeps['bank']]: ChatDeps['bank'][Name] }

/** Every kind of data that can be shared for answers. */
export const allClasses = ['account-list', 'balance', 'transactions', 'card-bills', 'card-status'] as const

/** What a world may be opened with: a desk and alerts, the messenger at the other end, the app that people answer in. */
export type ChatOpening = Pick<ChatDeps, 'desk' | 'alerts'> & {
  readonly wire?: MessengerWire
  readonly handOverTo?: string
}

/** The chat on a database, a keystore and a messenger, with a bank that a test makes up. */
export type ChatWorld = {
  readonly clone: TestDatabase
  readonly answer: Database
  readonly consent: Database
  readonly world: TrustWorld
  readonly bank: ChatBank
  /** Empties conversations and starts the messenger and the workers. */
  open(options?: ChatOpening): Promise<void>
  /** The gateway's side of the messenger, once it is open. */
  harness(): MessengerHarness
  close(): Promise<void>
  end(): Promise<void>
  /** Writes, and gives back what was said in answer (as many messages as expected). */
  ask(psid: string, text: string, replies?: number): Promise<readonly GraphBody[]>
  tap(psid: string, payload: string, replies?: number): Promise<readonly GraphBody[]>
  said(psid: string): readonly GraphBody[]
  /** A person whose conversation is linked and confirmed, as the pages and the code would have done it. */
  link(
    psid: string,
    disclosure: Disclosure,
    options?: { readonly classes?: readonly DataClass[]; readonly accounts?: readonly string[] },
  ): Promise<{ readonly conversation: ConversationId; readonly customer: EnrolledCustomer }>
  count(from: string): Promise<number>
}

const idShape = z.object({ id: z.string() })
const countShape = z.object({ count: z.bigint() })

/** What a message says. */
export const textOf = ({ message }: GraphBody): string => message?.text ?? message?.attachment?.payload.text ?? ''
/** The titles of what can be tapped. */
export const stepsOf = ({ message }: GraphBody): readonly string[] => [
  ...(message?.quick_replies ?? []).map(({ title }) => title),
  ...(message?.attachment?.payload.buttons ?? []).map(({ title }) => title),
]
/** The one message of several. */
export const only = (bodies: readonly GraphBody[]): GraphBody => {
  expect(bodies).toHaveLength(1)
  return bodies[0] ?? {}
}
/** The bytes of a message, but for what no two can share: links and ids. */
export const bytesOf = ({ message }: GraphBody): string =>
  JSON.stringify(message)
    .replace(/\/(a|link)\/[\w-]{43}/g, '/$1/…')
    .replace(/[0-9a-f-]{36}/g, '…')

export async function createChatWorld(): Promise<ChatWorld> {
  const clone = await cloneDatabase()
  const answer = clone.connect('answer', { poolMax: 6 })
  const consent = clone.connect('consent', { poolMax: 1 })
  const world = await createTrustWorld(clone)
  const linkSecret = new Secret<Uint8Array>(randomBytes(32))
  const bank = silentBank()
  let gateway: MessengerHarness | undefined
  let runner: JobRunner | undefined
  const harness = (): MessengerHarness => {
    if (gateway === undefined) throw new Error('the world is not open')
    return gateway
  }
  const said = (psid: string): readonly GraphBody[] =>
    harness()
      .graph.messages()
      .filter(({ recipient }) => recipient?.id === psid)
  const hear = async (psid: string, act: () => Promise<unknown>, replies: number): Promise<readonly GraphBody[]> => {
    const before = said(psid).length
    await act()
    await eventually(`${replies} replies`, () => said(psid).length >= before + replies)
    return said(psid).slice(before)
  }
  const ask: ChatWorld['ask'] = (psid, text, replies = 1) =>
    hear(psid, () => harness().write(psid, textMessage(text)), replies)
  return {
    clone,
    answer,
    consent,
    world,
    bank,
    said,
    ask,
    tap: (psid, payload, replies = 1) =>
      hear(
        psid,
        () =>
          harness().write(psid, { postback: { mid: `m_${randomBytes(8).toString('hex')}`, title: 'tap', payload } }),
        replies,
      ),
    harness,
    async open({ desk, alerts, wire, handOverTo } = {}) {
      await clone.admin.run('TRUNCATE channels.conversation, platform.job, platform.job_claim, platform.outbox CASCADE')
      Object.assign(bank, silentBank())
      gateway = await startMessenger(clone, {
        linkSecret,
        keystore: world.keys.channel,
        ...(wire === undefined ? {} : { wire }),
      })
      const deps = {
        database: answer,
        clock: systemClock,
        random: systemRandom,
        logger: createLogger({ role: 'test', level: 'silent' }),
        metrics: createMetrics({ processMetrics: false }),
      }
      const chat = createChat(
        {
          ...deps,
          bank: through(bank),
          keystore: world.keys.answer,
          promises: testPromises,
          ...(desk === undefined ? {} : { desk }),
          ...(alerts === undefined ? {} : { alerts }),
        },
        { publicUrl: 'http://localhost:1', linkSecret, timeZone: 'UTC', handOverTo },
      )
      const retry = { baseMs: 10, maxMs: 20, failuresMax: 3 }
      runner = createJobRunner(deps, { handlers: chat.handlers, concurrency: 4, onDead: chat.giveUp, retry })
      await runner.start()
      await gateway.startSender()
    },
    async close() {
      await runner?.stop()
      await gateway?.close()
    },
    async end() {
      await world.end()
      await clone.drop()
    },
    async link(psid, disclosure, { classes = allClasses, accounts = ['account-1', 'account-2'] } = {}) {
      await ask(psid, 'hi')
      const row = await clone.admin.one(
        idShape,
        'SELECT id FROM channels.conversation ORDER BY created_at DESC LIMIT 1',
      )
      const conversation = row.id as ConversationId
      const customer = await enrolCustomer(world.keys.consent)
      await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
      await clone.admin.run('UPDATE channels.conversation SET customer = $2, linked_at = now() WHERE id = $1', [
        conversation,
        customer.id,
      ])
      const purposes = { 'answer-customer': [...classes].sort() }
      await agree(consent, customer, sharingTerms(customer.id, { conversation, disclosure, accounts, purposes }))
      return { conversation, customer }
    },
    count: async (from) => Number((await clone.admin.one(countShape, `SELECT count(*) FROM ${from}`)).count),
  }
}

/** A bank that answers nothing that can be read. */
function silentBank(): ChatBank {
  const no = async () => refusal('banks/unreadable')
  return {
    fetchBalances: no,
    fetchTransactions: no,
    fetchCardBills: no,
    fetchCards: no,
    fetchAccountDetails: no,
    changeCard: no,
  }
}

function through(bank: ChatBank): Pick<Bank, keyof ChatBank> {
  return {
    fetchBalances: (permit) => bank.fetchBalances(permit),
    fetchTransactions: (permit, days) => bank.fetchTransactions(permit, days),
    fetchCardBills: (permit) => bank.fetchCardBills(permit),
    fetchCards: (permit) => bank.fetchCards(permit),
    fetchAccountDetails: (permit, asked) => bank.fetchAccountDetails(permit, asked),
    changeCard: (permit, act) => bank.changeCard(permit, act),
  }
}
