import { z } from 'zod'
import { listInstitutions } from '../banks/index.ts'
import { toInstant } from '../kernel/index.ts'
import { fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { sqlState } from '../platform/index.ts'
import { isInScope } from '../staff/index.ts'
import { forStaff, limited, type StaffCall } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { incidentLengths, incidents } from './incidents-store.ts'
import { showConsole } from './show-console.ts'
import { showIncidents } from './show-incidents.ts'
import type { IncidentDraft } from './show-incidents.ts'
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

  scope.get(
    '/console/incidents',
    limited,
    forStaff(tools, 'see-incidents', (call) => show(tools, call)),
  )

  scope.post(
    '/console/incidents',
    limited,
    forStaff(tools, 'handle-incidents', async (call) => {
      const fields = Object.fromEntries(fieldsOf(call.request.body))
      const draft = draftShape.safeParse(fields)
      const banks = (await listInstitutions(deps.database)).filter(({ id }) => isInScope(call.session.member, id))
      const bank = banks.find(({ id }) => id === fields['bank'])
      const isAll = fields['bank'] === 'all' && call.session.member.institutions === undefined
      if (!draft.success || (bank === undefined && !isAll)) {
        const { title = '', what = '', minutes = '0', bank: wanted = '' } = fields
        return await show(tools, call, { title, what, minutes, bank: wanted, isWrong: true })
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

async function show(tools: ConsoleTools, call: StaffCall, draft?: IncidentDraft) {
  const { deps } = tools
  const { hash, member } = call.session
  const words = tools.words(call.request)
  const [banks, all, notes, connections] = await Promise.all([
    listInstitutions(deps.database),
    incidents.list(deps.database, hash),
    incidents.notes(deps.database, hash),
    listConnections(deps.database, hash),
  ])
  return showConsole(tools, call, {
    place: 'incidents',
    title: words.say('incidents.title'),
    ...(draft === undefined ? {} : { status: 422 }),
    body: showIncidents(
      { words, deps },
      {
        banks: banks.filter(({ id }) => isInScope(member, id)),
        member,
        incidents: all,
        notes,
        // A connection that is down and that nobody has told of yet.
        suggested: connections.filter(
          (each) =>
            isDown(each) && !all.some((told) => told.resolved_at === null && told.institution === each.institution),
        ),
        draft,
        done: doneQuery.parse(call.request.query).done,
      },
    ),
  })
}
