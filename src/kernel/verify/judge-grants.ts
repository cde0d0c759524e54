import type { Terms } from '../terms.ts'
import type { Hearing } from './hearing.ts'
import { parseSignedGrant } from './json-shapes.ts'
import { type GrantProblem, verifyGrant } from './signed-grant.ts'
import { type FoundGrant, type Judged, shownMax } from './verdict.ts'

/** Nobody signs more in a life. */
const grantsMax = 10_000

/** What came out of many grants: all hold, or the first that does not. */
export type GrantsOutcome =
  | { readonly ok: true; readonly grants: readonly FoundGrant[] }
  | { readonly ok: false; readonly number: number; readonly code: GrantProblem | 'grant-malformed' | 'too-many' }

/** Signed terms, in a file of their own. */
export async function judgeGrants(hearing: Hearing, name: string, grants: readonly unknown[]): Promise<Judged> {
  const checked = await checkGrants(hearing, grants)
  if (!checked.ok) return { problem: { name, what: 'grants', part: 'grant', number: checked.number, code: checked.code, values: {} } } // prettier-ignore
  return { kind: 'grants', name, count: grants.length, grants: checked.grants.slice(0, shownMax) }
}

/** Checks each grant; gives them all. */
export async function checkGrants(hearing: Hearing, grants: readonly unknown[]): Promise<GrantsOutcome> {
  if (grants.length > grantsMax) return { ok: false, number: grantsMax + 1, code: 'too-many' }
  const found: FoundGrant[] = []
  for (const [at, value] of grants.entries()) {
    const grant = parseSignedGrant(value)
    if (grant === undefined) return { ok: false, number: at + 1, code: 'grant-malformed' }
    const verdict = await verifyGrant(hearing.crypto, grant)
    if (!verdict.ok) return { ok: false, number: at + 1, code: verdict.problem }
    found.push({ terms: verdict.terms, rpId: grant.rpId, state: grant.state })
    hearing.onProgress(at + 1, grants.length)
  }
  return { ok: true, grants: found }
}

/**
 * Tells until when some terms let that bank be asked for that class, in that channel and to that end; undefined: never. The
 * many looks of an export are covered by few terms, so each kind of look is worked out once.
 */
export function createCover(all: readonly Terms[]): (look: CoveredLook) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (look) => {
    const kind = [look.bank, look.channel, look.class, look.purpose].join('\n')
    if (!known.has(kind)) known.set(kind, latest(all.filter((terms) => covers(terms, look))))
    return known.get(kind)
  }
}

/** What of a look decides which terms cover it. */
export type CoveredLook = {
  readonly bank: string
  readonly channel: string
  readonly class: string
  readonly purpose: string
}

function covers(terms: Terms, look: CoveredLook): boolean {
  if (terms.institution !== look.bank || terms.channel !== look.channel) return false
  return Object.entries(terms.purposes).some(
    ([purpose, classes]) => purpose === look.purpose && classes.some((one) => one === look.class),
  )
}

function latest(terms: readonly Terms[]): string | undefined {
  return terms
    .map(({ expiresAt }) => expiresAt)
    .sort()
    .at(-1)
}
