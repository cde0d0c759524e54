import { createHash } from 'node:crypto'
import { z } from 'zod'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import type { Database, Tx } from '../platform/index.ts'
import { staffClaim, verifyStaffClaim } from './staff-signature.ts'
import type { Site } from './verify-assertion.ts'

export type ChangeRulesDeps = {
  /** The keystore's own login: the only one that may carry out a change of a bank's fraud rules. */
  readonly database: Database
  readonly site: Site
}

/**
 * Carries out a change of fraud rules or lists if as many different people of the staff signed it as it takes, two for whatever lets more
 * through. As with a cut-off, nobody's word is taken for it: what they signed is read through the keystore's own login, and every signature
 * is verified here, over the digest of the change as the database has it now.
 */
export async function changeRules(
  deps: ChangeRulesDeps,
  change: string,
): Promise<Outcome<undefined, 'not-enough-people' | 'not-possible'>> {
  const claims = await loadClaims(deps.database, change)
  const signed: Claim[] = []
  for (const claim of claims) if (await isSigned(deps.site, claim, change)) signed.push(claim)
  const needed = Math.max(...claims.map(({ needs }) => needs), peopleFor(claims[0]?.change_document))
  if (new Set(signed.map(({ staff }) => staff)).size < needed) return refusal('not-enough-people')
  const { result } = await deps.database.one(doneRow, 'SELECT rules.carry_out($1, $2::uuid[]) AS result', [
    change,
    signed.map(({ id }) => id),
  ])
  return result === 'done' ? success(undefined) : refusal('not-possible')
}

/**
 * How many people a change takes by its own text, whatever the database says: going back to what two people made live, and what blocks
 * more, takes one.
 */
function peopleFor(document: string | undefined): 1 | 2 {
  const parsed = document === undefined ? undefined : kindShape.safeParse(JSON.parse(document))
  if (parsed?.data === undefined) return 2
  const { kind, purpose } = parsed.data
  if (kind === 'roll-back') return 1
  if (kind === 'list-add') return purpose === 'allow' ? 2 : 1
  return kind === 'list-end' && purpose === 'allow' ? 1 : 2
}

const kindShape = z.object({ kind: z.string(), purpose: z.string().optional() })
const doneRow = z.object({ result: z.string() })
const claimRow = staffClaim.extend({ change_document: z.string(), needs: z.union([z.literal(1), z.literal(2)]) })
type Claim = z.infer<typeof claimRow>

async function loadClaims(tx: Tx, change: string): Promise<readonly Claim[]> {
  return await tx.rows(
    claimRow,
    `SELECT id, staff, document, credential_id, authenticator_data, client_data, signature, public_key, change_document, needs
     FROM rules.change_facts($1)`,
    [change],
  )
}

/** Whether this person signed that this very change be made, as it is written down. */
async function isSigned(site: Site, claim: Claim, change: string): Promise<boolean> {
  const act = await verifyStaffClaim(site, claim)
  const digest = createHash('sha256').update(claim.change_document, 'utf8').digest('hex')
  return act?.act === 'change-rules' && act.change === change && act.digest === digest
}
