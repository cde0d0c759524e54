import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Consent, Revocation } from '../authorization/consents.ts'
import type { StateStore } from '../state/state-store.ts'
import { NOTICE_TYPES } from './subscriptions.ts'
import type { NoticeType } from './subscriptions.ts'

/** Notices can be fetched this long. */
const KEPT_MS = 30 * 86_400_000

const noticeShape = z.object({
  id: z.string(),
  clientId: z.string(),
  type: z.enum(NOTICE_TYPES),
  /** The FDX Notification as it is sent, byte for byte. */
  body: z.string(),
  createdAt: z.number(),
  /** Waiting for its delivery; or the callback has answered 2xx; or there was nobody to tell, or not in time. */
  state: z.enum(['waiting', 'delivered', 'undelivered']),
  attempts: z.number().int(),
  nextAt: z.number(),
})

/** One notice and how far its delivery is. */
export type Notice = z.infer<typeof noticeShape>

/** What a notice can say of a consent itself. */
export type ConsentNotice = Exclude<NoticeType, 'CUSTOM'>

/** Everything this bank has told or has to tell, in its own journal. */
export type NoticeBook = {
  /** Writes a notice down; durable when this resolves. That a consent ended is written down once, however often it is said. */
  add(type: ConsentNotice, consent: Consent, because: Revocation): Promise<void>
  /** Writes down that there is something new in the accounts of a consent; never what. */
  addNews(consent: Consent): Promise<void>
  save(notice: Notice): Promise<void>
  waiting(): readonly Notice[]
  /** A client's notices from this time on, oldest first. */
  since(clientId: string, fromMs: number): readonly Notice[]
}

/** Loads the notices from the journal. */
export function openNoticeBook(deps: {
  readonly store: StateStore
  readonly fdxUrl: string
  readonly now: () => number
}): NoticeBook {
  const { store, now } = deps
  const notices = new Map<string, Notice>()
  for (const key of store.keys('notice:')) {
    const notice = noticeShape.parse(store.get(key))
    notices.set(notice.id, notice)
  }

  async function save(notice: Notice): Promise<void> {
    notices.set(notice.id, notice)
    await store.set(`notice:${notice.id}`, notice, notice.createdAt + KEPT_MS)
  }

  async function write(about: Omit<NoticeFacts, 'fdxUrl' | 'createdAt'>): Promise<void> {
    const { id, type, consent } = about
    const createdAt = now()
    const body = JSON.stringify(noticeBody({ ...about, fdxUrl: deps.fdxUrl, createdAt }))
    const { clientId } = consent
    await save({ id, clientId, type, body, createdAt, state: 'waiting', attempts: 0, nextAt: createdAt })
  }

  return {
    save,
    async add(type, consent, because) {
      const id = type === 'CONSENT_REVOKED' ? `revoked-${consent.id}` : randomUUID()
      if (notices.has(id)) return
      await write({ id, type, consent, because })
    },
    addNews: (consent) => write({ id: randomUUID(), type: 'CUSTOM', consent }),
    waiting: () => [...notices.values()].filter(({ state }) => state === 'waiting'),
    since: (clientId, fromMs) =>
      [...notices.values()]
        .filter((notice) => notice.clientId === clientId && notice.createdAt >= fromMs)
        .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)),
  }
}

type NoticeFacts = {
  readonly id: string
  readonly type: NoticeType
  readonly consent: Consent
  /** Who ended or changed the consent; nobody did where there is only something new. */
  readonly because?: Revocation
  readonly fdxUrl: string
  readonly createdAt: number
}

/** The FDX Notification: which consent, and who ended or changed it. */
function noticeBody(notice: NoticeFacts): object {
  const { consent, because } = notice
  return {
    notificationId: notice.id,
    type: notice.type,
    sentOn: new Date(notice.createdAt).toISOString(),
    category: because === undefined ? 'NEW_DATA' : 'CONSENT',
    severity: 'NOTICE',
    priority: 'HIGH',
    publisher: { name: 'First Valley Bank', type: 'DATA_PROVIDER' },
    subscriber: { name: consent.clientId, type: 'DATA_RECIPIENT' },
    notificationPayload: {
      id: consent.id,
      idType: 'CONSENT',
      ...(because === undefined
        ? {}
        : {
            customFields: [
              { name: 'INITIATOR', value: because.initiator },
              { name: 'REASON', value: because.reason },
            ],
          }),
    },
    url: {
      href: `${notice.fdxUrl}/consents/${consent.id}`,
      action: 'GET',
      rel: 'consent',
      types: ['application/json'],
    },
  }
}
