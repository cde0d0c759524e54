import { accept, graphErrors, invalidParameter, refuse } from './graph-errors.ts'
import type { GraphAnswer, GraphCall } from './graph-call.ts'
import type { ActDeps } from './messenger-deps.ts'
import type { Thread } from './state.ts'

/**
 * The platform's ID matching. `GET /{psid}/ids_for_apps[?app=]` gives a person's app-scoped ids, `GET /{app-scoped
 * id}/ids_for_pages[?page=]` (with the app's own token) the page-scoped ones. Both want `appsecret_proof`. People who are
 * not known to the app have none: the list is then empty.
 */
export function matchIds(deps: ActDeps, call: GraphCall, hasProof: boolean): GraphAnswer {
  if (call.method !== 'GET') return refuse(graphErrors.unsupported)
  if (!hasProof) return refuse(invalidParameter('API calls from the server require an appsecret_proof argument'))
  return call.edge === 'ids_for_apps' ? idsForApps(deps, call) : idsForPages(deps, call)
}

function idsForApps(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { config, store } = deps
  const thread = store.state.threads.get(call.node)
  if (!thread) return refuse(graphErrors.unsupported)
  const wanted = call.query.get('app') ?? config.appId
  const app = { category: 'Business', link: `https://apps.example/${config.appId}`, name: config.pageName }
  const data =
    isKnownToApp(deps, thread) && wanted === config.appId
      ? [{ id: thread.appScopedId, app: { ...app, id: config.appId } }]
      : []
  return accept({ body: listOf(data) })
}

function idsForPages(deps: ActDeps, call: GraphCall): GraphAnswer {
  const { config, store } = deps
  const thread = [...store.state.threads.values()].find(({ appScopedId }) => appScopedId === call.node)
  if (!thread || !isKnownToApp(deps, thread)) return refuse(graphErrors.unsupported)
  const wanted = call.query.get('page') ?? config.pageId
  const data = wanted === config.pageId ? [{ id: thread.psid, page: { name: config.pageName, id: config.pageId } }] : []
  return accept({ body: listOf(data) })
}

function isKnownToApp({ store }: ActDeps, thread: Thread): boolean {
  const mode = store.state.switches.appScopedIds ?? 'always'
  return mode === 'always' || (mode === 'until-removed' && !thread.appRemoved)
}

/** With `paging` as the platform has it; there is never a second page here. */
function listOf(data: readonly object[]): object {
  return data.length === 0 ? { data } : { data, paging: { cursors: { before: 'MA', after: 'MA' } } }
}
