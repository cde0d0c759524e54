import type { InstitutionId, Instant } from '../kernel/index.ts'
import { elapsedMs } from '../platform/index.ts'
import type { Clock } from '../platform/index.ts'
import type { Egress, EgressAnswer, EgressFailure } from './egress/create-egress.ts'
import { originsOf } from './institution-directory.ts'
import type { InstitutionDirectory } from './institution-directory.ts'
import type { Institution } from './institutions-store.ts'
import type { RecentOutcomes } from './recent-outcomes.ts'

/** How a bank is doing, as far as can be told from outside. */
export type BankHealth = 'ok' | 'degraded' | 'down'

/** Asks a bank how it is; an answer is reused for some seconds. An unknown bank is down. */
export type HealthOf = (institution: InstitutionId) => Promise<BankHealth>

/** A page that offers banks waits this long for one of them. */
const probeMsMax = 2_000
/** A bank that answers its health page slower than this is in trouble. */
const slowMs = 1_000
/** Answers are reused this long. */
const freshMs = 5_000

/** The health of banks: a probe, and what our own looks met. One probe at a time for each bank. */
export function createHealth(deps: {
  readonly directory: InstitutionDirectory
  readonly egress: Egress
  readonly recent: RecentOutcomes
  readonly clock: Clock
}): HealthOf {
  const known = new Map<InstitutionId, { readonly health: Promise<BankHealth>; readonly askedAt: Instant }>()

  async function ask(institution: Institution): Promise<BankHealth> {
    const probed = await probe(deps.egress, institution)
    return probed === 'ok' && deps.recent.areBad(institution.id) ? 'degraded' : probed
  }

  return async (id) => {
    const institution = await deps.directory.find(id)
    if (institution === undefined) return 'down'
    const entry = known.get(id)
    if (entry !== undefined && deps.clock.now() - entry.askedAt < freshMs) return await entry.health
    const health = ask(institution)
    known.set(id, { health, askedAt: deps.clock.now() })
    return await health
  }
}

// A bank's own health page if it has one; else the one document that every authorization server serves.
async function probe(egress: Egress, institution: Institution): Promise<BankHealth> {
  const base = institution.issuer.replace(/\/+$/, '')
  const startedMs = elapsedMs()
  const own = await get(egress, institution, `${base}/health`)
  const hasNoPage = own.ok && own.status >= 300 && own.status < 500 && own.status !== 429
  const found = hasNoPage ? await get(egress, institution, `${base}/.well-known/openid-configuration`) : own
  if (!found.ok) return 'down'
  if (found.status >= 300) return found.status === 429 ? 'degraded' : 'down'
  const said = hasNoPage ? 'ok' : ownWord(found.body)
  return said === 'ok' && elapsedMs() - startedMs > slowMs ? 'degraded' : said
}

// The words in use for `status` on health pages; a page without any of them says enough by answering.
const words: { readonly [word: string]: BankHealth } = {
  degraded: 'degraded',
  warn: 'degraded',
  down: 'down',
  fail: 'down',
  error: 'down',
}

function ownWord(body: string): BankHealth {
  const word = /"status"\s*:\s*"([a-zA-Z]{1,20})"/.exec(body)?.[1]?.toLowerCase()
  return (word === undefined ? undefined : words[word]) ?? 'ok'
}

function get(egress: Egress, institution: Institution, url: string): Promise<EgressAnswer | EgressFailure> {
  return egress.send({
    method: 'GET',
    url: new URL(url),
    headers: { accept: 'application/json' },
    timeoutMs: probeMsMax,
    origins: originsOf(institution),
  })
}
