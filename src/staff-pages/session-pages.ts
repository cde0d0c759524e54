import { z } from 'zod'
import { fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { staffSessions } from '../staff/index.ts'
import type { ListedSession } from '../staff/index.ts'
import { staffFrame } from './frame.ts'
import { createLastSeen, ownScopeOf } from './last-seen.ts'
import { showStale } from './show-stale.ts'
import { forStaff, limited, momentOf } from './staff-route.ts'
import type { StaffCall, StaffTools } from './staff-route.ts'

const endWish = z.object({ handle: z.string().regex(/^[0-9a-f]{64}$/) })

/** One's own sessions, and for an operator those of their banks' people: since when, and the way to end each. */
export function addSessionPages(scope: HttpServer, tools: StaffTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<readonly ListedSession[]>(deps)

  scope.get(
    '/staff/sessions',
    limited,
    forStaff(tools, 'own-sessions', async (call) => {
      const words = tools.words(call.request)
      const seen = await lastSeen.see(ownScopeOf(call, call.session.hash.toString('hex')), () =>
        staffSessions.list(deps.database, call.session),
      )
      const listed = seen.value
      return tools.show(call.request, call.reply, {
        title: words.say('sessions.title'),
        style: 'staff',
        ...staffFrame(call, undefined),
        body: html`<h1>${words.say('sessions.title')}</h1>
          <p>${words.say('sessions.body')}</p>
          ${showStale(deps, call, seen)} ${sessionList(tools, { words, listed: listed.filter(({ isOwn }) => isOwn) })}
          ${listed.filter(({ isOwn }) => isOwn).length > 1 && endOthers(words)} ${othersOf(tools, { words, listed })}`,
      })
    }),
  )

  scope.post(
    '/staff/sessions/end',
    limited,
    forStaff(tools, 'own-sessions', async (call) => {
      const wish = endWish.safeParse(Object.fromEntries(fieldsOf(call.request.body)))
      if (!wish.success) return tools.showTrouble(call.request, call.reply, 'notFound')
      await staffSessions.endListed(deps.database, call.session, wish.data.handle)
      return onward(call)
    }),
  )

  scope.post(
    '/staff/sessions/end-others',
    limited,
    forStaff(tools, 'own-sessions', async (call) => {
      await staffSessions.endListed(deps.database, call.session, undefined)
      return onward(call)
    }),
  )
}

function onward({ reply }: StaffCall) {
  return sendOnward(reply, '/staff/sessions')
}

function othersOf(
  tools: StaffTools,
  { words, listed }: { readonly words: Words; readonly listed: readonly ListedSession[] },
): Html | undefined {
  const others = listed.filter(({ isOwn }) => !isOwn)
  if (others.length === 0) return undefined
  return html`<h2>${words.say('sessions.others')}</h2>
    ${sessionList(tools, { words, listed: others })}`
}

function sessionList(
  { deps }: StaffTools,
  { words, listed }: { readonly words: Words; readonly listed: readonly ListedSession[] },
): Html {
  return html`<ul class="cards">
    ${listed.map(
      (one) =>
        html`<li class="card">
          <h3>
            ${one.login}, ${one.role} ${one.isThis && html`<span class="badge">${words.say('sessions.this')}</span>`}
          </h3>
          <p class="muted">
            ${words.say('sessions.times', { since: momentOf(deps, words, one.since), until: momentOf(deps, words, one.until) })}
          </p>
          <form method="post" action="/staff/sessions/end">
            <input type="hidden" name="handle" value="${one.handle}" />
            <button type="submit" class="quiet small">${words.say('sessions.end', { login: one.login })}</button>
          </form>
        </li>`,
    )}
  </ul>`
}

function endOthers(words: Words): Html {
  return html`<form method="post" action="/staff/sessions/end-others">
    <button type="submit" class="quiet">${words.say('sessions.endOthers')}</button>
  </form>`
}
