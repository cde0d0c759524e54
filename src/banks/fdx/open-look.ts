import type { Permit } from '../../consent/index.ts'
import { refusal, toInstant } from '../../kernel/index.ts'
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
import type { RecentOutcomes } from '../recent-outcomes.ts'
import { callApi } from './call-api.ts'
import { consentState } from './consent-state.ts'
import type { ApiAnswer } from './call-api.ts'
import type { Get } from './list-accounts.ts'
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
  readonly signingKeys: SigningKeys
  readonly consents: ConsentBook
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Opens a look at the permit's bank, does the work with its `get`, and answers within the deadline. */
export type OpenLook = <Value>(
  permit: Permit<DataClass>,
  work: (get: Get) => Promise<Outcome<Value, BankRefusal>>,
) => Promise<Outcome<Value, BankRefusal>>

/** One look: pause, tokens, budget, calls, one refresh if the bank wants it; measured, and counted for the bank's health. */
export function createLooks(deps: LookDeps): OpenLook {
  const nonces = new Map<string, string>()
  const pauses = createPauses(deps.clock)
  const seconds = deps.metrics.histogram({
    name: 'parley_bank_look_seconds',
    help: 'From asking a bank to its answer, all calls of one look together.',
    labels: ['institution', 'outcome'],
  })

  async function open<Value>(
    permit: Permit<DataClass>,
    endsAt: Instant,
    work: (get: Get) => Promise<Outcome<Value, BankRefusal>>,
  ): Promise<Outcome<Value, BankRefusal>> {
    const institution = await deps.directory.find(permit.institution)
    if (institution === undefined) return refusal('banks/link-expired')
    if (pauses.isPaused(permit)) return refusal('banks/over-budget')
    const look = { permit, institution, endsAt }
    const token = await deps.freshTokens.current(look)
    return token.ok ? await work(createGet(look, token.value)) : token
  }

  function createGet(
    look: { readonly permit: Permit<DataClass>; readonly institution: Institution; readonly endsAt: Instant },
    first: LiveToken,
  ): Get {
    let token = first
    let prover: Promise<Prover> | undefined
    let renewed = false

    async function call(path: string): ReturnType<typeof callApi> {
      const { permit, institution, endsAt } = look
      if (!(await countCall(deps.database, permit.customer, institution))) return refusal('banks/over-budget')
      const { lookId } = permit
      prover ??= createProver(deps, token.record)
      return await callApi({ ...deps, nonces }, { institution, path, prover: await prover, lookId, endsAt })
    }

    /** A token that is refused for good may have run out, or the customer has ended the consent at the bank: it knows. */
    async function askWhy(code: 'banks/consent-ended' | 'banks/link-expired'): Promise<Outcome<never, BankRefusal>> {
      const { permit, institution, endsAt } = look
      const { consentId } = token.record
      if (consentId === undefined || !(await countCall(deps.database, permit.customer, institution)))
        return refusal(code)
      const { lookId: interactionId } = permit
      const asked = { consentId, prover: await createProver(deps, token.record), interactionId, endsAt }
      if ((await consentState({ ...deps, nonces }, institution, asked)) === 'unknown') return refusal(code)
      await deps.consents.ended(permit, consentId)
      return refusal('banks/consent-ended')
    }

    return async function get(path): Promise<Outcome<ApiAnswer, BankRefusal>> {
      const answer = await call(path)
      if (answer.ok) return answer
      if ('pauseMs' in answer) pauses.pause(look.permit, answer.pauseMs)
      if (answer.code === 'banks/consent-ended') return await askWhy('banks/consent-ended')
      if (answer.code !== 'token-refused') return refusal(answer.code)
      if (renewed) return refusal('banks/link-expired')
      renewed = true
      const newer = await deps.freshTokens.renew(look, token)
      if (!newer.ok) return newer.code === 'banks/link-expired' ? await askWhy('banks/link-expired') : newer
      token = newer.value
      prover = undefined
      return await get(path)
    }
  }

  return async (permit, work) => {
    const startedMs = elapsedMs()
    const endsAt = toInstant(deps.clock.now() + lookMsMax)
    const outcome = await beforeDeadline(deps.clock, lookMsMax, open(permit, endsAt, work))
    const said = outcome.ok ? 'ok' : outcome.code
    deps.recent.add(permit.institution, said)
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
