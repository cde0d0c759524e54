import { z } from 'zod'
import { FdxRefusal } from '../fdx/fdx-error.ts'
import { readJsonBody } from '../fdx/json-body.ts'
import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { NoticeBook } from './notice-book.ts'
import { NOTICE_CATEGORIES, NOTICE_TYPES } from './subscriptions.ts'
import type { Subscription, Subscriptions } from './subscriptions.ts'

/** Notices given at once, unless fewer are asked for. */
const PAGE_MAX = 100

const wantedShape = z.object({
  type: z.enum(NOTICE_TYPES),
  category: z.enum(NOTICE_CATEGORIES),
  callbackUrl: z.url().max(2_048),
  subscriber: z.object({ name: z.string().max(100), type: z.string().max(50) }),
  effectiveDate: z.iso.date().optional(),
})

/** One request of a client for itself (no customer is involved), after its token and proof were checked. */
export type ClientCall = {
  readonly method: string
  /** Path segments after `/fdx/v6`, decoded. */
  readonly segments: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
  readonly clientId: string
}

/** What the routes stand on. */
export type NotificationDeps = {
  readonly subscriptions: Subscriptions
  readonly book: NoticeBook
  /** Origins that a client registered for its redirects: its callbacks lie there too. */
  readonly originsOf: (clientId: string) => Promise<readonly string[]>
  readonly now: () => number
}

/** Whether a path belongs to these routes. */
export function isNotificationPath(segment: string | undefined): boolean {
  return segment === 'notification-subscriptions' || segment === 'notifications'
}

/** FDX event notifications: subscribing, and fetching what a callback may have missed. */
export async function handleNotifications(deps: NotificationDeps, call: ClientCall): Promise<Answer> {
  const [resource = '', id, extra] = call.segments
  if (extra !== undefined) throw new FdxRefusal('no-route')
  switch (`${call.method} ${resource}${id === undefined ? '' : '/*'}`) {
    case 'POST notification-subscriptions':
      return subscribe(deps, call)
    case 'GET notification-subscriptions':
      return jsonAnswer(200, { subscriptions: deps.subscriptions.of(call.clientId).map(shown) })
    case 'GET notification-subscriptions/*': {
      const found = deps.subscriptions.find(call.clientId, id ?? '')
      if (found === undefined) throw new FdxRefusal('no-route', 'no such subscription')
      return jsonAnswer(200, shown(found))
    }
    case 'DELETE notification-subscriptions/*':
      if (!(await deps.subscriptions.remove(call.clientId, id ?? ''))) {
        throw new FdxRefusal('no-route', 'no such subscription')
      }
      return { status: 204, headers: {}, body: '' }
    case 'GET notifications':
      return listNotices(deps, call)
    default:
      throw new FdxRefusal(call.method === 'GET' ? 'no-route' : 'method')
  }
}

/** 201, also where the same is subscribed again: the newest callback counts. */
async function subscribe(deps: NotificationDeps, call: ClientCall): Promise<Answer> {
  const wanted = readJsonBody(call.body, wantedShape)
  const origins = await deps.originsOf(call.clientId)
  if (!origins.includes(new URL(wanted.callbackUrl).origin)) {
    throw new FdxRefusal('bad-request', 'the callback must lie on an origin that the client registered')
  }
  const today = new Date(deps.now()).toISOString().slice(0, 10)
  const { clientId } = call
  const saved = await deps.subscriptions.save({ ...wanted, clientId, effectiveDate: wanted.effectiveDate ?? today })
  return jsonAnswer(201, shown(saved))
}

function listNotices(deps: NotificationDeps, call: ClientCall): Answer {
  const { query, clientId } = call
  const since = query.get('updatedSince')
  const fromMs = since === null ? 0 : Date.parse(since)
  if (Number.isNaN(fromMs)) throw new FdxRefusal('date-range')
  const limit = Math.min(Math.max(Number(query.get('limit') ?? PAGE_MAX) || PAGE_MAX, 1), PAGE_MAX)
  const all = deps.book.since(clientId, fromMs)
  const pageKey = query.get('pageKey')
  const from = pageKey === null ? 0 : all.findIndex(({ id }) => id === pageKey)
  if (from === -1) throw new FdxRefusal('bad-request', 'no such page')
  const next = all[from + limit]
  return jsonAnswer(200, {
    page: { ...(next === undefined ? {} : { nextPageKey: next.id }), totalElements: all.length },
    notifications: all.slice(from, from + limit).map(({ body }): unknown => JSON.parse(body)),
  })
}

function shown({ clientId: _own, ...subscription }: Subscription): object {
  return subscription
}
