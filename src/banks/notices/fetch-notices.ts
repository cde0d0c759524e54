import { z } from 'zod'
import { refusal, success } from '../../kernel/index.ts'
import type { Instant, Outcome } from '../../kernel/index.ts'
import type { Institution } from '../institutions-store.ts'
import type { ClientAccess, ClientCallRefusal } from './client-access.ts'
import { parseNotice } from './parse-notice.ts'
import type { BankNotice } from './parse-notice.ts'

/** Pages fetched in one turn: 20,000 notices, more than any bank sends in minutes. Past it an operator must look. */
const pagesMax = 200
/** FDX pages of notices are of this size at most. */
const pageSize = 100

const pageShape = z.object({
  page: z.object({ nextPageKey: z.string().min(1).max(512).optional() }).optional(),
  notifications: z.array(z.unknown()).max(1_000),
})

/** What was fetched; `all` is false when there was more than one turn takes. */
export type FetchedNotices = { readonly notices: readonly BankNotice[]; readonly all: boolean }

/** `GET /notifications` since a time, page by page. A notice that cannot be read is left out; the others count. */
export async function fetchNotices(
  call: ClientAccess,
  institution: Institution,
  since: Instant | undefined,
): Promise<Outcome<FetchedNotices, ClientCallRefusal>> {
  const notices: BankNotice[] = []
  let pageKey: string | undefined
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(since === undefined ? {} : { updatedSince: new Date(since).toISOString() }),
      ...(pageKey === undefined ? {} : { pageKey }),
    })
    const answer = await call(institution, { method: 'GET', path: `/notifications?${query.toString()}` })
    if (!answer.ok) return answer
    const page = readPage(answer.value)
    if (page === undefined) return refusal('banks/unreadable')
    for (const one of page.notifications) {
      const notice = parseNotice(one)
      if (notice.ok) notices.push(notice.value)
    }
    pageKey = page.page?.nextPageKey
    if (pageKey === undefined) return success({ notices, all: true })
  }
  return success({ notices, all: false })
}

function readPage(text: string): z.infer<typeof pageShape> | undefined {
  try {
    return pageShape.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
