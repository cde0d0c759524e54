import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { movement, usd } from '../../src/answers/test-support/sample-facts.ts'
import type { AnswerLinkRow } from '../../src/answers/index.ts'
import type { Bank, CardBill, Transaction } from '../../src/banks/index.ts'

import { openOutgoing } from '../../src/channels/sealed-message.ts'
import type { Permit } from '../../src/consent/index.ts'
import { refusal, success } from '../../src/kernel/index.ts'
import type { ConversationId, DataClass, Disclosure, OutboxId } from '../../src/kernel/index.ts'
import { createNotify } from '../../src/notify/index.ts'
import type { Notify } from '../../src/notify/index.ts'
import { bytesColumn, createLogger, createMetrics, systemClock, systemRandom } from '../../src/platform/index.ts'
import type { Clock, JobHandler } from '../../src/platform/index.ts'
import { cloneDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'
import { testPromises } from './test-promises.ts'
import { agree, banks, createTrustWorld, enrolCustomer, newId, sharingTerms } from './trust-world.ts'
import type { EnrolledCustomer } from './trust-world.ts'

/** What a customer's bank says; a test changes it as it goes. */
export type MadeUpBank = { bills: CardBill[]; transactions: Transaction[]; down: boolean }

/** Somebody who linked a bank and, unless a test says otherwise, wants notices. */
export type NoticedCustomer = EnrolledCustomer & { readonly conversation: ConversationId; readonly bank: MadeUpBank }

/** One look as the bank saw it: what stood in the log at that moment under the id that came with the call. */
export type SeenLook = {
  readonly dataClass: DataClass
  readonly purpose: string | undefined
  readonly login: string | undefined
}

/** A message as it waits in the outbox. */
export type Waiting = Awaited<ReturnType<NotifyWorld['waiting']>>[number]

/** Notices on a database and a keystore, with banks that a test makes up; jobs are run by hand, so that things can happen in between. */
export type NotifyWorld = Awaited<ReturnType<typeof createNotifyWorld>>

/** A zone in which it is about noon now, whenever the tests run; and one in which it is the middle of the night. */
export const noonZone = zoneWhereItIs(12)
export const nightZone = zoneWhereItIs(2)

export async function createNotifyWorld(
  options: { readonly clock?: Clock; readonly create?: typeof createNotify; readonly timeZone?: string } = {},
) {
  const clone = await cloneDatabase()
  const world = await createTrustWorld(clone)
  const consent = clone.connect('consent', { poolMax: 1 })
  const database = clone.connect('notify')
  const people = new Map<string, MadeUpBank>()
  const seen: SeenLook[] = []
  const bank = fakeBank({ clone, people, seen })
  const notify: Notify = (options.create ?? createNotify)(
    {
      database,
      keystore: world.keys.notify,
      promises: testPromises,
      banks: { away: bank, present: bank },
      clock: options.clock ?? systemClock,
      random: systemRandom,
      logger: createLogger({ role: 'test', level: 'silent' }),
      metrics: createMetrics({ processMetrics: false }),
    },
    { publicUrl: 'https://parley.test', timeZone: options.timeZone ?? noonZone },
  )

  return {
    clone,
    world,
    consent,
    database,
    notify,
    seen,
    addCustomer,
    agreeTo,
    startLook,
    look,
    waiting,
    linkOf,
    makeDue,
    count,
    async end() {
      await world.end()
      await clone.drop()
    },
  }

  async function addCustomer(
    change: { readonly disclosure?: Disclosure; readonly notices?: boolean } = {},
  ): Promise<NoticedCustomer> {
    const customer = await enrolCustomer(world.keys.consent)
    const conversation = newId<ConversationId>()
    await clone.admin.run('INSERT INTO customers.customer (id) VALUES ($1)', [customer.id])
    await clone.admin.run(
      `INSERT INTO channels.conversation (id, channel, page_id, address_hash, address_sealed, customer, linked_at)
       VALUES ($1, 'messenger', 'page', $2, '', $3, now())`,
      [conversation, randomBytes(32), customer.id],
    )
    const own: MadeUpBank = { bills: [], transactions: [], down: false }
    people.set(customer.id, own)
    const noticed = { ...customer, conversation, bank: own }
    await agreeTo(noticed, change)
    return noticed
  }

  async function agreeTo(
    customer: NoticedCustomer,
    { disclosure = 'sealed', notices = true }: { readonly disclosure?: Disclosure; readonly notices?: boolean } = {},
  ): Promise<void> {
    const toNotify = notices ? { 'notify-customer': ['card-bills', 'transactions'] as const } : {}
    const purposes = { 'answer-customer': ['balance'] as const, ...toNotify }
    const { conversation } = customer
    await agree(consent, customer, sharingTerms(customer.id, { conversation, disclosure, purposes }))
  }

  /** Runs a look up to the point where the bank has answered; `finish` commits it. Undefined: no job was waiting. */
  async function startLook(customer: NoticedCustomer): Promise<(() => Promise<void>) | undefined> {
    const row = await clone.admin.maybe(
      jobRow,
      'DELETE FROM platform.job WHERE key = $1 RETURNING kind, key, payload',
      [`notify:${customer.id}`],
    )
    if (row === undefined) return undefined
    const handler: JobHandler | undefined = notify.handlers[row.kind]
    if (handler === undefined) throw new Error('no such job')
    const outcome = await handler({ ...row, id: 1n, attempt: 1, createdAt: systemClock.now() })
    return async () => {
      if (!('finish' in outcome)) throw new Error('not finished')
      await database.transaction((tx) => outcome.finish(tx))
    }
  }

  /** Takes the turns that are due, and looks for this customer if it was theirs; whether it was. */
  async function look(customer: NoticedCustomer): Promise<boolean> {
    await notify.takeTurns()
    const finish = await startLook(customer)
    await finish?.()
    return finish !== undefined
  }

  /** The messages that wait for a customer, opened. */
  async function waiting(customer: NoticedCustomer) {
    const rows = await clone.admin.rows(
      z.object({ id: z.string(), sealed: bytesColumn }),
      'SELECT id::text, sealed FROM platform.outbox WHERE conversation = $1 ORDER BY created_at',
      [customer.conversation],
    )
    const key = await world.keys.channel.conversationKey(customer.conversation)
    return rows.map(({ id, sealed }) => {
      const place = { conversation: customer.conversation, id: id as OutboxId }
      return { id, size: sealed.length, ...openOutgoing(key, place, sealed) }
    })
  }

  /** The newest link of a notice, as the page finds it. */
  async function linkOf(customer: NoticedCustomer): Promise<AnswerLinkRow> {
    const row = await clone.admin.one(
      z.object({ id: z.string() }),
      'SELECT id::text FROM answers.link WHERE customer = $1 AND of_notice ORDER BY created_at DESC LIMIT 1',
      [customer.id],
    )
    return {
      id: row.id,
      customer: customer.id,
      conversation: customer.conversation,
      answers: [],
      noticeOf: banks.north,
      state: 'live',
    }
  }

  /** As if a day had passed: the customer's turn is due. */
  async function makeDue(customer: NoticedCustomer): Promise<void> {
    await clone.admin.run(
      `UPDATE notify.watch SET next_at = next_at - interval '2 days', looked_at = looked_at - interval '2 days' WHERE customer = $1`,
      [customer.id],
    )
  }

  async function count(from: string, values: readonly string[] = []): Promise<number> {
    const row = await clone.admin.one(z.object({ count: z.bigint() }), `SELECT count(*) FROM ${from}`, values)
    return Number(row.count)
  }
}

const jobRow = z.object({ kind: z.string(), key: z.string(), payload: z.record(z.string(), z.string()) })

type Ground = { readonly clone: TestDatabase; readonly people: Map<string, MadeUpBank>; readonly seen: SeenLook[] }

function fakeBank({ clone, people, seen }: Ground): Pick<Bank, 'fetchTransactions' | 'fetchCardBills'> {
  const entry = z.object({ purpose: z.string(), login: z.string() })
  const ask = async (permit: Permit<DataClass>): Promise<MadeUpBank | undefined> => {
    const row = await clone.admin.maybe(
      entry,
      `SELECT purpose, login FROM audit.entry WHERE id = $1 AND event = 'opened'`,
      [permit.lookId],
    )
    seen.push({ dataClass: permit.dataClass, purpose: row?.purpose, login: row?.login })
    const own = people.get(permit.customer)
    return own?.down === true ? undefined : own
  }
  return {
    async fetchCardBills(permit) {
      const own = await ask(permit)
      return own === undefined ? refusal('banks/unreachable') : success(own.bills)
    },
    async fetchTransactions(permit, { from, to }) {
      const own = await ask(permit)
      if (own === undefined) return refusal('banks/unreachable')
      return success({ transactions: own.transactions, from, to, complete: true })
    },
  }
}

/** A day so many days from today, in the zone of these tests. */
export function dayFromNow(days: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: noonZone }).format(Date.now() + days * 86_400_000)
}

export function billDue(inDays: number, minor = 45_730): CardBill {
  return {
    accountId: 'card',
    totalDue: usd(minor),
    minimumDue: usd(3_500),
    dueDate: dayFromNow(inDays),
    pastDue: undefined,
    statementBalance: undefined,
    statementDate: undefined,
    autoPay: undefined,
    lastPayment: undefined,
  }
}

/** Money back from a shop, booked today. */
export function refundNow(merchant: string, minor: number): Transaction {
  return movement({ day: dayFromNow(0), minor, merchant, direction: 'credit', kind: 'REFUND', card: '4821' })
}

function zoneWhereItIs(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12
  // The names of these zones say how far they are behind.
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}
