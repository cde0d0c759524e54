import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StaffId } from '../kernel/index.ts'
import { fieldsOf, handOff, html, isInAppBrowser, passkeyForm, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { staffEvents, staffSessions, staffSignIn, workAccounts } from '../staff/index.ts'
import { homeOf } from './frame.ts'
import { entryCookie } from './entry-cookie.ts'
import { showRefusedEntry } from './show-refused-entry.ts'
import type { RefusedEntry } from './show-refused-entry.ts'
import type { EntryTools } from './entry-tools.ts'
import { limited, limitedPasskey } from './staff-route.ts'

/**
 * In and out: a work account where there is a provider, else a passkey of the staff; a new session id each time. Where there is one,
 * passkeys let nobody in unless the configuration says so: they sign what is dangerous.
 */
export function addSignInPages(scope: HttpServer, tools: EntryTools): void {
  const { deps } = tools
  const { work, passkeyEntry } = deps

  scope.get('/staff/sign-in', limited, async (request, reply) => {
    if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
    const session = await staffSessions.find(deps.database, request)
    if (session !== undefined) return sendOnward(reply, homeOf(session.member))
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('signIn.title'),
      script: 'staff',
      style: 'staff',
      body: html`<h1>${words.say('signIn.title')}</h1>
        <p>${words.say('signIn.body')}</p>
        ${
          work !== undefined &&
          html`<p><a class="button" href="/staff/work-account">${words.say('signIn.work')}</a></p>
            <p class="muted">${words.say('signIn.workHint', { provider: new URL(work.issuer).host })}</p>`
        }
        ${work !== undefined && passkeyEntry && html`<h2>${words.say('signIn.or')}</h2>`}
        ${
          passkeyEntry &&
          html`${passkeyForm(words, { kind: 'get', action: '/staff/sign-in', button: words.say('passkey.button'), quiet: work !== undefined })}
          ${handOff(words, { hidden: true })}`
        }
        <p class="muted">${words.say('signIn.new')} <a href="/staff/enrol">${words.say('enrol.title')}</a></p>`,
    })
  })

  if (passkeyEntry) {
    scope.post('/staff/sign-in/challenge', limitedPasskey, async (_request, reply) =>
      reply.send(await staffSignIn.begin(deps)),
    )

    scope.post('/staff/sign-in', limitedPasskey, async (request, reply) => {
      const signedIn = await staffSignIn.finish(deps, fieldsOf(request.body).get('response'))
      if (!signedIn.ok) return await refuse(tools, { request, reply }, signedIn.code)
      return sendOnward(reply, await enter(tools, { request, reply }, signedIn.value))
    })
  }

  if (work !== undefined) {
    // A link and not a form: browsers hold the way that a form takes to our own origin.
    scope.get('/staff/work-account', limitedPasskey, async (request, reply) => {
      const begun = await work.begin()
      if (!begun.ok) return await refuse(tools, { request, reply }, begun.code)
      entryCookie.give(reply, begun.value.cookie)
      return sendOnward(reply, begun.value.url)
    })

    scope.get(workAccounts.callbackPath, limitedPasskey, async (request, reply) => {
      const query = request.url.split('?')[1] ?? ''
      const entered = await work.finish({ cookie: entryCookie.read(request), query })
      entryCookie.take(reply)
      if (!entered.ok) return await refuse(tools, { request, reply }, entered.code)
      const home = await enter(tools, { request, reply }, entered.value)
      const words = tools.words(request)
      // The browser came from another site, and would not send the new cookie along with a redirect: the next step is this page's own.
      void reply.header('refresh', `0; url=${home}`)
      return tools.show(request, reply, {
        title: words.say('signIn.doneTitle'),
        style: 'staff',
        body: html`<h1>${words.say('signIn.doneTitle')}</h1>
          <p><a class="button" href="${home}">${words.say('signIn.onward')}</a></p>`,
      })
    })
  }

  scope.post('/staff/sign-out', limited, async (request, reply) => {
    const session = await staffSessions.find(deps.database, request)
    if (session !== undefined) await staffSessions.end(deps.database, session, reply)
    return sendOnward(reply, '/staff/sign-in')
  })
}

/** Begins a session in the place of any that the browser had; gives where they begin. */
async function enter(
  { deps }: EntryTools,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  id: StaffId,
): Promise<string> {
  const before = await staffSessions.find(deps.database, request)
  if (before !== undefined) await staffSessions.end(deps.database, before, reply)
  const member = await staffSessions.start(deps, deps.database, { member: id, reply })
  deps.logger.info('staff.signed-in', { staffId: id })
  return homeOf(member)
}

async function refuse(
  tools: EntryTools,
  call: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  code: RefusedEntry,
): Promise<FastifyReply> {
  await staffEvents.note(tools.deps.database, { kind: 'sign-in-refused', member: undefined, about: code })
  return showRefusedEntry(tools, call, code, '/staff/sign-in')
}
