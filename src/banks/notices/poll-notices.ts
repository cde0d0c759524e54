import { success, toInstant } from '../../kernel/index.ts'
import type { InstitutionId, Outcome } from '../../kernel/index.ts'
import type { Clock, Database, Logger, Random } from '../../platform/index.ts'
import type { InstitutionDirectory } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import { bankNoticesStore } from './bank-notices-store.ts'
import type { PollTurn } from './bank-notices-store.ts'
import type { ClientAccess, ClientCallRefusal } from './client-access.ts'
import { fetchNotices } from './fetch-notices.ts'
import type { TakeNotice } from './take-notice.ts'

/** Turns of one bank lie this far apart, give or take a quarter: a missed notice is found within minutes. */
export const usualPollMs = 3 * 60_000
/** How often it is looked whether a bank is due; shorter where turns are. */
const lookEveryMs = 5_000
/** Clocks differ and lists lag: every turn begins this much before the last one's end. */
const overlapMs = 10 * 60_000
/** A bank is told again where to send, however sure we are that it knows. */
const subscribedMsMax = 24 * 3_600_000
/** What we want to be told. */
const subscribed = [
  { type: 'CONSENT_REVOKED', category: 'CONSENT', needed: true },
  { type: 'CONSENT_UPDATED', category: 'CONSENT', needed: true },
  // That there is something new in an account: a bank may not tell it, and is then looked at day by day.
  { type: 'CUSTOM', category: 'NEW_DATA', needed: false },
] as const

export type PollDeps = {
  /** Login `parley_consent`. */
  readonly database: Database
  readonly directory: InstitutionDirectory
  readonly call: ClientAccess
  readonly take: TakeNotice
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export type PollOptions = {
  readonly institutions: readonly InstitutionId[]
  /** Where a bank sends its notices. */
  readonly callbackUrl: (institution: InstitutionId) => string
  readonly pollMs: number
}

/**
 * Subscribes at each bank and fetches, turn by turn, what its callbacks may have missed. Turns are rows of the database, so
 * that several processes share them and a restart begins with one.
 */
export function startPolling(deps: PollDeps, options: PollOptions): { stop(): Promise<void> } {
  const tickMs = Math.min(lookEveryMs, options.pollMs / 4)
  let stopped = false
  let cancel = (): void => undefined
  let round = run(() => bankNoticesStore.beginPolls(deps.database, options.institutions))

  async function run(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      while (!stopped && (await oneTurn(deps, options)));
    } catch (fault) {
      // The next look finds the same rows.
      deps.logger.fault('bank.poll-failed', fault)
    }
    if (stopped) return
    cancel = deps.clock.after(tickMs, () => {
      round = run(() => Promise.resolve())
    })
  }

  return {
    async stop() {
      stopped = true
      cancel()
      await round
    },
  }
}

/** Takes one bank's turn; false when no bank is due. */
async function oneTurn(deps: PollDeps, options: PollOptions): Promise<boolean> {
  const nextAfterMs = options.pollMs * (0.75 + jitter(deps.random) / 2)
  const turn = await bankNoticesStore.takeTurn(deps.database, options.institutions, nextAfterMs)
  if (turn === undefined) return false
  const institution = await deps.directory.find(turn.institution)
  if (institution === undefined) return true
  const done = await pollBank(deps, institution, turn, options.callbackUrl(institution.id))
  if (!done.ok) deps.logger.warn('bank.notices-not-fetched', { institution: institution.id, code: done.code })
  return true
}

async function pollBank(
  deps: PollDeps,
  institution: Institution,
  turn: PollTurn,
  callbackUrl: string,
): Promise<Outcome<'done', ClientCallRefusal>> {
  const { subscription } = turn
  const isFresh = subscription !== undefined && turn.now - subscription.at < subscribedMsMax
  if (!isFresh || subscription.callbackUrl !== callbackUrl) {
    const subscribed = await subscribe(deps, institution, callbackUrl)
    if (!subscribed.ok) return subscribed
    await bankNoticesStore.noteSubscribed(deps.database, institution.id, callbackUrl)
  }
  const since = turn.fetchedUntil === undefined ? undefined : toInstant(turn.fetchedUntil - overlapMs)
  const fetched = await fetchNotices(deps.call, institution, since)
  if (!fetched.ok) return fetched
  for (const notice of fetched.value.notices) await deps.take(institution.id, notice, 'fetched')
  if (fetched.value.all) await bankNoticesStore.noteFetched(deps.database, turn)
  else deps.logger.warn('bank.notices-too-many', { institution: institution.id })
  return success('done')
}

/** FDX: "previous callback URL will be updated with latest", so subscribing twice is subscribing once. */
async function subscribe(
  deps: PollDeps,
  institution: Institution,
  callbackUrl: string,
): Promise<Outcome<'done', ClientCallRefusal>> {
  for (const { type, category, needed } of subscribed) {
    const subscriber = { name: 'Parley', type: 'DATA_RECIPIENT' }
    const body = JSON.stringify({ type, category, callbackUrl, subscriber })
    const answer = await deps.call(institution, { method: 'POST', path: '/notification-subscriptions', body })
    if (!answer.ok && (needed || answer.code !== 'banks/bank-refused')) return answer
  }
  return success('done')
}

/** Between 0 and 1. */
function jitter(random: Random): number {
  const [byte = 0] = random.bytes(1)
  return byte / 255
}
