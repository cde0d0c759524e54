import { z } from 'zod'
import { toInstant } from '../kernel/index.ts'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { sqlState } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, ownScopeOf, showStale, type StaffCall } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { incidentLengths, incidents } from './incidents-store.ts'
import { showConsole } from './show-console.ts'
import { showIncidents } from './show-incidents.ts'
import type { IncidentDraft, IncidentsShown } from './show-incidents.ts'
import { showRefused } from './show-refused.ts'
import { staffText } from './staff-text.ts'
import { isDown, listConnections } from './standing-store.ts'

const { titleMin, titleMax, textMin, textMax } = incidentLengths
const staffWords = z.string().transform(staffText)
const draftShape = z.object({
  bank: z.string().max(63),
  title: staffWords.pipe(
    z
      .string()
      .min(titleMin)
      .max(titleMax)
      .regex(/^[^\n]*$/),
  ),
  what: staffWords.pipe(z.string().min(textMin).max(textMax)),
  minutes: z.coerce.number().int().min(0).max(10_080),
})
const noteShape = z.object({
  note: staffWords.pipe(z.string().min(textMin).max(textMax)),
  resolve: z.literal('yes').optional(),
})
const idParams = z.object({ id: z.uuid() })
const doneQuery = z.object({ done: z.enum(['told', 'noted', 'resolved']).optional().catch(undefined) })

/** `/console/incidents`: what is wrong, told to everybody of the staff whom it concerns, until it is resolved. */
export function addIncidentPages(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<IncidentsRead>(deps)
  const show = (call: StaffCall, draft?: IncidentDraft) => showPage(tools, call, { lastSeen, draft })

  scope.get(
    '/console/incidents',
    limited,
    forStaff(tools, 'see-incidents', (call) => show(call)),
  )

  scope.post(
    '/console/incidents',
    limited,
    forStaff(tools, 'handle-incidents', async (call) => {
      const fields = Object.fromEntries(fieldsOf(call.request.body))
      const draft = draftShape.safeParse(fields)
      const banks = await listOwnBanks(deps.database, call.session.hash, 'handle-incidents')
      const bank = banks.find(({ id }) => id === fields['bank'])
      const isAll = fields['bank'] === 'all' && call.session.member.institutions === undefined
      if (!draft.success || (bank === undefined && !isAll)) {
        const { title = '', what = '', minutes = '0', bank: wanted = '' } = fields
        return await show(call, { title, what, minutes, bank: wanted, isWrong: true })
      }
      const { title, what, minutes } = draft.data
      const since = toInstant(deps.clock.now() - minutes * 60_000)
      const told = { session: call.session.hash, id: deps.random.uuid(), institution: bank?.id, title, what, since }
      return await allowed(tools, call, async () => {
        await incidents.open(deps.database, told)
        deps.logger.warn('console.incident-told', { staffId: call.session.member.id })
        return sendOnward(call.reply, '/console/incidents?done=told')
      })
    }),
  )

  scope.post(
    '/console/incidents/:id',
    limited,
    forStaff(tools, 'handle-incidents', async (call) => {
      const { id } = idParams.parse(call.request.params)
      const noted = noteShape.safeParse(Object.fromEntries(fieldsOf(call.request.body)))
      if (!noted.success) return showRefused(tools, call, 'incidents/note', '/console/incidents')
      const { note, resolve } = noted.data
      return await allowed(tools, call, async () => {
        const written = { session: call.session.hash, id, note, resolve: resolve === 'yes' }
        if (!(await incidents.note(deps.database, written))) {
          return showRefused(tools, call, 'incidents/over', '/console/incidents')
        }
        return sendOnward(call.reply, `/console/incidents?done=${resolve === 'yes' ? 'resolved' : 'noted'}`)
      })
    }),
  )
}

/** Does it, if the database lets this person. */
async function allowed<Reply>(tools: ConsoleTools, call: StaffCall, act: () => Promise<Reply>) {
  try {
    return await act()
  } catch (thrown) {
    if (sqlState(thrown) === '42501') return showRefused(tools, call, 'consent/not-allowed', '/console/incidents')
    throw thrown
  }
}

type IncidentsRead = Pick<IncidentsShown, 'banks' | 'incidents' | 'notes' | 'suggested'>

async function showPage(
  tools: ConsoleTools,
  call: StaffCall,
  {
    lastSeen,
    draft,
  }: {
    readonly lastSeen: ReturnType<typeof createLastSeen<IncidentsRead>>
    readonly draft: IncidentDraft | undefined
  },
) {
  const { deps } = tools
  const words = tools.words(call.request)
  const seen = await lastSeen.see(ownScopeOf(call), () => readIncidents(tools, call))
  return showConsole(tools, call, {
    place: 'incidents',
    title: words.say('incidents.title'),
    ...(draft === undefined ? {} : { status: 422 }),
    body: html`${showStale(deps, call, seen)}
    ${showIncidents(
      { words, deps },
      { ...seen.value, member: call.session.member, draft, done: doneQuery.parse(call.request.query).done },
    )}`,
  })
}

async function readIncidents({ deps }: ConsoleTools, { session: { hash } }: StaffCall): Promise<IncidentsRead> {
  const [banks, all, notes, connections] = await Promise.all([
    listOwnBanks(deps.database, hash, 'see-incidents'),
    incidents.list(deps.database, hash),
    incidents.notes(deps.database, hash),
    listConnections(deps.database, hash),
  ])
  // A connection that is down and that nobody has told of yet.
  const suggested = connections.filter(
    (each) => isDown(each) && !all.some((told) => told.resolved_at === null && told.institution === each.institution),
  )
  return { banks, incidents: all, notes, suggested }
}
