import { pageHeaders } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { fieldsOf } from '../pages/index.ts'
import { forStaff, limited } from '../staff-pages/index.ts'
import { readFilter } from './case-filter.ts'
import { shownAs } from './case-route.ts'
import type { CaseTools } from './case-route.ts'
import { askedFilter } from './late-cases.ts'
import { caseActs, caseRows } from './case-store.ts'
import { showRefused } from './show-refused.ts'
import { takenOut, writeCaseCsv } from './write-cases.ts'

/** Cases in one file: what a spreadsheet opens and a person can still read. */
export const exportedMax = 1_000

/** Takes cases out as a file. Who, which and how is on record, and a look at each for its customer to see, before the first byte leaves. */
export function addExportPages(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools
  scope.post(
    '/cases/export',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { hash, member } = call.session
      const fields = fieldsOf(call.request.body)
      const form = fields.get('form') === 'json' ? 'json' : 'csv'
      const now = deps.clock.now()
      const filter = askedFilter(readFilter(Object.fromEntries(fields)), { clocks: deps.clocks, now })
      const out = { id: deps.random.uuid(), form, filter, shownAs: shownAs(member), limit: exportedMax } as const
      const count = await caseActs.takeOut(deps.database, hash, out)
      if (count === 0) return showRefused(tools, call, 'cases/changed', '/cases')
      deps.logger.info('cases.exported', { staffId: member.id, count })
      const wanted = { filter, order: 'oldest', offset: 0, limit: count } as const
      const cases = await caseRows.list(deps.database, hash, wanted)
      const rows = cases.map((each) => takenOut(each, { now, clocks: deps.clocks }))
      const text = form === 'csv' ? writeCaseCsv(rows) : `${JSON.stringify(rows, undefined, 2)}\n`
      return call.reply
        .headers(pageHeaders(deps.random, { offline: false }).headers)
        .header('content-type', form === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="cases.${form}"`)
        .header('x-content-type-options', 'nosniff')
        .send(text)
    }),
  )
}
