import { fieldsOf, handOff, html, isInAppBrowser, passkeyForm, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { staffSessions, staffSignIn } from '../staff/index.ts'
import { homeOf } from './frame.ts'
import { limited, limitedPasskey } from './staff-route.ts'
import type { StaffTools } from './staff-route.ts'
import { showRefusedEntry } from './show-refused-entry.ts'

/** In and out: a passkey of the staff, and a new session id each time. */
export function addSignInPages(scope: HttpServer, tools: StaffTools): void {
  const { deps } = tools

  scope.get('/staff/sign-in', limited, async (request, reply) => {
    if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
    const session = await staffSessions.find(deps.database, request)
    if (session !== undefined) return sendOnward(reply, homeOf(session.member))
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('signIn.title'),
      script: 'staff',
      body: html`<h1>${words.say('signIn.title')}</h1>
        <p>${words.say('signIn.body')}</p>
        ${passkeyForm(words, { kind: 'get', action: '/staff/sign-in', button: words.say('passkey.button') })}
        ${handOff(words, { hidden: true })}
        <p class="muted">${words.say('signIn.new')} <a href="/staff/enrol">${words.say('enrol.title')}</a></p>`,
    })
  })

  scope.post('/staff/sign-in/challenge', limitedPasskey, async (_request, reply) =>
    reply.send(await staffSignIn.begin(deps)),
  )

  scope.post('/staff/sign-in', limitedPasskey, async (request, reply) => {
    const signedIn = await staffSignIn.finish(deps, fieldsOf(request.body).get('response'))
    if (!signedIn.ok) return showRefusedEntry(tools, { request, reply }, signedIn.code, '/staff/sign-in')
    const before = await staffSessions.find(deps.database, request)
    if (before !== undefined) await staffSessions.end(deps.database, before, reply)
    const member = await staffSessions.start(deps, deps.database, { member: signedIn.value, reply })
    deps.logger.info('staff.signed-in', { staffId: signedIn.value })
    return sendOnward(reply, homeOf(member))
  })

  scope.post('/staff/sign-out', limited, async (request, reply) => {
    const session = await staffSessions.find(deps.database, request)
    if (session !== undefined) await staffSessions.end(deps.database, session, reply)
    return sendOnward(reply, '/staff/sign-in')
  })
}
