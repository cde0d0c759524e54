import { z } from 'zod'
import { bankFindings } from '../alerts/index.ts'
import { caseFindings, caseRefunds, isUuid } from '../kernel/index.ts'
import type { CaseProposalId, CaseSignatureId } from '../kernel/index.ts'
import { addPageScope, fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { may, staffActs } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, ownScopeOf, showStale } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { addBulkPages } from './bulk-pages.ts'
import { filterQuery, readFilter } from './case-filter.ts'
import type { CaseFilter } from './case-filter.ts'
import { askedFilter } from './late-cases.ts'
import { banksOf, idParams, numberParams, showCasePage, shownAs } from './case-route.ts'
import type { CaseDeps, CaseTools } from './case-route.ts'
import { caseActs, caseRows } from './case-store.ts'
import type { OpenedCase } from './case-store.ts'
import { caseWords } from './case-words.ts'
import { addDecisionPages } from './decision-pages.ts'
import { addExportPages } from './export-pages.ts'
import { openNotes, openSaid, sealNote } from './open-words.ts'
import { noteCharactersMax, showCase, stepsFor } from './show-case.ts'
import type { CaseShown, EvidenceShown } from './show-case.ts'
import { showRefused } from './show-refused.ts'
import { listedMax, showList } from './show-list.ts'
import type { ListShown } from './show-list.ts'

const pageQuery = z.object({
  page: z.coerce.number().int().min(1).max(200).catch(1),
  order: z.enum(['oldest', 'risk']).catch('oldest'),
  done: z.coerce.number().int().min(0).max(1_000).optional().catch(undefined),
  of: z.coerce.number().int().min(0).max(1_000).optional().catch(undefined),
})
const doneQuery = z.object({
  done: z
    .enum(['taken', 'released', 'noted', 'proposed', 'turned-down', 'decided', 'unjoined'])
    .optional()
    .catch(undefined),
})
const proposalFields = z.object({ finding: z.enum(caseFindings), refund: z.enum(caseRefunds) })

/** The pages of the people who work on cases: `/cases/…`. docs/cases.md tells the flow. */
export async function addCasePages(server: HttpServer, deps: CaseDeps): Promise<void> {
  await addPageScope(server, deps, caseWords, (scope, pageTools) => {
    const tools: CaseTools = { ...pageTools, deps }
    addListPage(scope, tools)
    addBulkPages(scope, tools)
    addExportPages(scope, tools)
    addDecisionPages(scope, tools)
    addCasePage(scope, tools)
    addSteps(scope, tools)
  })
}

function addListPage(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools
  const lists = createLastSeen<Pick<ListShown, 'cases' | 'banks' | 'lateCount'>>(deps)
  scope.get(
    '/cases',
    limited,
    forStaff(tools, 'see-cases', async (call) => {
      const { member, hash } = call.session
      const words = tools.words(call.request)
      const filter = readFilter(call.request.query)
      const { page, order, done, of } = pageQuery.parse(call.request.query)
      const asked = (of: CaseFilter) => askedFilter(of, { clocks: deps.clocks, now: deps.clock.now() })
      const wanted = { filter: asked(filter), order, offset: (page - 1) * listedMax, limit: listedMax }
      // One of them says how many there are.
      const late = { filter: asked({ state: 'waiting', late: 'yes' }), order, offset: 0, limit: 1 }
      const view = filterQuery(filter, { order, page: String(page) })
      const seen = await lists.see(ownScopeOf(call, view), async () => {
        const [cases, [first], banks] = await Promise.all([
          caseRows.list(deps.database, hash, wanted),
          caseRows.list(deps.database, hash, late),
          banksOf(tools, call.session),
        ])
        return { cases, banks, lateCount: first?.total ?? 0 }
      })
      const { cases, banks, lateCount } = seen.value
      const body = showList(
        { words, timeZone: deps.timeZone, now: deps.clock.now() },
        {
          cases,
          total: cases[0]?.total ?? 0,
          lateCount,
          filter,
          order,
          page,
          banks,
          decides: may(member.role, 'decide-cases'),
          stale: showStale(deps, call, seen),
          clocks: deps.clocks,
          done: done === undefined || of === undefined ? undefined : { count: done, of },
        },
      )
      return showCasePage(tools, call, { title: words.say('list.title'), body })
    }),
  )
}

function addCasePage(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools
  const cases = createLastSeen<CaseRead | undefined>(deps)
  scope.get(
    '/cases/:number',
    limited,
    forStaff(tools, 'see-cases', async (call) => {
      const { number } = z.object({ number: z.string() }).parse(call.request.params)
      const { done } = doneQuery.parse(call.request.query)
      const seen = await cases.see(ownScopeOf(call, number), () => readCase(tools, call), withoutWords)
      const stale = showStale(deps, call, seen)
      return seen.value === undefined
        ? tools.showTrouble(call.request, call.reply, 'notFound')
        : show(tools, call, seen.value, { done, stale })
    }),
  )

  scope.post(
    '/cases/:number/evidence',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const opened = await openCase(tools, call)
      if (opened === undefined) return tools.showTrouble(call.request, call.reply, 'notFound')
      const evidence = await openEvidence(tools, call, opened)
      return show(tools, call, await readRest(tools, call, opened), { evidence })
    }),
  )
}

/** The case that an address names, once this look at it stands where its customer sees it. Undefined: none of this person's banks. */
async function openCase({ deps }: CaseTools, { request, session }: StaffCall): Promise<OpenedCase | undefined> {
  const params = numberParams.safeParse(request.params)
  if (!params.success) return undefined
  const look = { number: params.data.number, shownAs: shownAs(session.member) }
  const id = await caseRows.beginLook(deps.database, session.hash, look)
  return id === undefined ? undefined : await caseRows.load(deps.database, session.hash, id)
}

/** Noted on the case, then a look of its own in the log, then the uses. */
async function openEvidence(
  { deps }: CaseTools,
  { session }: StaffCall,
  opened: OpenedCase,
): Promise<EvidenceShown | undefined> {
  const { customer, institution, conversation, events, id } = opened
  if (institution === undefined || !stepsFor({ opened, decides: true }).includes('open-evidence')) return undefined
  if (!(await caseActs.noteEvidenceOpened(deps.database, session.hash, id))) return undefined
  const uses = await bankFindings.open(deps.alerts, { customer, institution, conversation, events })
  return uses === undefined ? { as: 'stopped' } : { as: 'opened', uses }
}

/** A case as it was read under a look. */
type CaseRead = Pick<CaseShown, 'opened' | 'words' | 'timeline' | 'related'>

async function readCase(tools: CaseTools, call: StaffCall): Promise<CaseRead | undefined> {
  const opened = await openCase(tools, call)
  return opened && (await readRest(tools, call, opened))
}

async function readRest({ deps }: CaseTools, { session }: StaffCall, opened: OpenedCase): Promise<CaseRead> {
  const { hash } = session
  const [timeline, related, key] = await Promise.all([
    caseRows.timeline(deps.database, hash, opened.id),
    caseRows.related(deps.database, hash, opened.id),
    deps.keystore.conversationKey(opened.conversation),
  ])
  return { opened, words: openSaid(key, opened), timeline: openNotes(key, opened, timeline), related }
}

/** What may be remembered of a case, to show it again without a look: how it stands. Nothing that somebody wrote. */
function withoutWords(read: CaseRead | undefined): CaseRead | undefined {
  if (read === undefined) return undefined
  const timeline = read.timeline.map((event) => ({ ...event, note: undefined, text: undefined }))
  return { ...read, opened: { ...read.opened, words: Buffer.alloc(0), events: [] }, words: undefined, timeline }
}

function show(
  tools: CaseTools,
  call: StaffCall,
  read: CaseRead,
  news: Partial<Pick<CaseShown, 'evidence' | 'done' | 'stale'>>,
) {
  const { deps } = tools
  const { member } = call.session
  const words = tools.words(call.request)
  const body = showCase(
    { words, timeZone: deps.timeZone, now: deps.clock.now() },
    {
      ...read,
      decides: may(member.role, 'decide-cases'),
      clock: deps.clocks[read.opened.institution ?? ''] ?? {},
      evidence: news.evidence,
      done: news.done,
      stale: news.stale,
    },
  )
  return showCasePage(tools, call, { title: words.say('case.title', { number: read.opened.number }), body })
}

/** What somebody does to one case; the database says whether they may, and whether it still makes sense. */
function addSteps(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools
  const step = (name: string, done: string, act: (call: StaffCall, opened: OpenedCase) => Promise<boolean>): void => {
    scope.post(
      `/cases/:number/${name}`,
      limited,
      forStaff(tools, 'decide-cases', async (call) => {
        const opened = await openCase(tools, call)
        if (opened === undefined) return tools.showTrouble(call.request, call.reply, 'notFound')
        const path = `/cases/${opened.number}`
        const isDone = await act(call, opened)
        return isDone ? sendOnward(call.reply, `${path}?done=${done}`) : showRefused(tools, call, 'cases/over', path)
      }),
    )
  }
  step('take', 'taken', ({ session }, { id }) => caseActs.assign(deps.database, session.hash, id, true))
  step('release', 'released', ({ session }, { id }) => caseActs.assign(deps.database, session.hash, id, false))
  step('unjoin', 'unjoined', ({ session }, { id }) => caseActs.unjoin(deps.database, session.hash, id))
  step('note', 'noted', async ({ session, request }, opened) => {
    const text = (fieldsOf(request.body).get('note') ?? '').trim().slice(0, noteCharactersMax)
    if (text === '') return false
    const key = await deps.keystore.conversationKey(opened.conversation)
    const id = deps.random.uuid()
    const sealed = sealNote(key, opened, { id, text })
    return await caseActs.addNote(deps.database, session.hash, { fraudCase: opened.id, id, sealed })
  })
  step('propose', 'proposed', async ({ session, request }, { id: fraudCase }) => {
    const wish = proposalFields.safeParse(Object.fromEntries(fieldsOf(request.body)))
    if (!wish.success) return false
    return await caseActs.propose(deps.database, session.hash, { fraudCase, id: deps.random.uuid(), ...wish.data })
  })

  scope.post(
    '/cases/proposals/:id/turn-down',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { id } = idParams.parse(call.request.params)
      const { hash } = call.session
      const waiting = await caseRows.findProposal(deps.database, hash, id)
      const isDone = waiting !== undefined && (await caseActs.turnDown(deps.database, hash, id))
      return isDone
        ? sendOnward(call.reply, `/cases/${waiting.number}?done=turned-down`)
        : showRefused(tools, call, 'cases/over', '/cases')
    }),
  )

  scope.post(
    '/cases/proposals/:id/sign',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { member, hash } = call.session
      const proposal = idOf<CaseProposalId>(idParams.parse(call.request.params).id)
      const waiting = await caseRows.findProposal(deps.database, hash, proposal)
      if (waiting === undefined) return showRefused(tools, call, 'cases/over', '/cases')
      if (waiting.byMe) return showRefused(tools, call, 'cases/same-person', `/cases/${waiting.number}`)
      const id = idOf<CaseSignatureId>(deps.random.uuid())
      const { number, finding, refund } = waiting
      await staffActs.draft(deps, {
        v: 1,
        act: 'decide-case',
        id,
        staff: member.id,
        proposal,
        case: number,
        finding,
        refund,
      })
      return sendOnward(call.reply, `/cases/acts/${id}`)
    }),
  )
}

function idOf<Name extends string>(uuid: string): Name {
  return z.custom<Name>((value) => typeof value === 'string' && isUuid(value)).parse(uuid)
}
