import type { GraphAnswer, GraphCall } from './graph-call.ts'
import { accept, graphErrors, invalidParameter, refuse } from './graph-errors.ts'
import { isRecord, parseJson } from './json-value.ts'
import type { ActDeps } from './messenger-deps.ts'
import { THREAD_EXTEND_MS_MAX, THREAD_IDLE_MS, ownerOf, type Thread } from './state.ts'

/** Conversation routing as our app may call it: pass, take, release, request and extend a thread, and ask who has it. */
export function threadControl(deps: ActDeps, call: GraphCall): GraphAnswer {
  const thread = findThread(deps, call)
  if (thread === undefined) return refuse(graphErrors.noSuchPerson)
  const { config, clock } = deps
  const now = clock.now()
  const owner = ownerOf(thread, now)
  const isOthers = owner !== '' && owner !== config.appId
  const { defaultApp = true } = deps.store.state.switches
  switch (call.edge) {
    case 'thread_owner':
      return accept({ body: { data: [{ thread_owner: { app_id: owner === '' ? config.appId : owner } }] } })
    case 'take_thread_control':
      return defaultApp ? own(deps, thread, config.appId, THREAD_IDLE_MS) : refuse(graphErrors.noDefaultApp)
    case 'request_thread_control':
      return accept({ body: { success: true } })
    default:
      return isOthers ? refuse(graphErrors.notOwner) : asOwner(deps, thread, call)
  }
}

function asOwner(deps: ActDeps, thread: Thread, call: GraphCall): GraphAnswer {
  switch (call.edge) {
    case 'pass_thread_control': {
      const app = String(call.body['target_app_id'])
      if (!deps.config.otherApps.includes(app))
        return refuse(invalidParameter('Param target_app_id is no app of the page'))
      return own(deps, thread, app, THREAD_IDLE_MS)
    }
    case 'extend_thread_control': {
      const ms = Number(call.body['duration']) * 1_000
      if (!(ms > 0 && ms <= THREAD_EXTEND_MS_MAX))
        return refuse(invalidParameter('Param duration is seconds, 604800 at most'))
      return own(deps, thread, deps.config.appId, ms)
    }
    default:
      return own(deps, thread, '', 0)
  }
}

function own(deps: ActDeps, { psid }: Thread, owner: string, forMs: number): GraphAnswer {
  const at = deps.clock.now()
  deps.store.commit({ k: 'thread-owner', at, psid, owner, until: at + forMs })
  return accept({ body: { success: true } })
}

/** The recipient: `{id}` in the body, or a psid (or `{id}` as text) in the query. */
function findThread(deps: ActDeps, call: GraphCall): Thread | undefined {
  const given = call.body['recipient'] ?? call.query.get('recipient') ?? ''
  const parsed = typeof given === 'string' && given.startsWith('{') ? parseJson(given) : given
  return deps.store.state.threads.get(String(isRecord(parsed) ? parsed['id'] : parsed))
}
