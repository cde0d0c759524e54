import type { FastifyReply, FastifyRequest } from 'fastify'
import { beginAssertion, finishAssertion, sessions } from '../customers/index.ts'
import { fieldsOf, handOff, html, isInAppBrowser, passkeyForm, readerTime, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { browserName } from './browser-name.ts'
import { limited, limitedPasskey, queryOf } from './centre-params.ts'
import { sectionOf, subjectOf } from './centre-route.ts'
import type { CentreTools } from './centre-route.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/**
 * Sign-in by a discoverable passkey: the page names nobody. A session without a customer begins with the first challenge and
 * is what the challenge is bound to; the assertion ends it, and a new id stands for the customer (threat row 5).
 */
export function addSignInPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get('/me/sign-in', limited, (request, reply) => showSignIn(tools, request, reply))

  scope.post('/me/sign-in/challenge', limitedPasskey, async (request, reply) => {
    const known = await sessions.find(database, 'me', sessions.readCookie(request, 'me'))
    const options = await database.transaction(async (tx) => {
      // Whoever is signed in already gets a fresh start; nobody's session is bound to two challenges of two people.
      const started = known?.customer === undefined ? known : undefined
      const fresh = started ?? (await sessions.start(deps, tx, { kind: 'me' }))
      if ('value' in fresh) sessions.setCookie(reply, 'me', fresh.value)
      return beginAssertion(deps, tx, { use: 'sign-in', subject: subjectOf(fresh) })
    })
    return reply.send(options)
  })

  scope.post('/me/sign-in', limitedPasskey, async (request, reply) => {
    const fields = fieldsOf(request.body)
    const session = await sessions.find(database, 'me', sessions.readCookie(request, 'me'))
    if (session === undefined) return showPasskeyRefused(tools, request, reply, 'customers/challenge-spent')
    const response = fields.get('response')
    const assertion = await database.transaction((tx) =>
      finishAssertion(deps, tx, { use: 'sign-in', subject: subjectOf(session), response }),
    )
    if (!assertion.ok) return showPasskeyRefused(tools, request, reply, assertion.code)
    const { customer, credentialId } = assertion.value
    const facts = {
      credentialId,
      browser: browserName(request),
      timeZone: readerTime.zone(fields.get('timeZone')),
    }
    const fresh = await database.transaction((tx) => sessions.rotate(deps, tx, session, { customer, ...facts }))
    sessions.setCookie(reply, 'me', fresh.value)
    deps.logger.info('centre.signed-in', { requestId: request.id })
    const section = sectionOf(fields.get('to'))
    return sendOnward(reply, section === undefined ? '/me' : `/me/${section}`)
  })

  scope.post('/me/sign-out', limited, async (request, reply) => {
    const session = await sessions.find(database, 'me', sessions.readCookie(request, 'me'))
    if (session !== undefined) await sessions.end(database, session)
    sessions.dropCookie(reply, 'me')
    return sendOnward(reply, '/me/sign-in?out=yes')
  })
}

function showSignIn(tools: CentreTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
  const words = tools.words(request)
  const query = queryOf(request)
  const section = sectionOf(query.get('to'))
  return tools.show(request, reply, {
    title: words.say('signIn.title'),
    script: 'me',
    style: 'me',
    body: html`${query.get('out') === 'yes' ? html`<p class="note done" role="status" tabindex="-1" data-done>${words.say('signIn.out')}</p>` : undefined}
      <h1>${words.say('signIn.title')}</h1>
      <p>${words.say('signIn.body')}</p>
      ${passkeyForm(words, {
        kind: 'get',
        action: '/me/sign-in',
        button: words.say('passkey.button'),
        ...(section === undefined ? {} : { fields: html`<input type="hidden" name="to" value="${section}" />` }),
      })}
      ${handOff(words, { hidden: true })}
      <p class="muted">${words.say('signIn.safe')}</p>
      <details>
        <summary>${words.say('signIn.none')}</summary>
        <p>${words.say('signIn.noneBody')}</p>
      </details>`,
  })
}
