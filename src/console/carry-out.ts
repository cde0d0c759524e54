import { cutoffs } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { sqlState } from '../platform/index.ts'
import { ruleChanges } from '../rule-book/index.ts'
import type { SignedStaffAct } from '../staff/index.ts'
import type { ConsoleDeps } from './console-route.ts'

type CarryOutRefusal =
  'consent/not-allowed' | 'consent/already-cut-off' | 'consent/same-person' | 'consent/over' | 'keystore/refused'

type CarryOutDeps = Pick<ConsoleDeps, 'database' | 'keystore' | 'logger' | 'metrics'>

/** Does what was signed. `cut`: in effect with the commit; `first`: one person wants it lifted; `lifted`: two did; of fraud rules `signed`: somebody else must sign too; `changed`: done. */
export async function carryOut(
  deps: CarryOutDeps,
  signed: SignedStaffAct,
): Promise<Outcome<'cut' | 'first' | 'lifted' | 'signed' | 'changed', CarryOutRefusal>> {
  try {
    const { act } = signed
    if (act.act === 'change-rules') return await changeRules(deps, signed, act)
    if (act.act === 'decide-case') return refusal('consent/over')
    return act.act === 'cut-off' ? await cutOff(deps, signed, act) : await lift(deps, signed, act)
  } catch (thrown) {
    // Not an operator, not of this bank, or not any more: the database said so.
    if (sqlState(thrown) === '42501') return refusal('consent/not-allowed')
    throw thrown
  }
}

type ActOf<Name extends 'cut-off' | 'lift' | 'change-rules'> = Extract<SignedStaffAct['act'], { act: Name }>

async function cutOff(
  deps: CarryOutDeps,
  signed: SignedStaffAct,
  act: ActOf<'cut-off'>,
): Promise<Outcome<'cut', 'consent/already-cut-off'>> {
  const at = await deps.database.transaction((tx) => cutoffs.cutOff(tx, signed))
  if (at === undefined) return refusal('consent/already-cut-off')
  deps.logger.warn('cutoff.made', { cutoffId: act.id, kind: act.kind, staffId: act.staff })
  count(deps, 'made', act.kind)
  return success('cut')
}

async function lift(
  deps: CarryOutDeps,
  signed: SignedStaffAct,
  act: ActOf<'lift'>,
): Promise<Outcome<'first' | 'lifted', 'consent/same-person' | 'consent/over' | 'keystore/refused'>> {
  const step = await cutoffs.signLift(deps.database, signed)
  if (step === 'same-person' || step === 'over') return refusal(`consent/${step}`)
  deps.logger.warn('cutoff.lift-signed', { cutoffId: act.cutoff, step, staffId: act.staff })
  if (step === 'first') return success(step)
  const lifted = await deps.keystore.liftCutoff(act.cutoff)
  if (!lifted.ok) return lifted
  deps.logger.warn('cutoff.lifted', { cutoffId: act.cutoff })
  count(deps, 'lifted', 'any')
  return success('lifted')
}

async function changeRules(
  deps: CarryOutDeps,
  signed: SignedStaffAct,
  act: ActOf<'change-rules'>,
): Promise<Outcome<'signed' | 'changed', 'consent/same-person' | 'consent/over' | 'keystore/refused'>> {
  const step = await ruleChanges.sign(deps.database, signed)
  if (step === 'same-person' || step === 'over') return refusal(`consent/${step}`)
  deps.logger.warn('fraud-rules.signed', { changeId: act.change, step, staffId: act.staff })
  if (step === 'first') return success('signed')
  const changed = await deps.keystore.changeRules(act.change)
  if (!changed.ok) return changed
  deps.logger.warn('fraud-rules.changed', { changeId: act.change })
  return success('changed')
}

function count({ metrics }: CarryOutDeps, outcome: 'made' | 'lifted', kind: string): void {
  const counter = metrics.counter({
    name: 'parley_cutoffs_total',
    help: 'Platforms, channels and banks cut off, and cut-offs lifted.',
    labels: ['outcome', 'kind'],
  })
  counter.add(1, { outcome, kind })
}
