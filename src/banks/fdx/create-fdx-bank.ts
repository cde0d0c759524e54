import type { Permit } from '../../consent/index.ts'
import { refusal, success, toInstant } from '../../kernel/index.ts'
import type { DataClass, Instant, Outcome } from '../../kernel/index.ts'
import { elapsedMs } from '../../platform/index.ts'
import type { Clock, Database, Logger, Metrics, Random } from '../../platform/index.ts'
import type { Account, Bank, BankRefusal } from '../bank.ts'
import { countCall } from '../call-budget-store.ts'
import type { Egress } from '../egress/create-egress.ts'
import type { SigningKeys } from '../fapi/signing-keys.ts'
import type { FreshTokens, LiveToken } from '../fresh-token.ts'
import type { InstitutionDirectory } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import type { RecentOutcomes } from '../recent-outcomes.ts'
import { callApi } from './call-api.ts'
import type { ApiAnswer } from './call-api.ts'
import { createPauses } from './pauses.ts'
import { createProver } from './proof.ts'
import type { Prover } from './proof.ts'
import { findAccount, isClosed, lacksBalances, readAccount, readBalances } from './read-account.ts'
import type { RawAccount } from './read-account.ts'
import { readPage } from './read-page.ts'
import type { AccountPage } from './read-page.ts'

/** From the question to the last byte of the bank's answer. */
const lookMsMax = 10_000
/** Pages of accounts read for one look. */
const pagesMax = 10
/** Accounts read one by one, where a bank's list leaves the balances out. */
const singleAccountsMax = 20

export type FdxBankDeps = {
  readonly database: Database
  readonly directory: InstitutionDirectory
  readonly freshTokens: FreshTokens
  readonly egress: Egress
  readonly recent: RecentOutcomes
  readonly signingKeys: SigningKeys
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Everything about one look at one bank, while it lasts. */
type Look = {
  readonly permit: Permit<DataClass>
  readonly institution: Institution
  readonly endsAt: Instant
  token: LiveToken
  prover: Prover
  /** A refused token is refreshed once. */
  renewed: boolean
}

/** Banks that speak FDX 6 (and older fields where they still do), for all institutions. */
export function createFdxBank(deps: FdxBankDeps): Bank {
  const nonces = new Map<string, string>()
  const pauses = createPauses(deps.clock)
  const seconds = deps.metrics.histogram({
    name: 'parley_bank_look_seconds',
    help: 'From asking a bank to its answer, all calls of one look together.',
    labels: ['institution', 'outcome'],
  })

  async function withLook<Value>(
    permit: Permit<DataClass>,
    work: (look: Look) => Promise<Outcome<Value, BankRefusal>>,
  ): Promise<Outcome<Value, BankRefusal>> {
    const startedMs = elapsedMs()
    const endsAt = toInstant(deps.clock.now() + lookMsMax)
    const outcome = await beforeDeadline(deps.clock, lookMsMax, openLook(permit, endsAt, work))
    deps.recent.add(permit.institution, outcome.ok ? 'ok' : outcome.code)
    const labels = { institution: permit.institution, outcome: outcome.ok ? 'ok' : outcome.code }
    seconds.observe((elapsedMs() - startedMs) / 1000, labels)
    return outcome
  }

  async function openLook<Value>(
    permit: Permit<DataClass>,
    endsAt: Instant,
    work: (look: Look) => Promise<Outcome<Value, BankRefusal>>,
  ): Promise<Outcome<Value, BankRefusal>> {
    const institution = await deps.directory.find(permit.institution)
    if (institution === undefined) return refusal('banks/link-expired')
    if (pauses.isPaused(permit)) return refusal('banks/over-budget')
    const token = await deps.freshTokens.current({ permit, institution, endsAt })
    if (!token.ok) return token
    const prover = await createProver(deps, token.value.record)
    return await work({ permit, institution, endsAt, token: token.value, prover, renewed: false })
  }

  async function get(look: Look, path: string): Promise<Outcome<ApiAnswer, BankRefusal>> {
    if (!(await countCall(deps.database, look.permit.customer, look.institution))) return refusal('banks/over-budget')
    const { institution, prover, endsAt } = look
    const answer = await callApi({ ...deps, nonces }, { institution, path, prover, lookId: look.permit.lookId, endsAt })
    if (answer.ok) return answer
    if ('pauseMs' in answer) pauses.pause(look.permit, answer.pauseMs)
    if (answer.code !== 'token-refused') return refusal(answer.code)
    if (look.renewed) return refusal('banks/link-expired')
    look.renewed = true
    const token = await deps.freshTokens.renew(look, look.token)
    if (!token.ok) return token
    look.token = token.value
    look.prover = await createProver(deps, token.value.record)
    return await get(look, path)
  }

  return {
    fetchAccounts: (permit) =>
      withLook(permit, async (look) => {
        const listed = await listAccounts((path) => get(look, path), 'lightweight')
        if (!listed.ok) return listed
        return readAll(shared(permit, listed.value.accounts), readAccount)
      }),
    fetchBalances: (permit) =>
      withLook(permit, async (look) => {
        const listed = await listAccounts((path) => get(look, path), 'details')
        if (!listed.ok) return listed
        const detailed = await withDetails((path) => get(look, path), shared(permit, listed.value.accounts))
        if (!detailed.ok) return detailed
        const accounts = readAll(detailed.value, readBalances)
        if (!accounts.ok) return accounts
        const found = new Set(accounts.value.map(({ id }) => id))
        const complete = !listed.value.partial && permit.accounts.every((id) => found.has(id))
        return success({ accounts: accounts.value, complete })
      }),
  }
}

type Get = (path: string) => Promise<Outcome<ApiAnswer, BankRefusal>>

async function listAccounts(
  get: Get,
  resultType: 'lightweight' | 'details',
): Promise<Outcome<{ accounts: readonly RawAccount[]; partial: boolean }, BankRefusal>> {
  const accounts: RawAccount[] = []
  let next: AccountPage['next'] = undefined
  let partial = false
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({ resultType, ...next })
    const answer = await get(`/accounts?${query.toString()}`)
    if (!answer.ok) return answer
    const page = readPage(answer.value.body)
    if (!page.ok) return page
    accounts.push(...page.value.accounts)
    partial ||= answer.value.partial
    if (page.value.next === undefined) {
      // The same account twice means that pages overlap or repeat: then no total can be trusted.
      const distinct = new Set(accounts.map(({ id }) => id)).size === accounts.length
      return distinct ? success({ accounts, partial }) : refusal('banks/unreadable')
    }
    next = page.value.next
  }
  return refusal('banks/unreadable') // more pages than any person has accounts
}

// What the customer did not choose to share is dropped before it is read.
function shared(permit: Permit<DataClass>, accounts: readonly RawAccount[]): readonly RawAccount[] {
  const chosen = permit.accounts.length === 0 ? accounts : accounts.filter(({ id }) => permit.accounts.includes(id))
  return chosen.filter((account) => !isClosed(account))
}

// Some banks give a list without balances whatever it is asked for; then each account is asked for by itself.
async function withDetails(
  get: Get,
  accounts: readonly RawAccount[],
): Promise<Outcome<readonly RawAccount[], BankRefusal>> {
  const detailed: RawAccount[] = []
  let asked = 0
  for (const account of accounts) {
    if (!lacksBalances(account) || asked >= singleAccountsMax) {
      detailed.push(account)
      continue
    }
    asked += 1
    const answer = await get(`/accounts/${encodeURIComponent(account.id)}`)
    if (!answer.ok) return answer
    const single = findAccount(answer.value.body)
    if (!single.ok || single.value.id !== account.id) return refusal('banks/unreadable')
    detailed.push(single.value)
  }
  return success(detailed)
}

function readAll(
  accounts: readonly RawAccount[],
  read: (account: RawAccount) => Outcome<Account, 'banks/unreadable'>,
): Outcome<readonly Account[], BankRefusal> {
  const all: Account[] = []
  for (const raw of accounts) {
    const account = read(raw)
    if (!account.ok) return account
    all.push(account.value)
  }
  return success(all)
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
