import type { Permit } from '../../consent/index.ts'
import { refusal, success, toInstant } from '../../kernel/index.ts'
import type { DataClass, Instant, Outcome } from '../../kernel/index.ts'
import { elapsedMs } from '../../platform/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../../platform/index.ts'
import type { BankRefusal } from '../bank.ts'
import { countCall } from '../call-budget-store.ts'
import type { ConsentBook } from '../consent-book.ts'
import type { Egress } from '../egress/create-egress.ts'
import type { SigningKeys } from '../fapi/signing-keys.ts'
import type { FreshTokens, LiveToken } from '../fresh-token.ts'
import type { InstitutionDirectory } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import type { LookCounts } from '../look-counts.ts'
import type { RecentOutcomes } from '../recent-outcomes.ts'
import type { BankApi } from './bank-api.ts'
import { callApi } from './call-api.ts'
import type { ApiAnswer, ApiCall } from './call-api.ts'
import { consentState } from './consent-state.ts'
import { createPauses } from './pauses.ts'
import { createProver } from './proof.ts'
import type { Prover } from './proof.ts'

/** From the question to the last byte of the bank's answer. */
const lookMsMax = 10_000

export type LookDeps = {
  readonly database: Database
  readonly directory: InstitutionDirectory
  readonly freshTokens: FreshTokens
  readonly egress: Egress
  readonly recent: RecentOutcomes
  readonly counts: LookCounts
  readonly signingKeys: SigningKeys
  readonly consents: ConsentBook
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
  /** Who asks: `BATCH` where looks are made while nobody is there. */
  readonly actor?: 'USER' | 'BATCH'
}

/**
 * Opens a look at the permit's bank, does the work with its API, and answers within the deadline. `urgent`: for an act that
 * makes the customer safer, which neither our own day budget nor an earlier pause may stop.
 */
export type OpenLook = <Value>(
  permit: Permit<DataClass>,
  work: (api: BankApi) => Promise<Outcome<Value, BankRefusal>>,
  how?: { readonly urgent: boolean },
) => Promise<Outcome<Value, BankRefusal>>

type Look = {
  readonly permit: Permit<DataClass>
  readonly institution: Institution
  readonly endsAt: Instant
  readonly urgent: boolean
  /** How many calls of the bank's API it took so far. */
  readonly took: { calls: number }
}

/** One look: pause, tokens, budget, calls, one refresh if the bank wants it; measured, and counted for the bank's health. */
export function createLooks(deps: LookDeps): OpenLook {
  const nonces = new Map<string, string>()
  const pauses = createPauses(deps.clock)
  const actor = deps.actor ?? 'USER'
  const seconds = deps.metrics.histogram({
    name: 'parley_bank_look_seconds',
    help: 'From asking a bank to its answer, all calls of one look together.',
    labels: ['institution', 'outcome'],
  })

  async function open<Value>(
    asked: Omit<Look, 'institution'>,
    work: (api: BankApi) => Promise<Outcome<Value, BankRefusal>>,
  ): Promise<Outcome<Value, BankRefusal>> {
    const institution = await deps.directory.find(asked.permit.institution)
    if (institution === undefined) return refusal('banks/link-expired')
    if (!asked.urgent && pauses.isPaused(asked.permit)) return refusal('banks/over-budget')
    const look = { ...asked, institution }
    const token = await deps.freshTokens.current(look)
    return token.ok ? await work(createApi(look, token.value)) : token
  }

  function createApi(look: Look, first: LiveToken): BankApi {
    const { permit, institution, endsAt } = look
    let token = first
    let prover: Promise<Prover> | undefined
    // Calls that run at the same time find the token refused together: it is renewed once, and why it was is asked once.
    let renewal: Promise<Outcome<LiveToken, BankRefusal>> | undefined
    let why: Promise<Outcome<never, BankRefusal>> | undefined

    async function mayCall(): Promise<boolean> {
      return (await countCall(deps.database, permit.customer, institution)) || look.urgent
    }

    async function call(
      request: Pick<ApiCall, 'method' | 'path' | 'body' | 'idempotencyKey'>,
    ): Promise<Outcome<ApiAnswer, BankRefusal | 'forbidden' | 'not-offered' | 'conflict'>> {
      if (!(await mayCall())) return refusal('banks/over-budget')
      look.took.calls += 1
      const used = token
      prover ??= createProver(deps, used.record)
      const where = { institution, actor, lookId: permit.lookId, endsAt }
      const answer = await callApi({ ...deps, nonces }, { ...request, ...where, prover: await prover })
      if (answer.ok) return answer
      if ('pauseMs' in answer) pauses.pause(permit, answer.pauseMs)
      if (answer.code !== 'token-refused') return refusal(answer.code)
      if (used !== first) return refusal('banks/link-expired')
      renewal ??= renew()
      const newer = await renewal
      return newer.ok ? await call(request) : newer
    }

    async function renew(): Promise<Outcome<LiveToken, BankRefusal>> {
      const newer = await deps.freshTokens.renew(look, first)
      if (!newer.ok) return newer.code === 'banks/link-expired' ? await askWhy('banks/link-expired') : newer
      token = newer.value
      prover = undefined
      return newer
    }

    /** A token that is refused for good may have run out, or the customer has ended the consent at the bank: it knows. */
    async function askWhy(code: 'banks/consent-ended' | 'banks/link-expired'): Promise<Outcome<never, BankRefusal>> {
      const { consentId } = token.record
      if (consentId === undefined || !(await mayCall())) return refusal(code)
      const { lookId: interactionId } = permit
      const asked = { consentId, prover: await createProver(deps, token.record), interactionId, endsAt, actor }
      if ((await consentState({ ...deps, nonces }, institution, asked)) === 'unknown') return refusal(code)
      await deps.consents.ended(permit, consentId)
      return refusal('banks/consent-ended')
    }

    async function explained(code: BankRefusal | 'forbidden'): Promise<Outcome<never, BankRefusal>> {
      if (code !== 'forbidden') return refusal(code)
      why ??= askWhy('banks/consent-ended')
      return await why
    }

    return {
      async get(path) {
        const answer = await call({ method: 'GET', path })
        if (answer.ok) return answer
        // What every bank of this standard must have.
        if (answer.code === 'not-offered' || answer.code === 'conflict') return refusal('banks/unreadable')
        return await explained(answer.code)
      },
      async getOffered(path) {
        const answer = await call({ method: 'GET', path })
        if (answer.ok) return answer
        if (answer.code === 'not-offered' || answer.code === 'forbidden') return success(undefined)
        return refusal(answer.code === 'conflict' ? 'banks/unreadable' : answer.code)
      },
      async act({ key, ...request }) {
        const answer = await call({ ...request, idempotencyKey: key })
        if (answer.ok) return answer
        if (answer.code === 'not-offered' || answer.code === 'conflict') return success('conflict')
        return await explained(answer.code)
      },
    }
  }

  return async (permit, work, how) => {
    const startedMs = elapsedMs()
    const endsAt = toInstant(deps.clock.now() + lookMsMax)
    const took = { calls: 0 }
    const outcome = await beforeDeadline(
      deps.clock,
      lookMsMax,
      open({ permit, endsAt, took, urgent: how?.urgent ?? false }, work),
    )
    const said = outcome.ok ? 'ok' : outcome.code
    deps.recent.add(permit.institution, said)
    deps.counts.note(permit.institution, { outcome: said, calls: took.calls, initiated: actor === 'USER' })
    seconds.observe((elapsedMs() - startedMs) / 1000, { institution: permit.institution, outcome: said })
    return outcome
  }
}

// A refresh that is under way goes on: the tokens it brings must be stored.
async function beforeDeadline<Value>(
  clock: Clock,
  ms: number,
  work: Promise<Outcome<Value, BankRefusal>>,
): Promise<Outcome<Value, BankRefusal>> {
  let cancel = (): void => undefined
  const late = new Promise<Outcome<Value, BankRefusal>>((resolve) => {
    cancel = clock.after(ms, () => resolve(refusal('banks/unreachable')))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
