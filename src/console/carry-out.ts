import { cutoffs } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { sqlState } from '../platform/index.ts'
import type { SignedStaffAct } from '../staff/index.ts'
import type { ConsoleDeps } from './console-route.ts'

type CarryOutRefusal =
  'consent/not-allowed' | 'consent/already-cut-off' | 'consent/same-person' | 'consent/over' | 'keystore/refused'

type CarryOutDeps = Pick<ConsoleDeps, 'database' | 'keystore' | 'logger' | 'metrics'>

/** Does what was signed. `cut`: in effect with the commit; `first`: one person wants it lifted; `lifted`: two did. */
export async function carryOut(
  deps: CarryOutDeps,
  signed: SignedStaffAct,
): Promise<Outcome<'cut' | 'first' | 'lifted', CarryOutRefusal>> {
  try {
    return signed.act.act === 'cut-off' ? await cutOff(deps, signed, signed.act) : await lift(deps, signed, signed.act)
  } catch (thrown) {
    // Not an operator, not of this bank, or not any more: the database said so.
    if (sqlState(thrown) === '42501') return refusal('consent/not-allowed')
    throw thrown
  }
}

type ActOf<Name extends 'cut-off' | 'lift'> = Extract<SignedStaffAct['act'], { act: Name }>

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

function count({ metrics }: CarryOutDeps, outcome: 'made' | 'lifted', kind: string): void {
  const counter = metrics.counter({
    name: 'parley_cutoffs_total',
    help: 'Platforms, channels and banks cut off, and cut-offs lifted.',
    labels: ['outcome', 'kind'],
  })
  counter.add(1, { outcome, kind })
}
