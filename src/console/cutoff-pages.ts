import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listInstitutions } from '../banks/index.ts'
import { cutoffs } from '../consent/index.ts'
import type { CutoffId, LiftId } from '../kernel/index.ts'
import { isCutoffReason, isUuid } from '../kernel/index.ts'
import { fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listMembers, staffActs } from '../staff/index.ts'
import { forStaff, limited, type StaffCall, staffFrame } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { targetsFor } from './cutoff-names.ts'
import type { CutoffDraft } from './show-cutoff-form.ts'
import { showCutoffs } from './show-cutoffs.ts'
import { showRefused } from './show-refused.ts'

const cutoffParams = z.object({ cutoff: z.custom<CutoffId>((value) => typeof value === 'string' && isUuid(value)) })

/** What is cut off, and the two things that can be done about it; each is signed on a page of its own (act-pages). */
export function addCutoffPages(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools

  scope.get(
    '/console/cutoffs',
    limited,
    forStaff(tools, 'see-cutoffs', (call) => show(tools, call)),
  )

  scope.post(
    '/console/cutoffs',
    limited,
    forStaff(tools, 'cut-off', async (call) => {
      const { session, request, reply } = call
      const draft = draftOf(request)
      const banks = await listInstitutions(deps.database)
      const named = targetsFor(tools.words(request), banks, session.member).find(
        ({ target }) => `${target.kind}:${target.target}` === draft.target,
      )
      const isNamed = named !== undefined && sameName(named.name, draft.typed)
      if (named === undefined || !isNamed || !isCutoffReason(draft.reason)) return await show(tools, call, draft)
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

async function show(tools: ConsoleTools, call: StaffCall, draft?: CutoffDraft) {
  const { request, reply, session } = call
  const { database } = tools.deps
  const words = tools.words(request)
  const [list, banks, people] = await Promise.all([
    cutoffs.list(database),
    listInstitutions(database),
    listMembers(database),
  ])
  return tools.show(request, reply, {
    title: words.say('cutoffs.title'),
    ...(draft === undefined ? {} : { status: 422 }),
    style: 'staff',
    ...staffFrame(call, 'cutoffs'),
    body: showCutoffs(
      { words, deps: tools.deps, now: tools.deps.clock.now() },
      { list, banks, people, member: session.member, draft, done: doneOf(request) },
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
