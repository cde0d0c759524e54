import { z } from 'zod'
import { toInstant } from '../kernel/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Words } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { forStaff, limited } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { doToEach, readBulkAct } from './bulk-act.ts'
import type { BulkAct } from './bulk-act.ts'
import { filterQuery, readFilter } from './case-filter.ts'
import { showCasePage } from './case-route.ts'
import type { CaseTools } from './case-route.ts'
import { caseRows } from './case-store.ts'
import { askedFilter } from './late-cases.ts'
import { bulkMax, hidden } from './show-list.ts'
import { showRefused } from './show-refused.ts'

const confirmedShape = z.object({
  count: z.coerce.number().int().min(1).max(bulkMax),
  until: z.coerce.number().int().min(0).transform(toInstant),
})

/** Acts on every case that matches a filter, not only those on the page: first how many and what, then each by itself. */
export function addBulkPages(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools

  scope.post(
    '/cases/bulk',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { act, text, filter } = wishOf(call)
      if (act === undefined) return showRefused(tools, call, 'cases/over', '/cases')
      const words = tools.words(call.request)
      const until = deps.clock.now()
      const asked = askedFilter(filter, { clocks: deps.clocks, now: deps.clock.now() })
      const wanted = { filter: asked, order: 'oldest', offset: 0, limit: bulkMax, until } as const
      const cases = await caseRows.list(deps.database, call.session.hash, wanted)
      if (cases.length === 0) return showRefused(tools, call, 'cases/changed', '/cases')
      const title = words.say('bulk.reviewTitle', { count: cases.length })
      return showCasePage(tools, call, {
        title,
        body: html`<h1>${title}</h1>
          <p>${words.say('bulk.reviewAct', { act: sayAct(words, act) })}</p>
          ${(cases[0]?.total ?? 0) > bulkMax && html`<p class="note warn">${words.say('bulk.more', { total: cases[0]?.total ?? 0, max: bulkMax })}</p>`}
          <p>${words.say('bulk.each')}</p>
          <details>
            <summary>${words.say('bulk.which')}</summary>
            <ul>
              ${cases.map(({ number }) => html`<li>${words.say('case.title', { number })}</li>`)}
            </ul>
          </details>
          <form method="post" action="/cases/bulk/do">
            ${hidden(filter)}
            <input type="hidden" name="act" value="${text}" />
            <input type="hidden" name="count" value="${String(cases.length)}" />
            <input type="hidden" name="until" value="${String(until)}" />
            <button type="submit">${words.say('bulk.go', { count: cases.length })}</button>
          </form>
          <p><a class="link" href="/cases?${filterQuery(filter)}">${words.say('act.leave')}</a></p>`,
      })
    }),
  )

  scope.post(
    '/cases/bulk/do',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { act, filter, fields } = wishOf(call)
      const confirmed = confirmedShape.safeParse(Object.fromEntries(fields))
      if (act === undefined || !confirmed.success) return showRefused(tools, call, 'cases/over', '/cases')
      const { count, until } = confirmed.data
      const { hash, member } = call.session
      const asked = askedFilter(filter, { clocks: deps.clocks, now: deps.clock.now() })
      const wanted = { filter: asked, order: 'oldest', offset: 0, limit: bulkMax, until } as const
      const cases = await caseRows.list(deps.database, hash, wanted)
      // Somebody else was at work since: what would be done is not what was shown.
      if (cases.length !== count) return showRefused(tools, call, 'cases/changed', `/cases?${filterQuery(filter)}`)
      const done = await doToEach(deps, hash, act, cases)
      deps.logger.info('cases.bulk', { staffId: member.id, count: done })
      return sendOnward(call.reply, `/cases?${filterQuery(filter, { done: String(done), of: String(cases.length) })}`)
    }),
  )
}

function wishOf({ request }: StaffCall) {
  const fields = fieldsOf(request.body)
  const text = fields.get('act') ?? ''
  return { fields, text, act: readBulkAct(text), filter: readFilter(Object.fromEntries(fields)) }
}

function sayAct(words: Words, act: BulkAct): string {
  if (act.do !== 'propose') return words.say(`bulk.act.${act.do}`)
  const { finding, refund } = act
  return words.say('bulk.act.propose', {
    finding: words.say(`finding.${finding}`),
    refund: words.say(`refund.${refund}`),
  })
}
