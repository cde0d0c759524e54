import { caseFindings, caseRefunds } from '../kernel/index.ts'
import type { CaseFinding, CaseRefund } from '../kernel/index.ts'
import type { Database, Random } from '../platform/index.ts'
import { caseActs } from './case-store.ts'

/** What can be done to many cases at once. A decision is not among them: each takes its own second person and passkey. */
export type BulkAct =
  | { readonly do: 'take' | 'release' }
  | { readonly do: 'propose'; readonly finding: CaseFinding; readonly refund: CaseRefund }

/** Reads an act out of a form; undefined for anything else. */
export function readBulkAct(text: string): BulkAct | undefined {
  if (text === 'take' || text === 'release') return { do: text }
  const [name, found, back, ...rest] = text.split(':')
  const finding = caseFindings.find((each) => each === found)
  const refund = caseRefunds.find((each) => each === back)
  if (name !== 'propose' || finding === undefined || refund === undefined || rest.length > 0) return undefined
  return { do: 'propose', finding, refund }
}

/** Does it to each case by itself, in a transaction and with an entry of its own; gives how many took it. What changed meanwhile is left as it is. */
export async function doToEach(
  deps: { readonly database: Database; readonly random: Random },
  session: Uint8Array,
  act: BulkAct,
  cases: readonly { readonly id: string }[],
): Promise<number> {
  let done = 0
  for (const { id } of cases) if (await doTo(deps, session, act, id)) done += 1
  return done
}

function doTo(
  { database, random }: { readonly database: Database; readonly random: Random },
  session: Uint8Array,
  act: BulkAct,
  id: string,
): Promise<boolean> {
  if (act.do !== 'propose') return caseActs.assign(database, session, id, act.do === 'take')
  const { finding, refund } = act
  return caseActs.propose(database, session, { fraudCase: id, id: random.uuid(), finding, refund })
}
