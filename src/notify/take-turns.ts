import { addJobs } from '../platform/index.ts'
import type { Database, NewJob } from '../platform/index.ts'
import { planTurn } from './plan-turn.ts'
import { watches } from './watch-store.ts'

/** Turns that one transaction takes; the next round takes more. */
const turnsMax = 200

/** The job that looks; key `notify:` and the customer, so that looks of one customer's banks come one after the other. */
export const lookJob = 'notify.look'

/**
 * Takes the turns that are due: a job for each look, committed together with the turn, so that a turn is one look. Gives how many.
 * `timeZone` (IANA) is the bank's, for customers whose own is not known.
 */
export async function takeTurns(deps: { readonly database: Database; readonly timeZone: string }): Promise<number> {
  return await deps.database.transaction(async (tx) => {
    const looks: NewJob[] = []
    for (const { timeZone = deps.timeZone, ...due } of await watches.listDue(tx, turnsMax)) {
      const step = planTurn({ ...due, timeZone })
      if (step.step === 'wait') await watches.putOff(tx, due, step.until)
      else if (await watches.take(tx, due, step.next)) looks.push(lookFor(due))
    }
    await addJobs(tx, looks)
    return looks.length
  })
}

function lookFor({ customer, institution }: { readonly customer: string; readonly institution: string }): NewJob {
  return { kind: lookJob, key: `notify:${customer}`, payload: { customer, institution }, priority: 2 }
}
