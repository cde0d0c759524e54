import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { cutoffs } from '../consent/index.ts'
import type { CutoffId, LiftId } from '../kernel/index.ts'
import { isCutoffReason, isUuid } from '../kernel/index.ts'
import { fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks, staffActs, staffEvents } from '../staff/index.ts'
import {
  createLastSeen,
  forStaff,
  limited,
  ownScopeOf,
  showStale,
  type StaffCall,
  staffFrame,
} from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { targetsFor } from './cutoff-names.ts'
import type { CutoffDraft } from './show-cutoff-form.ts'
import { showCutoffs } from './show-cutoffs.ts'
import type { CutoffsShown } from './show-cutoffs.ts'
import { showRefused } from './show-refused.ts'

const cutoffParams = z.object({ cutoff: z.custom<CutoffId>((value) => typeof value === 'string' && isUuid(value)) })

/** What is cut off, and the two things that can be done about it; each is signed on a page of its own (act-pages). */
export function addCutoffPages(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<CutoffsRead>(deps)
  const show = (call: StaffCall, draft?: CutoffDraft) => showPage(tools, call, { lastSeen, draft })

  scope.get(
    '/console/cutoffs',
    limited,
    forStaff(tools, 'see-cutoffs', (call) => show(call)),
  )

  scope.post(
    '/console/cutoffs',
    limited,
    forStaff(tools, 'cut-off', async (call) => {
      const { session, request, reply } = call
      const draft = draftOf(request)
      const banks = await listOwnBanks(deps.database, session.hash, 'cut-off')
      const named = targetsFor(tools.words(request), banks, session.member).find(
        ({ target }) => `${target.kind}:${target.target}` === draft.target,
      )
      const isNamed = named !== undefined && sameName(named.name, draft.typed)
      if (named === undefined || !isNamed || !isCutoffReason(draft.reason)) return await show(call, draft)
      const id = newId<CutoffId>(deps.random.uuid())
      const { id: staff } = session.member
      await staffActs.draft(deps, { v: 1, act: 'cut-off', id, staff, reason: draft.reason, ...named.target })
      return sendOnward(reply, `/console/acts/${id}`)
    }),
  )

  scope.post(
    '/console/cutoffs/:cutoff/lift',
    limited,
    forStaff(tools, 'cut-off', async (call) => {
      const { session, request, reply } = call
      const params = cutoffParams.safeParse(request.params)
      if (!params.success) return tools.showTrouble(request, reply, 'notFound')
      if (session.member.role !== 'operator') return showRefused(tools, call, 'consent/not-allowed', '/console/cutoffs')
      const id = newId<LiftId>(deps.random.uuid())
      const { cutoff } = params.data
      await staffActs.draft(deps, { v: 1, act: 'lift', id, staff: session.member.id, cutoff })
      return sendOnward(reply, `/console/acts/${id}`)
    }),
  )
}

type CutoffsRead = Pick<CutoffsShown, 'list' | 'banks' | 'people'>

async function showPage(
  tools: ConsoleTools,
  call: StaffCall,
  {
    lastSeen,
    draft,
  }: {
    readonly lastSeen: ReturnType<typeof createLastSeen<CutoffsRead>>
    readonly draft: CutoffDraft | undefined
  },
) {
  const { request, reply, session } = call
  const { database } = tools.deps
  const words = tools.words(request)
  const seen = await lastSeen.see(ownScopeOf(call), async () => {
    const [list, banks, people] = await Promise.all([
      cutoffs.list(database, session.hash),
      listOwnBanks(database, session.hash, 'see-cutoffs'),
      staffEvents.names(database, session.hash),
    ])
    return { list, banks, people }
  })
  return tools.show(request, reply, {
    title: words.say('cutoffs.title'),
    ...(draft === undefined ? {} : { status: 422 }),
    style: 'staff',
    ...staffFrame(call, 'cutoffs'),
    body: showCutoffs(
      { words, deps: tools.deps, now: seen.checkedAt },
      {
        ...seen.value,
        member: session.member,
        draft,
        done: doneOf(request),
        stale: showStale(tools.deps, call, seen),
      },
    ),
  })
}

// What was done a moment ago, said once at the top; only words of ours.
function doneOf(request: FastifyRequest): 'cut' | 'first' | 'lifted' | undefined {
  const parsed = z.object({ done: z.enum(['cut', 'first', 'lifted']) }).safeParse(request.query)
  return parsed.success ? parsed.data.done : undefined
}

function draftOf(request: FastifyRequest): CutoffDraft {
  const fields = fieldsOf(request.body)
  return {
    target: fields.get('target') ?? '',
    typed: fields.get('typed') ?? '',
    reason: (fields.get('reason') ?? '').replaceAll(/\s+/g, ' ').trim(),
  }
}

// Typing the name is there to make somebody stop and read, not to test their spelling of capitals.
function sameName(name: string, typed: string): boolean {
  return typed.trim().toLocaleLowerCase('en') === name.toLocaleLowerCase('en')
}

function newId<Kind extends string>(uuid: string): Kind {
  return z.custom<Kind>((value) => typeof value === 'string' && isUuid(value)).parse(uuid)
}
