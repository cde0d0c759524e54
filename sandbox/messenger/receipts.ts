import { commitWithEvent, type ActDeps } from './messenger-deps.ts'
import { personEvent } from './webhook-events.ts'

/** Messages that arrive within this time share one delivery event. */
const GATHER_MS = 150
/** Message ids one delivery event names. */
const MIDS_MAX = 50

/** Tells the app what arrived on the person's phone, and what the person read. */
export type Receipts = {
  readonly delivered: (psid: string, mid: string) => void
  readonly read: (psid: string) => void
  readonly close: () => void
}

/** Makes the receipts of a messenger. */
export function makeReceipts(deps: Omit<ActDeps, 'chance'>): Receipts {
  const { store, config, clock } = deps
  const gathered = new Map<string, string[]>()
  const timers = new Set<NodeJS.Timeout>()

  function delivered(psid: string, mid: string): void {
    if (!store.state.switches.deliveries) return
    const mids = gathered.get(psid)
    if (mids) {
      if (mids.length < MIDS_MAX) mids.push(mid)
      return
    }
    gathered.set(psid, [mid])
    const timer = setTimeout(() => {
      timers.delete(timer)
      report(psid)
    }, GATHER_MS)
    timers.add(timer)
  }

  function report(psid: string): void {
    const at = clock.now()
    const mids = gathered.get(psid) ?? []
    gathered.delete(psid)
    const event = personEvent({ pageId: config.pageId, psid, at }, { delivery: { mids, watermark: at } })
    commitWithEvent(deps, { psid, field: 'message_deliveries', event, at }, () => [
      { k: 'delivered', at, psid, watermark: at },
    ])
  }

  function read(psid: string): void {
    const thread = store.state.threads.get(psid)
    const last = thread?.messages.findLast((message) => message.from === 'page')
    if (!thread || !last || thread.readWatermark >= last.at) return
    const at = clock.now()
    const event = personEvent({ pageId: config.pageId, psid, at }, { read: { watermark: at } })
    commitWithEvent(deps, { psid, field: 'message_reads', event, at }, () => [{ k: 'read', at, psid, watermark: at }])
  }

  return {
    delivered,
    read,
    close: () => {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
