import { z } from 'zod'
import { bad, ok, type ControlCall, type ControlDeps, type ControlReply } from './control-call.ts'
import { block } from './person-acts.ts'
import { switchChangeShape } from './records.ts'
import { showThread } from './show-thread.ts'

const flags = z.union([z.string().transform((psid) => ({ [psid]: true })), z.record(z.string(), z.boolean())])
const switchChange = switchChangeShape.extend({ windowClosed: flags.optional(), block: flags.optional() }).strict()

/** `PUT /control/switches`: turns the named switches and leaves the others. */
export function turnSwitches(deps: ControlDeps, call: ControlCall): ControlReply {
  const parsed = switchChange.safeParse(call.body)
  if (!parsed.success) return bad(parsed.error)
  const { store, clock } = deps
  const { windowClosed = {}, block: blocks = {}, ...changes } = parsed.data
  const unknown = [...Object.keys(windowClosed), ...Object.keys(blocks)].find((psid) => !store.state.threads.has(psid))
  if (unknown !== undefined) return { status: 404, body: { reason: 'There is no such person' } }
  const at = clock.now()
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length > 0)
    store.commit({ k: 'switches', at, switches: { ...store.state.switches, ...given } })
  for (const [psid, closed] of Object.entries(windowClosed))
    store.commit({ k: closed ? 'window-closed' : 'interaction', at, psid })
  for (const [psid, blocked] of Object.entries(blocks)) {
    const thread = store.state.threads.get(psid)
    if (thread) block(deps, thread, blocked)
  }
  for (const thread of store.state.threads.values()) showThread(deps, thread)
  deps.deliveries.wake()
  return ok(store.state.switches)
}
