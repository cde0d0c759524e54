import { generateKeyPairSync } from 'node:crypto'
import { readLogKey } from '../../src/audit/log-key.ts'
import { closeQuestions } from '../../src/chat/index.ts'
import { endings, openPermit, bankTokens } from '../../src/consent/index.ts'
import type { EndingId, Permit } from '../../src/consent/index.ts'
import { Secret, openReceipt } from '../../src/kernel/index.ts'
import type { ReceiptBody, Terms } from '../../src/kernel/index.ts'
import { verifyEd25519 } from '../../src/audit/ed25519.ts'
import { createLogger, createMetrics, systemRandom, systemClock } from '../../src/platform/index.ts'
import type { Database, Job, JobHandler } from '../../src/platform/index.ts'
import { createReceipts } from '../../src/receipts/index.ts'
import { revocationJobs } from '../../src/revocation/index.ts'
import type { RevocationDeps } from '../../src/revocation/index.ts'
import type { TestDatabase } from './database.ts'
import { testPromises } from './test-promises.ts'
import { agree, enrolCustomer, sharingTerms } from './trust-world.ts'
import type { EnrolledCustomer, TrustWorld } from './trust-world.ts'
import { z } from 'zod'

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const receiptKey = readLogKey(new Secret(pem), 'log.test/parley/receipt')

/** What a bank under a test's thumb answers when its tokens are given back, and what it was shown. */
export type ToldBank = { answer: Awaited<ReturnType<RevocationDeps['revokeAtBank']>>; shown: string[] }

/** Following endings on a test's database: the product's own jobs, with a bank that answers what the test says. */
export function createEndingWorld(database: TestDatabase, world: TrustWorld) {
  const logger = createLogger({ role: 'test', level: 'silent' })
  const metrics = createMetrics({ processMetrics: false })
  const revoker = database.connect('revoker')
  const answer = database.connect('answer')
  const consent = database.connect('consent')
  const bank: ToldBank = { answer: 'revoked', shown: [] }
  const receipts = createReceipts({ key: receiptKey, published: async () => undefined, random: systemRandom })
  const deps: RevocationDeps = {
    database: revoker,
    keystore: world.keys.revoke,
    random: systemRandom,
    logger,
    promises: testPromises,
    receipts,
    closeQuestions,
    revokeAtBank: async (permit) => {
      const token = await endings.revoking.readToken(revoker, permit)
      bank.shown.push(token?.plain.reveal() ?? '')
      return bank.answer
    },
  }
  const permitDeps = { database: answer, keystore: world.keys.answer, random: systemRandom, promises: testPromises }

  return {
    deps,
    bank,
    revoker,
    answer,
    consent,
    permitDeps,
    receipts,
    link,
    look,
    follow,
    receiptsOf,
    logger,
    metrics,
    clock: systemClock,
  }

  /** Somebody who linked a bank as they should; a token of that name lies in the vault. */
  async function link(change: Partial<Terms> = {}, customer?: EnrolledCustomer, token = 'token') {
    const who = customer ?? (await enrolCustomer(world.keys.consent))
    const terms = sharingTerms(who.id, change)
    await agree(consent, who, terms)
    const permit = await look(terms)
    await bankTokens.store(answer, permit, { expectedVersion: 0, plain: new Secret(token) })
    return { customer: who, terms, permit }
  }

  async function look(terms: Terms): Promise<Permit<'balance'>> {
    const opened = await openPermit(permitDeps, { ...terms, dataClass: 'balance' })
    if (!opened.ok) throw new Error(`the honest path is broken: ${opened.code}`)
    return opened.value
  }

  /** Runs the job of an ending once, as the runner does; gives what it asked for. */
  async function follow(
    id: EndingId,
    options: { readonly attempt?: number; readonly with?: Partial<RevocationDeps> } = {},
  ) {
    const handler: JobHandler | undefined = revocationJobs({ ...deps, ...options.with })['revocation.follow']
    if (handler === undefined) throw new Error('no such job')
    const job: Job = {
      id: 1n,
      kind: 'revocation.follow',
      key: 'revoke',
      payload: { ending: id },
      attempt: options.attempt ?? 1,
      createdAt: systemClock.now(),
    }
    const outcome = await handler(job)
    if ('finish' in outcome) await revoker.transaction((tx) => outcome.finish(tx))
    return outcome
  }

  /** The receipts a customer has, oldest first, each verified as anybody would. */
  async function receiptsOf(customer: EnrolledCustomer): Promise<readonly ReceiptBody[]> {
    const stored = await receipts.list(consent, customer.id)
    return stored.toReversed().map(({ note }) => {
      const opened = openReceipt(note, receiptKey.noteKey, verifyEd25519)
      if (!opened.ok) throw new Error(opened.code)
      return opened.value
    })
  }
}

export type EndingWorld = ReturnType<typeof createEndingWorld>

/** How many rows there are. */
export async function countRows(database: Database, from: string, values: readonly string[] = []): Promise<number> {
  const row = await database.one(z.object({ count: z.bigint() }), `SELECT count(*) AS count FROM ${from}`, values)
  return Number(row.count)
}
