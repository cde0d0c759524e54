import { conversations, platformRequests } from '../channels/index.ts'
import type { RequestCode, RequestKind } from '../channels/index.ts'
import { endings } from '../consent/index.ts'
import type { EndingReason } from '../consent/index.ts'
import { Fault } from '../kernel/index.ts'
import type { ConversationId, Instant } from '../kernel/index.ts'
import type { KeystoreClient } from '../keystore/index.ts'
import type { Database, Job, JobHandler, JobOutcome } from '../platform/index.ts'
import type { Receipts } from '../receipts/index.ts'

export type PlatformRequestDeps = {
  /** Login `parley_revoker`. */
  readonly database: Database
  readonly keystore: Pick<KeystoreClient, 'forgetConversation'>
  readonly receipts: Pick<Receipts, 'issue'>
}

const because = {
  deauthorize: 'platform-deauthorized',
  'data-deletion': 'customer-by-data-deletion',
} as const satisfies Record<RequestKind, EndingReason>

/** Carries out what a messenger's callback asked for; for the runner of login `parley_revoker`. */
export function platformRequestJobs(deps: PlatformRequestDeps): Readonly<Record<string, JobHandler>> {
  return { [platformRequests.job]: (job) => carryOut(deps, job) }
}

/**
 * Everything that the conversation may ask ends, fraud alerts too, since its channel is gone; the endings are followed like any
 * other, so the customer hears of it elsewhere. For a data deletion the conversation itself goes then, its key with it, and a
 * receipt under the request's code says so. Safe to run again from any step.
 */
async function carryOut(deps: PlatformRequestDeps, job: Job): Promise<JobOutcome> {
  const { notes } = platformRequests
  const code = platformRequests.code.safeParse(job.payload['code'])
  if (!code.success) throw new Fault('revocation/job-malformed', { retry: 'never' })
  const request = await notes.loadOpen(deps.database, code.data)
  if (request === undefined) return { finish: async () => undefined }
  const { kind, conversation, customer } = request
  if (conversation === null) return { finish: (tx) => notes.done(tx, code.data, { outcome: 'nobody' }) }
  await stop(deps, code.data, { kind, conversation })
  if (kind === 'deauthorize') {
    await part(deps, conversation)
    return { finish: (tx) => notes.done(tx, code.data, { outcome: 'carried-out' }) }
  }
  if (request.deletedAt === undefined) await forget(deps, code.data, conversation)
  const lastCopyAt = await destroyKey(deps, conversation)
  return {
    async finish(tx) {
      await notes.done(tx, code.data, { outcome: 'carried-out', lastCopyAt })
      const facts = {
        channel: 'messenger',
        conversation: 'deleted',
        key: 'destroyed',
        lastCopyAt: secondsOf(lastCopyAt),
      }
      const about = { customer: customer ?? undefined, kind: 'platform-deletion', facts }
      await deps.receipts.issue(tx, { ...about, id: code.data })
    },
  }
}

/** From the commit on, nothing is read, sent or redeemed for this conversation. */
async function stop(
  { database }: PlatformRequestDeps,
  code: RequestCode,
  { kind, conversation }: { readonly kind: RequestKind; readonly conversation: ConversationId },
): Promise<void> {
  await database.transaction(async (tx) => {
    let count = 0
    for (;;) {
      const ended = await endings.end(tx, { conversation }, because[kind])
      if (ended.length === 0) break
      count += ended.reduce((sum, { grants }) => sum + grants.length, 0)
    }
    await platformRequests.notes.stopped(tx, code, count)
  })
}

async function part({ database }: PlatformRequestDeps, conversation: ConversationId): Promise<void> {
  const parted = await database.transaction((tx) => conversations.part(tx, conversation))
  if (!parted) throw sharedAgain()
}

async function forget(
  { database }: PlatformRequestDeps,
  code: RequestCode,
  conversation: ConversationId,
): Promise<void> {
  const gone = await database.transaction(async (tx) => {
    const forgotten = await conversations.forget(tx, conversation)
    if (forgotten) await platformRequests.notes.deleted(tx, code)
    return forgotten
  })
  if (!gone) throw sharedAgain()
}

/** Something was agreed to between the stop and now: the next run stops that too. */
function sharedAgain(): Fault {
  return new Fault('revocation/shared-meanwhile', { retry: 'later' })
}

async function destroyKey({ keystore }: PlatformRequestDeps, conversation: ConversationId): Promise<Instant> {
  const destroyed = await keystore.forgetConversation(conversation)
  if (!destroyed.ok) throw sharedAgain()
  return destroyed.value.lastCopyAt
}

function secondsOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
