import { z } from 'zod'
import { Secret } from '../../kernel/index.ts'
import type { GraphAnswer, GraphClient } from './graph-client.ts'
import { meaningOf } from './graph-errors.ts'

/**
 * What the messenger says about somebody's other ids. `none`: it knows of none, or will not say. `later`: it could not answer
 * now.
 */
export type MatchAnswer =
  | { readonly kind: 'ids'; readonly ids: readonly Secret<string>[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'later' }

/** The Graph API's ID matching: which ids of different scopes are the same person. */
export type IdMatching = {
  /** The app-scoped id of somebody who wrote to the page. */
  appScopedIdsOf(psid: Secret<string>): Promise<MatchAnswer>
  /** The ids at the page of somebody the messenger's login knows. */
  pageScopedIdsOf(appScopedId: Secret<string>): Promise<MatchAnswer>
}

/** ID matching for one page and one app. `asApp` calls with the app's own token, which the way back needs. */
export function createIdMatching(
  graph: { readonly asPage: GraphClient; readonly asApp: GraphClient },
  options: { readonly appId: string; readonly pageId: string },
): IdMatching {
  const pathOf = (id: Secret<string>, edge: string, filter: Record<string, string>): string =>
    `/${encodeURIComponent(id.reveal())}/${edge}?${new URLSearchParams(filter).toString()}`
  return {
    async appScopedIdsOf(psid) {
      const answer = await graph.asPage.get(pathOf(psid, 'ids_for_apps', { app: options.appId }))
      return readIds(answer, (entry) => entry.app?.id === options.appId)
    },
    async pageScopedIdsOf(appScopedId) {
      const answer = await graph.asApp.get(pathOf(appScopedId, 'ids_for_pages', { page: options.pageId }))
      return readIds(answer, (entry) => entry.page?.id === options.pageId)
    },
  }
}

const scope = z.object({ id: z.string() }).optional()
const entryShape = z.object({ id: z.string().regex(/^\w{1,64}$/), app: scope, page: scope })
const listShape = z.object({ data: z.array(entryShape).max(100) })

function readIds(answer: GraphAnswer, isOurs: (entry: z.infer<typeof entryShape>) => boolean): MatchAnswer {
  if (answer.kind === 'silence') return { kind: 'later' }
  if (answer.kind === 'error') {
    const meaning = meaningOf(answer.error, true).kind
    return { kind: meaning === 'later' || meaning === 'hold' ? 'later' : 'none' }
  }
  const listed = listShape.safeParse(answer.body)
  const ours = listed.success ? listed.data.data.filter(isOurs) : []
  return ours.length === 0 ? { kind: 'none' } : { kind: 'ids', ids: ours.map(({ id }) => new Secret(id)) }
}
