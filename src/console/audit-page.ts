import { z } from 'zod'
import { channelNames, platformNames } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, ownScopeOf, showStale, type StaffCall } from '../staff-pages/index.ts'
import { beginAuditLook, listAuditLooks, readAuditRows } from './audit-look-store.ts'
import type { AuditFilter } from './audit-look-store.ts'
import type { ConsoleTools } from './console-route.ts'
import { purposeNames } from './purpose-names.ts'
import { showAudit } from './show-audit.ts'
import type { AuditShown } from './show-audit.ts'
import { showConsole } from './show-console.ts'

const empty = z.literal('').transform(() => undefined)
const maybe = <Shape extends z.ZodType>(shape: Shape) => empty.or(shape).optional().catch(undefined)
const auditQuery = z.object({
  look: maybe(z.literal('1')),
  bank: maybe(z.string().max(63)),
  customer: maybe(z.string().regex(/^[0-9a-f]{10}$/)),
  purpose: maybe(z.enum(purposeNames)),
  platform: maybe(z.enum(platformNames)),
  channel: maybe(z.enum(channelNames)),
  day: maybe(z.iso.date()),
  entry: maybe(z.uuid()),
  before: maybe(
    z
      .string()
      .regex(/^[0-9]{1,18}$/)
      .transform(BigInt),
  ),
})

/**
 * `/console/audit`: the record of looks, for whoever checks it. Nothing is shown until somebody asks; what they asked for and which entries that
 * names is written down and committed first, for other auditors and for the customers on the page.
 */
export function addAuditPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  // Never the rows: what is shown of the record is shown behind a look that stands in it.
  const lastSeen = createLastSeen<Pick<AuditShown, 'banks' | 'looks'>>(deps)
  scope.get(
    '/console/audit',
    limited,
    forStaff(tools, 'see-audit', async (call) => {
      const words = tools.words(call.request)
      const { look, before, ...filter } = auditQuery.parse(call.request.query)
      const rows = look === undefined ? undefined : await lookAt(tools, call, filter, before)
      const seen = await lastSeen.see(ownScopeOf(call), async () => {
        const [banks, looks] = await Promise.all([
          listOwnBanks(deps.database, call.session.hash, 'see-audit'),
          listAuditLooks(deps.database, call.session.hash),
        ])
        return { banks, looks }
      })
      return showConsole(tools, call, {
        place: 'audit',
        title: words.say('audit.title'),
        body: html`${showStale(deps, call, seen)} ${showAudit({ words, deps }, { ...seen.value, filter, rows })}`,
      })
    }),
  )
}

// Two transactions, and only in this order are there any rows: the database asks for the first one's commit.
async function lookAt({ deps }: ConsoleTools, { session }: StaffCall, filter: AuditFilter, before: bigint | undefined) {
  const id = deps.random.uuid()
  const entries = await beginAuditLook(deps.database, { id, session: session.hash, filter, before })
  deps.logger.info('console.looks-read', { staffId: session.member.id, count: entries })
  return await readAuditRows(deps.database, { id, session: session.hash })
}
